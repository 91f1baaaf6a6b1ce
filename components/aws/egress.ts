/** Hosts that the installation's machines reach outside their network: what a firewall has to let through. Pure. */
import { AWS_INTERFACES } from '../../config/aws-services.ts';
import type { AwsConfig, AwsWorkersConfig } from '../../config/schema.ts';
import { namedHosts } from '../named-ports.ts';

/** Ubuntu's packages, for Docker and the registry's helper at the first boot. */
const PACKAGES = ['archive.ubuntu.com', 'security.ubuntu.com'];

export function egressOf(config: AwsConfig | AwsWorkersConfig): string[] {
  const { accountId, region, network, proxy } = config;
  if (network.private) return [];
  if (proxy !== undefined) return [new URL(proxy.url).host];
  const services = AWS_INTERFACES.filter((service) => !service.startsWith('ecr.')).map(
    (service) => `${service}.${region}.amazonaws.com`,
  );
  return [
    'joins' in config ? new URL(config.joins.url).host : config.publicName,
    ...PACKAGES.map((host) => (host === 'archive.ubuntu.com' ? `${region}.ec2.${host}` : host)),
    `s3.${region}.amazonaws.com`,
    `*.s3.${region}.amazonaws.com`,
    `api.ecr.${region}.amazonaws.com`,
    `${accountId}.dkr.ecr.${region}.amazonaws.com`,
    ...services,
    ...('joins' in config ? [] : namedHosts(config)),
  ];
}
