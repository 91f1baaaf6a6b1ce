/** Hosts that the installation's machines reach outside their network: what a firewall has to let through. Pure. */
import type { GcpConfig } from '../../config/schema.ts';

/** Ubuntu's packages, for Docker at the first boot; Google's images take them from a mirror of its own. */
const packagesOf = (region: string) => [
  `${region}.gce.archive.ubuntu.com`,
  'archive.ubuntu.com',
  'security.ubuntu.com',
];
const SERVICES = ['compute', 'logging', 'secretmanager', 'storage', 'iamcredentials', 'oauth2', 'www'];

export function egressOf({ region, network, proxy, publicName, trustedGitHosts }: GcpConfig): string[] {
  if (network.private) return [];
  if (proxy !== undefined) return [new URL(proxy.url).host];
  return [
    publicName,
    ...packagesOf(region),
    ...SERVICES.map((service) => `${service}.googleapis.com`),
    `${region}-docker.pkg.dev`,
    ...trustedGitHosts,
  ];
}
