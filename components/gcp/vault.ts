/** Vault: OpenBao on the application host, stored in PostgreSQL and opened by a key of Secret Manager; or an existing one. */
import * as pulumi from '@pulumi/pulumi';
import type { Identity } from './identity.ts';
import type { Entry } from './secret.ts';
import type { Site } from './site.ts';

export class Vault extends pulumi.ComponentResource {
  /** Entries that our own needs; undefined with an existing one. */
  readonly own: { seal: Entry; database: Entry } | undefined;

  constructor(
    name: string,
    { site, identity }: { site: Site; identity: Identity },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:gcp:Vault', name, {}, options);
    const { vault } = site.config;
    this.own =
      vault.kind === 'own' ? { seal: identity.vaultSeal, database: identity.vaultDatabase } : undefined;
    this.registerOutputs({});
  }
}
