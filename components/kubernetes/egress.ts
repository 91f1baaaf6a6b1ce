/** Hosts that pods reach outside the cluster, for a firewall's list. Pure. */
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../config/schema.ts';

/** Empty in private mode: what is asked then lies in private networks. */
export function egressOf(config: KubernetesConfig | KubernetesWorkersConfig): string[] {
  if (config.network.private) return [];
  const registry = config.registry.repository.split('/')[0]!;
  const own = 'joins' in config ? [new URL(config.joins.url).host] : servicesOf(config);
  return [...new Set([registry, ...own])].sort();
}

const servicesOf = ({ database, queue, storage, vault }: KubernetesConfig): string[] => [
  ...(database.kind === 'existing' ? [database.host] : []),
  ...(queue.kind === 'existing' ? [queue.host] : []),
  ...(vault.kind === 'existing' ? [new URL(vault.address).host] : []),
  ...storageHosts(storage),
];

function storageHosts(storage: KubernetesConfig['storage']): string[] {
  switch (storage.kind) {
    case 'own':
      return [];
    case 's3':
      return [
        storage.endpoint === undefined
          ? `s3.${storage.region}.amazonaws.com`
          : new URL(storage.endpoint).host,
      ];
    case 'gcs':
      return ['storage.googleapis.com'];
    case 'azure':
      return [`${storage.account}.blob.core.windows.net`];
  }
}
