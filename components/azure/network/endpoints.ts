/** How services of Azure are reached without the internet. Pure. */
import type { Service } from '../../../config/azure-services.ts';

/** What a private endpoint leads to, in Azure's words (`groupIds`). */
export const SUBRESOURCE: Record<Service, string> = {
  redis: 'redisEnterprise',
  blob: 'blob',
  vault: 'vault',
  registry: 'registry',
  file: 'file',
  monitor: 'azuremonitor',
};

/** Services that subnets of machines reach over Azure's own net, free of charge. */
export const serviceEndpoints = (isPrivate: boolean): string[] =>
  isPrivate ? [] : ['Microsoft.Storage', 'Microsoft.KeyVault'];
