/** Vault: OpenBao on the application host, stored in PostgreSQL and opened by a key of Secrets Manager; or an existing one. */
import * as pulumi from '@pulumi/pulumi';
import type { VaultParts } from '../contract.ts';
import type { Identity } from './identity.ts';
import type { Entry } from './secret.ts';
import type { Site } from './site.ts';

/** Where the host's own services reach it: Docker's network on that machine, nowhere else. */
const OWN_ADDRESS = 'http://vault:8200';

export class Vault extends pulumi.ComponentResource {
  readonly parts: VaultParts;
  /** Entries that our own needs; undefined with an existing one. */
  readonly own: { seal: Entry; database: Entry } | undefined;

  constructor(
    name: string,
    { site, identity }: { site: Site; identity: Identity },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:aws:Vault', name, {}, options);
    const { vault } = site.config;
    this.own =
      vault.kind === 'own' ? { seal: identity.vaultSeal, database: identity.vaultDatabase } : undefined;
    this.parts = { address: pulumi.output(vault.kind === 'own' ? OWN_ADDRESS : vault.address) };
    this.registerOutputs(this.parts);
  }
}
