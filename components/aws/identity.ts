/**
 * Who proves what by which secret, and who may do what: the key that encrypts everything, entries of Secrets Manager,
 * the application host's role, and the accounts that jobs may act as.
 */
import { InstanceProfile } from '@pulumi/aws/iam/instanceProfile.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';
import { Alias } from '@pulumi/aws/kms/alias.js';
import { Key } from '@pulumi/aws/kms/key.js';
import * as pulumi from '@pulumi/pulumi';
import { roleName } from '../naming.ts';
import { keyPolicy } from './permissions/key.ts';
import { serviceAccountStatements } from './permissions/service-account.ts';
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
    const { given, serviceAccounts } = site.config;
    this.keyArn = given.kmsKey === undefined ? this.#key() : pulumi.output(given.kmsKey);
    const kept = { parent: this, ...guarded(site, 'secrets') };
    const args = { site, keyArn: this.keyArn };
    this.vaultSeal = keyEntry('vault-seal', args, kept);
    this.vaultDatabase = passwordEntry('vault-database', args, kept);
    this.written = Object.fromEntries(
      WRITTEN.map((entry) => [entry, writtenEntry(entry, args, kept)]),
    ) as Identity['written'];

    const service = 'ec2.amazonaws.com';
    this.appHostRole = givenOrInlineRole(
      given.appHostRole,
      'app-host',
      site,
      { service },
      { parent: this },
    ).name;
    this.appHostProfile = new InstanceProfile(
      'app-host',
      { name: roleName(site.name, 'app-host'), role: this.appHostRole },
      { parent: this },
    );
    this.accounts = Object.fromEntries(
      serviceAccounts.map((account) => {
        const role = givenOrInlineRole(
          account.role,
          account.name,
          site,
          { service, statements: serviceAccountStatements(account) },
          { parent: this },
        );
        account.policies.forEach((policyArn, index) => {
          new RolePolicyAttachment(
            `${account.name}-${index}`,
            { role: role.name, policyArn },
            { parent: this },
          );
        });
        const profile = new InstanceProfile(
          account.name,
          { name: roleName(site.name, account.name), role: role.name },
          { parent: this },
        );
        return [account.name, profile];
      }),
    );
    this.registerOutputs({ keyArn: this.keyArn, appHostRole: this.appHostRole });
  }

  /** A password for a user that the stack makes itself. */
  password(name: string, parent: pulumi.Resource): Entry {
    return passwordEntry(name, { site: this.#site, keyArn: this.keyArn }, { parent });
  }

  #key(): pulumi.Output<string> {
    const site = this.#site;
    const { accountId, region } = site.config;
    const options = { parent: this, ...guarded(site, 'secrets') };
    const key = new Key(
      'key',
      {
        description: `Cove ${site.name}: everything at rest`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: keyPolicy({ accountId, region, installation: site.name }),
      },
      options,
    );
    new Alias('key', { name: `alias/cove-${site.name}`, targetKeyId: key.keyId }, { parent: this });
    return key.arn;
  }
}
