/** What the operator's login must be allowed in the installation's namespaces; docs/kubernetes.md has it as a Role. */
export interface Right {
  group: string;
  resources: string[];
  verbs: string[];
  spaces: ('platform' | 'jobs')[];
}

const VERBS = ['create', 'get', 'list', 'watch', 'patch', 'delete'];
const BOTH: Right['spaces'] = ['platform', 'jobs'];

/** Of an installation. */
export const NEEDED: Right[] = [
  {
    group: '',
    resources: ['secrets', 'configmaps', 'services', 'serviceaccounts', 'persistentvolumeclaims'],
    verbs: VERBS,
    spaces: ['platform'],
  },
  {
    group: '',
    resources: ['serviceaccounts', 'configmaps'],
    verbs: VERBS,
    spaces: ['jobs'],
  },
  { group: '', resources: ['resourcequotas'], verbs: VERBS, spaces: BOTH },
  {
    group: '',
    resources: ['pods', 'pods/log', 'events'],
    verbs: ['get', 'list', 'watch'],
    spaces: ['platform'],
  },
  { group: 'apps', resources: ['deployments', 'statefulsets'], verbs: VERBS, spaces: ['platform'] },
  { group: 'batch', resources: ['jobs', 'cronjobs'], verbs: VERBS, spaces: ['platform'] },
  { group: 'networking.k8s.io', resources: ['networkpolicies'], verbs: VERBS, spaces: BOTH },
  { group: 'policy', resources: ['poddisruptionbudgets'], verbs: VERBS, spaces: ['platform'] },
  { group: 'rbac.authorization.k8s.io', resources: ['roles', 'rolebindings'], verbs: VERBS, spaces: BOTH },
];

/** What a worker stack makes none of. */
const OF_INSTALLATIONS = ['services', 'persistentvolumeclaims', 'statefulsets', 'jobs', 'cronjobs'];

export const neededFor = (config: object): Right[] =>
  'joins' in config
    ? NEEDED.map(({ resources, ...right }) => ({
        ...right,
        resources: resources.filter((resource) => !OF_INSTALLATIONS.includes(resource)),
      }))
    : NEEDED;
