/** Hosts that the installation's machines reach outside their network: what a firewall has to let through. Pure. */
import type { GcpConfig, GcpWorkersConfig } from '../../config/schema.ts';
import { namedHosts } from '../named-ports.ts';

/** Ubuntu's packages, for Docker at the first boot; Google's images take them from a mirror of its own. */
const packagesOf = (region: string) => [
  `${region}.gce.archive.ubuntu.com`,
  'archive.ubuntu.com',
  'security.ubuntu.com',
];
const SERVICES = ['compute', 'logging', 'secretmanager', 'storage', 'iamcredentials', 'oauth2', 'www'];

export function egressOf(config: GcpConfig | GcpWorkersConfig): string[] {
  const { region, network, proxy } = config;
  if (network.private) return [];
  if (proxy !== undefined) return [new URL(proxy.url).host];
  return [
    'joins' in config ? new URL(config.joins.url).host : config.publicName,
    ...packagesOf(region),
    ...SERVICES.map((service) => `${service}.googleapis.com`),
    `${region}-docker.pkg.dev`,
    ...('joins' in config ? [] : namedHosts(config)),
  ];
}
