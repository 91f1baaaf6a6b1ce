/**
 * Who proves what by which secret, and who may do what: the key vault with its secrets, the application host's identity,
 * and the accounts that jobs may act as. A few cents a month.
 */
import * as pulumi from '@pulumi/pulumi';
import { type Account, givenOrOwnAccount, serviceAccounts } from './accounts.ts';
import type { Group } from './group.ts';
import { keyVault } from './key-vault.ts';
import type { Network } from './network.ts';
import { type Entry, type Keeper, keyEntry, passwordEntry, writtenEntry } from './secret.ts';
import { guarded, type Site } from './site.ts';

/** What the bootstrap writes, by the name that the operator's commands know. */
const WRITTEN = [
  'approle-operator',
  'approle-api',
  'approle-scheduler',
  'vault-recovery',
  'administrator',
] as const;

export interface IdentityArgs {
  site: Site;
  group: Group;
  network: Network;
}

export class Identity extends pulumi.ComponentResource {
  readonly keeper: Keeper;
  /** `https://<vault>.vault.azure.net/` */
  readonly vaultUrl: pulumi.Output<string>;
  /** 32 bytes in base64: Vault's seal. Whoever loses it loses every secret. */
  readonly vaultSeal: Entry;
  readonly vaultDatabase: Entry;
  readonly written: Record<(typeof WRITTEN)[number], Entry>;
  /** The application host's; what it may do is said where it is used. */
  readonly appHost: Account;
  /** By the name of the service account. */
  readonly accounts: Record<string, Account>;

  constructor(name: string, args: IdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:Identity', name, {}, options);
    const { site } = args;
    const kept = { parent: this, ...guarded(site, 'secrets') };
    const { keeper, url } = keyVault(args, this);
    this.keeper = keeper;
    this.vaultUrl = url;
    this.vaultSeal = keyEntry('vault-seal', this.keeper, kept);
    this.vaultDatabase = passwordEntry('vault-database', this.keeper, kept);
    this.written = Object.fromEntries(
      WRITTEN.map((entry) => [entry, writtenEntry(entry, this.keeper)]),
    ) as Identity['written'];

    this.appHost = givenOrOwnAccount(site.config.given.appHostIdentity, 'app-host', args, { parent: this });
    this.accounts = serviceAccounts(args, { parent: this });
    this.registerOutputs({ vaultUrl: this.vaultUrl, appHost: this.appHost.id });
  }

  /** A password for a user that the stack makes itself. */
  password(name: string, parent: pulumi.Resource): Entry {
    return passwordEntry(name, this.keeper, { parent });
  }
}
