/** Who everything is: service accounts, the installation's own authority, and the entries that bootstrap writes. */
import { ServiceAccount } from '@pulumi/kubernetes/core/v1/serviceAccount.js';
import * as pulumi from '@pulumi/pulumi';
import { Authority } from './certificate.ts';
import { metaOf } from './meta.ts';
import type { Network } from './network.ts';
import { type Entry, writtenEntry } from './secret.ts';
import { guarded, type Site } from './site.ts';

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

export class Identity extends pulumi.ComponentResource {
  readonly accounts: Record<Account, pulumi.Output<string>>;
  readonly written: Record<(typeof WRITTEN)[number], Entry>;
  readonly authority: Authority;

  constructor(
    name: string,
    { site, network }: { site: Site; network: Network },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:kubernetes:Identity', name, {}, options);
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
}
