/** Rights of service accounts: a Role and its binding, in one namespace. */
import { Role } from '@pulumi/kubernetes/rbac/v1/role.js';
import { RoleBinding } from '@pulumi/kubernetes/rbac/v1/roleBinding.js';
import type * as pulumi from '@pulumi/pulumi';
import { metaOf } from './meta.ts';
import type { Space, WorkerSite } from './site.ts';
import { workerGroup } from './worker-names.ts';

export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: pulumi.Input<string>[];
  verbs: string[];
}

/** What `account`, of namespace `from`, may do in one of the namespaces. */
export function allow(
  site: WorkerSite,
  name: string,
  account: pulumi.Input<string>,
  rules: Rule[],
  {
    space = 'platform',
    from = 'platform',
    ...options
  }: pulumi.CustomResourceOptions & { space?: Space; from?: Space },
): RoleBinding {
  const metadata = metaOf(site, { name, component: name, space });
  const role = new Role(name, { metadata, rules }, options);
  return new RoleBinding(
    name,
    {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: site.namespaces[from] }],
    },
    options,
  );
}

/** Of a worker, in the namespace of jobs. What is secret of a job it may leave there, and not read: it goes with its Job. */
export const workerRules: Rule[] = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'list', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'delete'] },
  // They tell that an image is on its way.
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
];

/** Of who makes and ends workers, in the namespace of jobs: the scheduler, or a worker stack's scaler. */
export const scalingRules = ({ config }: WorkerSite): Rule[] => [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'list', 'delete'] },
  // One whose Job is gone is ended by itself.
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'delete'] },
  {
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: config.environments.map(({ slug }) => workerGroup(slug)),
    verbs: ['get'],
  },
];
