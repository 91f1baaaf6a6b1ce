/** A private storage account: no keys, no anonymous reading, TLS only, encrypted, over zones where there are any. */
import { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import type * as pulumi from '@pulumi/pulumi';
import type { Group } from './group.ts';
import { accountName } from './names.ts';
import { guarded, type WorkerSite } from './site.ts';

export interface PrivateAccountArgs {
  site: WorkerSite;
  group: Group;
  /** By what `--purge` names it. @default 'storage' */
  purgedAs?: string;
  /** Premium shares that NFS mounts; reached inside the network alone. */
  shares?: boolean;
}

export function privateAccount(
  name: string,
  { site, group, purgedAs = 'storage', shares = false }: PrivateAccountArgs,
  options: pulumi.CustomResourceOptions,
): StorageAccount {
  const { network, profile } = site.config;
  const copies = profile === 'prod' && site.zones.length > 0 ? 'ZRS' : 'LRS';
  const hidden = network.private || shares;
  return new StorageAccount(
    name,
    {
      ...group.place,
      accountName: accountName(site, name),
      kind: shares ? 'FileStorage' : 'StorageV2',
      sku: { name: `${shares ? 'Premium' : 'Standard'}_${copies}` },
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      allowCrossTenantReplication: false,
      defaultToOAuthAuthentication: true,
      // NFS has no TLS of HTTP; its way is the network's own.
      enableHttpsTrafficOnly: !shares,
      minimumTlsVersion: 'TLS1_2',
      publicNetworkAccess: hidden ? 'Disabled' : 'Enabled',
      networkRuleSet: { bypass: 'AzureServices', defaultAction: hidden ? 'Deny' : 'Allow' },
    },
    { ...options, ...guarded(site, purgedAs) },
  );
}
