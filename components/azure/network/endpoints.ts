/** Which services of Azure are reached without the internet, and by which names. Pure. */
import type { AzureConfig } from '../../../config/schema.ts';

/**
 * Zones of names that lead to private endpoints, by what is behind them. PostgreSQL lies in the network itself and has a
 * zone of the installation's own. Source: Azure Private Link, "Private endpoint DNS configuration".
 */
export const ZONES = {
  redis: ['privatelink.redis.azure.net'],
  blob: ['privatelink.blob.core.windows.net'],
  vault: ['privatelink.vaultcore.azure.net'],
  registry: ['privatelink.azurecr.io'],
  file: ['privatelink.file.core.windows.net'],
  monitor: [
    'privatelink.monitor.azure.com',
    'privatelink.oms.opinsights.azure.com',
    'privatelink.ods.opinsights.azure.com',
    'privatelink.agentsvc.azure-automation.net',
    'privatelink.blob.core.windows.net',
  ],
} as const satisfies Record<string, readonly string[]>;
export type Service = keyof typeof ZONES;

/** What a private endpoint leads to, in Azure's words (`groupIds`). */
export const SUBRESOURCE: Record<Service, string> = {
  redis: 'redisEnterprise',
  blob: 'blob',
  vault: 'vault',
  registry: 'registry',
  file: 'file',
  monitor: 'azuremonitor',
};

/** Redis and shared file systems are reached in no other way; the rest only in private mode. */
export const endpointsToMake = ({ network, mounts }: Pick<AzureConfig, 'network' | 'mounts'>): Service[] => [
  'redis',
  ...(network.private ? (['blob', 'vault', 'registry', 'monitor'] as const) : []),
  ...(mounts.some((mount) => mount.export === undefined) ? (['file'] as const) : []),
];

/** Services that subnets of machines reach over Azure's own net, free of charge. */
export const serviceEndpoints = (isPrivate: boolean): string[] =>
  isPrivate ? [] : ['Microsoft.Storage', 'Microsoft.KeyVault'];
