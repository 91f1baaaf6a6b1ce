/**
 * Who proves what by which secret, and who may do what: the key that encrypts everything, entries of Secrets Manager,
 * the application host's role, and the accounts that jobs may act as.
 */
import { InstanceProfile } from '@pulumi/aws/iam/instanceProfile.js';
import * as pulumi from '@pulumi/pulumi';
import { roleName } from '../naming.ts';
import { serviceAccounts } from './accounts.ts';
import { installationKey } from './key.ts';
import { givenOrInlineRole } from './role.ts';
import { type Entry, keyEntry, passwordEntry, writtenEntry } from './secret.ts';
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
  readonly keyArn: pulumi.Output<string>;
  /** 32 bytes in base64: Vault's seal. Whoever loses it loses every secret. */
  readonly vaultSeal: Entry;
  readonly vaultDatabase: Entry;
  readonly written: Record<(typeof WRITTEN)[number], Entry>;
  /** Name of the application host's role; what it may do is said where it is used. */
  readonly appHostRole: pulumi.Output<string>;
  readonly appHostProfile: InstanceProfile;
  /** Instance profiles by the name of the service account. */
  readonly accounts: Record<string, InstanceProfile>;
  readonly #site: Site;

  constructor(name: string, { site }: { site: Site }, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:Identity', name, {}, options);
    this.#site = site;
    const { given } = site.config;
    this.keyArn = installationKey(site, { parent: this });
    const kept = { parent: this, ...guarded(site, 'secrets') };
    const args = { site, keyArn: this.keyArn };
    this.vaultSeal = keyEntry('vault-seal', args, kept);
    this.vaultDatabase = passwordEntry('vault-database', args, kept);
    this.written = Object.fromEntries(
      WRITTEN.map((entry) => [entry, writtenEntry(entry, args, kept)]),
    ) as Identity['written'];

    this.appHostRole = givenOrInlineRole(
      given.appHostRole,
      'app-host',
      site,
      { service: 'ec2.amazonaws.com' },
      { parent: this },
    ).name;
    this.appHostProfile = new InstanceProfile(
      'app-host',
      { name: roleName(site.name, 'app-host'), role: this.appHostRole },
      { parent: this },
    );
    this.accounts = serviceAccounts(site, { parent: this });
    this.registerOutputs({ keyArn: this.keyArn, appHostRole: this.appHostRole });
  }

  /** A password for a user that the stack makes itself. */
  password(name: string, parent: pulumi.Resource): Entry {
    return passwordEntry(name, { site: this.#site, keyArn: this.keyArn }, { parent });
  }
}
