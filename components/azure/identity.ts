/**
 * Who proves what by which secret, and who may do what: the key vault with its secrets, the application host's identity,
 * and the accounts that jobs may act as. A few cents a month.
 */
import { Vault as KeyVault } from '@pulumi/azure-native/keyvault/vault.js';
import { getUserAssignedIdentityOutput } from '@pulumi/azure-native/managedidentity/getUserAssignedIdentity.js';
import { UserAssignedIdentity } from '@pulumi/azure-native/managedidentity/userAssignedIdentity.js';
import * as pulumi from '@pulumi/pulumi';
import { RandomId } from '@pulumi/random/randomId.js';
import type { Group } from './group.ts';
import { partsOf, vaultName } from './names.ts';
import type { Network } from './network.ts';
import { grant, ROLES } from './role.ts';
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

/** A managed identity, as machines are given it and roles name it. */
export interface Account {
  id: pulumi.Output<string>;
  clientId: pulumi.Output<string>;
  principalId: pulumi.Output<string>;
}

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

  constructor(
    name: string,
    { site, group, network: reached }: IdentityArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:azure:Identity', name, {}, options);
    const { given, serviceAccounts, network, tenantId } = site.config;
    const kept = { parent: this, ...guarded(site, 'secrets') };
    // A name stays taken for weeks after a vault is deleted, so each has letters of its own.
    const { hex } = new RandomId('vault', { byteLength: 4 }, kept);
    const vault = new KeyVault(
      'vault',
      {
        ...group.place,
        vaultName: hex.apply((letters) => vaultName(site.name, letters)),
        properties: {
          tenantId,
          sku: { family: 'A', name: 'standard' },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          enablePurgeProtection: true,
          softDeleteRetentionInDays: site.config.profile === 'prod' ? 90 : 7,
          publicNetworkAccess: network.private ? 'Disabled' : 'Enabled',
          networkAcls: { bypass: 'AzureServices', defaultAction: network.private ? 'Deny' : 'Allow' },
        },
      },
      kept,
    );
    this.vaultUrl = vault.properties.apply(({ vaultUri }) => vaultUri ?? '');
    reached.endpoint('vault', vault.id, this);
    this.keeper = { ...group.within, vaultName: vault.name, vaultId: vault.id, vault };
    this.vaultSeal = keyEntry('vault-seal', this.keeper, kept);
    this.vaultDatabase = passwordEntry('vault-database', this.keeper, kept);
    this.written = Object.fromEntries(
      WRITTEN.map((entry) => [entry, writtenEntry(entry, this.keeper)]),
    ) as Identity['written'];

    this.appHost =
      given.appHostIdentity === undefined
        ? this.#account('app-host', site, group)
        : this.#given(given.appHostIdentity);
    this.accounts = Object.fromEntries(
      serviceAccounts.map((account) => {
        const made = this.#account(account.name, site, group);
        const grants = [
          ...account.roles,
          ...account.readContainers.map((scope) => ({ role: ROLES.blobReader, scope })),
          ...account.writeContainers.map((scope) => ({ role: ROLES.blobContributor, scope })),
        ];
        grants.forEach((one, index) => {
          grant(
            `${account.name}-${index}`,
            { site, principalId: made.principalId, ...one },
            { parent: this },
          );
        });
        return [account.name, made];
      }),
    );
    this.registerOutputs({ vaultUrl: this.vaultUrl, appHost: this.appHost.id });
  }

  /** A password for a user that the stack makes itself. */
  password(name: string, parent: pulumi.Resource): Entry {
    return passwordEntry(name, this.keeper, { parent });
  }

  #account(part: string, site: Site, group: Group): Account {
    return new UserAssignedIdentity(
      part,
      { ...group.place, resourceName: site.named(part) },
      { parent: this },
    );
  }

  #given(id: string): Account {
    const { resourceGroupName, names } = partsOf(id);
    const found = getUserAssignedIdentityOutput(
      { resourceGroupName, resourceName: names[0] ?? '' },
      { parent: this },
    );
    return { id: pulumi.output(id), clientId: found.clientId, principalId: found.principalId };
  }
}
