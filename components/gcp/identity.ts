/**
 * Who proves what by which secret: the key that encrypts everything, entries of Secret Manager, and the application host's
 * service account; what it may do is said where it is used.
 */
import * as pulumi from '@pulumi/pulumi';
import { givenOrOwnAccount } from './accounts.ts';
import { type Key, keyOf } from './key.ts';
import { type Entry, filledEntry, keyEntry, passwordEntry, writtenEntry } from './secret.ts';
import { guarded, type Site } from './site.ts';

/** What the bootstrap writes, by the name that the operator's commands know. */
const WRITTEN = [
  'approle-operator',
  'approle-api',
  'approle-scheduler',
  'vault-recovery',
  'administrator',
] as const;

export class Identity extends pulumi.ComponentResource {
  readonly key: Key;
  /** 32 bytes in base64: Vault's seal. Whoever loses it loses every secret. */
  readonly vaultSeal: Entry;
  readonly vaultDatabase: Entry;
  readonly written: Record<(typeof WRITTEN)[number], Entry>;
  /** Address of the application host's service account. */
  readonly appHostAccount: pulumi.Output<string>;
  readonly #site: Site;

  constructor(name: string, { site }: { site: Site }, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Identity', name, {}, options);
    this.#site = site;
    const { given } = site.config;
    this.key = keyOf(site, { parent: this });
    const kept = { parent: this, ...guarded(site, 'secrets') };
    const args = { site, key: this.key };
    this.vaultSeal = keyEntry('vault-seal', args, kept);
    this.vaultDatabase = passwordEntry('vault-database', args, kept);
    this.written = Object.fromEntries(
      WRITTEN.map((entry) => [entry, writtenEntry(entry, args, kept)]),
    ) as Identity['written'];
    this.appHostAccount = givenOrOwnAccount(given.appHostAccount, 'app-host', site, { parent: this });
    this.registerOutputs({ key: this.key.id, appHostAccount: this.appHostAccount });
  }

  /** A password for a user that the stack makes itself. */
  password(name: string, parent: pulumi.Resource): Entry {
    return passwordEntry(name, { site: this.#site, key: this.key }, { parent });
  }

  /** What the stack knows, for the application host to read. */
  entry(name: string, value: pulumi.Output<string>, parent: pulumi.Resource): Entry {
    return filledEntry(name, { site: this.#site, key: this.key }, value, { parent });
  }
}
