/** Vault: OpenBao in the cluster, stored in PostgreSQL and opened by a key in a Secret; or an existing one. */
import * as pulumi from '@pulumi/pulumi';
import type { VaultParts } from '../contract.ts';
import { authorityOf } from './authorities.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import { type Entry, filled, keyEntry, passwordEntry } from './secret.ts';
import { guarded, inside, type Site } from './site.ts';

export const VAULT_PORT = 8200;

export class Vault extends pulumi.ComponentResource {
  readonly parts: VaultParts;
  /** Who signed its certificate; undefined: a public authority. */
  readonly authority: pulumi.Output<string> | undefined;
  /** Entries that our own needs; undefined with an existing one. */
  readonly own: { seal: Entry; database: Entry; tls: Entry } | undefined;

  constructor(
    name: string,
    { site, network, identity }: { site: Site; network: Network; identity: Identity },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:kubernetes:Vault', name, {}, options);
    const { vault } = site.config;
    if (vault.kind === 'existing') {
      this.parts = { address: pulumi.output(vault.address) };
      this.authority = authorityOf(vault.certificateAuthority);
    } else {
      const args = { site, component: 'vault' };
      const within = { parent: this, dependsOn: network.ready };
      // Whoever loses the seal loses every secret; one that came back with a restored PostgreSQL stays.
      const kept = { ...within, ...guarded(site, 'secrets'), ignoreChanges: ['data', 'stringData'] };
      const { certificate, key } = identity.authority.issue(site, 'vault', { parent: this });
      this.own = {
        seal: keyEntry('vault-seal', args, kept),
        database: passwordEntry('vault-database', args, kept, (password) => ({
          pgpass: `*:*:*:*:${password}\n`,
        })),
        tls: filled(
          'vault-tls',
          args,
          pulumi.all([certificate, key]).apply(([crt, pem]) => ({ 'tls.crt': crt, 'tls.key': pem })),
          within,
        ),
      };
      this.parts = { address: pulumi.output(`https://${inside(site, 'vault')}:${VAULT_PORT}`) };
      this.authority = identity.authority.pem;
    }
    this.registerOutputs({ address: this.parts.address });
  }
}
