/** What the operator's login must be allowed in the installation's namespaces; docs/kubernetes-permissions.yaml has it as roles. */
import { stringify } from 'yaml';
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../../config/schema.ts';

type Config = KubernetesConfig | KubernetesWorkersConfig;
type Space = 'platform' | 'jobs';

export interface Right {
  group: string;
  resources: string[];
  verbs: string[];
  spaces: Space[];
  /** Who needs it. Left out: everybody. */
  needs?: (config: Config) => boolean;
}

const VERBS = ['create', 'get', 'list', 'watch', 'patch', 'delete'];
const BOTH: Space[] = ['platform', 'jobs'];
const installation = (config: Config): config is KubernetesConfig => !('joins' in config);
const endpointHosts = (config: Config) => installation(config) && config.endpointHosts !== undefined;

/** A role may only be made by who has its rights: those of scheduler and workers are the operator's too. */
export const NEEDED: Right[] = [
  { group: '', resources: ['secrets'], verbs: VERBS, spaces: ['platform'] },
  {
    group: '',
    resources: ['services', 'persistentvolumeclaims'],
    verbs: VERBS,
    spaces: ['platform'],
    needs: installation,
  },
  { group: '', resources: ['serviceaccounts', 'configmaps', 'resourcequotas'], verbs: VERBS, spaces: BOTH },
  {
    group: '',
    resources: ['pods', 'pods/log', 'events'],
    verbs: ['get', 'list', 'watch'],
    spaces: ['platform'],
  },
  { group: '', resources: ['pods'], verbs: ['get', 'list', 'delete'], spaces: ['jobs'] },
  { group: '', resources: ['events'], verbs: ['list'], spaces: ['jobs'] },
  { group: 'apps', resources: ['deployments'], verbs: VERBS, spaces: ['platform'] },
  { group: 'apps', resources: ['statefulsets'], verbs: VERBS, spaces: ['platform'], needs: installation },
  {
    group: 'apps',
    resources: ['deployments'],
    verbs: VERBS,
    spaces: ['jobs'],
    needs: endpointHosts,
  },
  {
    group: 'batch',
    resources: ['jobs', 'cronjobs'],
    verbs: VERBS,
    spaces: ['platform'],
    needs: installation,
  },
  { group: '', resources: ['secrets'], verbs: ['create'], spaces: ['jobs'] },
  {
    group: 'batch',
    resources: ['jobs'],
    verbs: ['create', 'get', 'list', 'patch', 'delete'],
    spaces: ['jobs'],
  },
  { group: 'networking.k8s.io', resources: ['networkpolicies'], verbs: VERBS, spaces: BOTH },
  {
    group: 'networking.k8s.io',
    resources: ['ingresses'],
    verbs: VERBS,
    spaces: ['platform'],
    needs: (config) => installation(config) && config.ingress.kind === 'ingress',
  },
  {
    group: 'gateway.networking.k8s.io',
    resources: ['gateways', 'httproutes'],
    verbs: VERBS,
    spaces: ['platform'],
    needs: (config) => installation(config) && config.ingress.kind === 'gateway',
  },
  {
    group: 'cert-manager.io',
    resources: ['certificates'],
    verbs: VERBS,
    spaces: ['platform'],
    needs: (config) => installation(config) && config.certificate.kind === 'managed',
  },
  { group: 'policy', resources: ['poddisruptionbudgets'], verbs: VERBS, spaces: ['platform'] },
  {
    group: 'policy',
    resources: ['poddisruptionbudgets'],
    verbs: VERBS,
    spaces: ['jobs'],
    needs: endpointHosts,
  },
  { group: 'rbac.authorization.k8s.io', resources: ['roles', 'rolebindings'], verbs: VERBS, spaces: BOTH },
];

/** Not asked for before a purge does: to copy what it deletes. */
const OF_A_PURGE: Right = {
  group: '',
  resources: ['pods/exec'],
  // A WebSocket begins as a GET; since 1.35 it is held against `create`.
  verbs: ['create', 'get'],
  spaces: ['platform'],
};

export const neededFor = (config: Config): Right[] =>
  NEEDED.filter(({ needs = () => true }) => needs(config));

/** ClusterRoles for who hands out rights: one to bind in each namespace, one to make the namespaces. */
export function operatorRoles(): string {
  const role = (name: string, rules: object[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules,
  });
  const of = (space: Space) =>
    [...NEEDED, OF_A_PURGE]
      .filter(({ spaces }) => spaces.includes(space))
      .map(({ group, resources, verbs }) => ({
        apiGroups: [group],
        resources,
        verbs,
      }));
  const roles = [
    role('cove-operator-namespaces', [{ apiGroups: [''], resources: ['namespaces'], verbs: VERBS }]),
    role('cove-operator-platform', of('platform')),
    role('cove-operator-jobs', of('jobs')),
  ];
  return roles.map((one) => stringify(one, { aliasDuplicateObjects: false })).join('---\n');
}
