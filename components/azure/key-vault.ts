/** The key vault that holds a stack's secrets. A few cents a month. */
import { Vault as KeyVault } from '@pulumi/azure-native/keyvault/vault.js';
import type * as pulumi from '@pulumi/pulumi';
import { RandomId } from '@pulumi/random/randomId.js';
import type { Group } from './group.ts';
import { vaultName } from './names.ts';
import type { Network } from './network.ts';
import type { Keeper } from './secret.ts';
import { guarded, type WorkerSite } from './site.ts';

export interface KeyVaultArgs {
  site: WorkerSite;
  group: Group;
  network: Network;
}

/** `url`: `https://<vault>.vault.azure.net/` */
export function keyVault(
  { site, group, network: reached }: KeyVaultArgs,
  parent: pulumi.Resource,
): { keeper: Keeper; url: pulumi.Output<string> } {
  const { network, tenantId, profile } = site.config;
  const kept = { parent, ...guarded(site, 'secrets') };
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
        softDeleteRetentionInDays: profile === 'prod' ? 90 : 7,
        publicNetworkAccess: network.private ? 'Disabled' : 'Enabled',
        networkAcls: { bypass: 'AzureServices', defaultAction: network.private ? 'Deny' : 'Allow' },
      },
    },
    kept,
  );
  reached.endpoint('vault', vault.id, parent);
  return {
    keeper: { ...group.within, vaultName: vault.name, vaultId: vault.id, vault },
    url: vault.properties.apply(({ vaultUri }) => vaultUri ?? ''),
  };
}
