/** Hosts that pods reach outside the cluster, for a firewall's list. Pure. */
import type { KubernetesConfig } from '../../config/schema.ts';

/** Empty in private mode: what is asked then lies in private networks. */
export function egressOf({ network, database, queue, storage, vault, registry }: KubernetesConfig): string[] {
  if (network.private) return [];
  const hosts = [
    registry.repository.split('/')[0]!,
    ...(database.kind === 'existing' ? [database.host] : []),
    ...(queue.kind === 'existing' ? [queue.host] : []),
    ...(vault.kind === 'existing' ? [new URL(vault.address).host] : []),
    ...storageHosts(storage),
  ];
  return [...new Set(hosts)].sort();
}

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
