/** Who everything is: service accounts and their rights, the installation's own authority, and the entries that bootstrap writes. */
import { ServiceAccount } from '@pulumi/kubernetes/core/v1/serviceAccount.js';
import { Role } from '@pulumi/kubernetes/rbac/v1/role.js';
import { RoleBinding } from '@pulumi/kubernetes/rbac/v1/roleBinding.js';
import * as pulumi from '@pulumi/pulumi';
import { Authority } from './certificate.ts';
import { metaOf } from './meta.ts';
import type { Network } from './network.ts';
import { type Entry, writtenEntry } from './secret.ts';
import { guarded, type Site, type Space } from './site.ts';

/** What the bootstrap writes, by the name that the operator's commands know. */
export const WRITTEN = [
  'approle-operator',
  'approle-api',
  'approle-scheduler',
  'vault-recovery',
  'administrator',
] as const;
const ACCOUNTS = ['api', 'scheduler', 'bootstrap', 'vault', 'database', 'backup', 'queue'] as const;
export type Account = (typeof ACCOUNTS)[number];

export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: pulumi.Input<string>[];
  verbs: string[];
}

export class Identity extends pulumi.ComponentResource {
  readonly accounts: Record<Account, pulumi.Output<string>>;
  readonly written: Record<(typeof WRITTEN)[number], Entry>;
  readonly authority: Authority;
  readonly #site: Site;

  constructor(
    name: string,
    { site, network }: { site: Site; network: Network },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:kubernetes:Identity', name, {}, options);
    this.#site = site;
    const within = { parent: this, dependsOn: network.ready };
    const kept = { ...within, ...guarded(site, 'secrets') };
    this.authority = new Authority(site, { parent: this });
    this.written = Object.fromEntries(
      WRITTEN.map((entry) => [entry, writtenEntry(entry, { site, component: 'identity' }, kept)]),
    ) as Identity['written'];
    const { identityAnnotations } = site.config.appHost;
    this.accounts = Object.fromEntries(
      ACCOUNTS.map((account) => {
        const { metadata } = new ServiceAccount(
          account,
          {
            metadata: metaOf(site, {
              name: account,
              component: account,
              annotations: account === 'api' || account === 'scheduler' ? identityAnnotations : {},
            }),
            automountServiceAccountToken: false,
          },
          within,
        );
        return [account, metadata.name];
      }),
    ) as Identity['accounts'];
    this.registerOutputs({});
  }

  /** What an account may do in one of the namespaces. */
  allow(
    name: string,
    account: pulumi.Input<string>,
    rules: Rule[],
    {
      space = 'platform',
      from = 'platform',
      ...options
    }: pulumi.CustomResourceOptions & { space?: Space; from?: Space },
  ): RoleBinding {
    const site = this.#site;
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
}
