/** Hosts that the installation's machines reach outside their network: what a firewall has to let through. Pure. */
import type { AzureConfig, AzureWorkersConfig } from '../../config/schema.ts';
import { namedHosts } from '../named-ports.ts';
import { accountName, registryName } from './names.ts';

/** Ubuntu's packages, for Docker at the first boot. */
const PACKAGES = ['azure.archive.ubuntu.com', 'archive.ubuntu.com', 'security.ubuntu.com'];

export function egressOf(name: string, config: AzureConfig | AzureWorkersConfig): string[] {
  const { network, proxy } = config;
  if (network.private) return [];
  if (proxy !== undefined) return [new URL(proxy.url).host];
  const site = { name, config };
  return [
    'joins' in config ? new URL(config.joins.url).host : config.publicName,
    ...PACKAGES,
    'management.azure.com',
    'login.microsoftonline.com',
    '*.vault.azure.net',
    ...('joins' in config ? [] : [`${accountName(site, 'storage')}.blob.core.windows.net`]),
    `${registryName(site)}.azurecr.io`,
    // Where the registry keeps its layers.
    '*.blob.core.windows.net',
    ...('joins' in config ? [] : namedHosts(config)),
  ];
}
