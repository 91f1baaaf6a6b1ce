/** Services of Azure that are reached inside the network, and by which names. Pure. */
import type { AzureConfig } from './azure.ts';
import type { AzureWorkersConfig } from './azure-workers.ts';

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

/** Redis and shared file systems are reached in no other way; the rest only in private mode. A worker stack stores nothing. */
export const endpointsToMake = (
  config: Pick<AzureConfig, 'network' | 'mounts'> | AzureWorkersConfig,
): Service[] => [
  ...('joins' in config ? [] : (['redis'] as const)),
  ...(config.network.private ? (['vault', 'registry', 'monitor'] as const) : []),
  ...(config.network.private && !('joins' in config) ? (['blob'] as const) : []),
  ...(config.mounts.some((mount) => mount.export === undefined) ? (['file'] as const) : []),
];
