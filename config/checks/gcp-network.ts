/** The network of a Google Cloud installation: sizes, overlaps, and what private mode needs. Pure. */
import type { GcpConfig } from '../gcp.ts';
import type { Complain } from './complain.ts';
import { machineSize } from './gcp-sizes.ts';
import { checkDedicated, checkPrivate } from './network.ts';

export function checkGcpNetwork(config: GcpConfig, complain: Complain): void {
  const { network, access, region } = config;
  if (network.kind === 'dedicated') {
    checkDedicated(network, 'more than /16 is never used', complain);
  } else {
    if (access.internal && network.subnetIds.proxies === undefined)
      complain(
        ['network', 'subnetIds', 'proxies'],
        'is missing; an internal load balancer needs a subnet of purpose REGIONAL_MANAGED_PROXY',
      );
    checkSubnets(network.subnetIds, region, complain);
  }
  if (network.private)
    checkPrivate(config, { gpu: hasGpus(config.environments), page: 'docs/gcp.md' }, complain);
}

export function checkSubnets(
  subnetIds: Record<string, string | undefined>,
  region: string,
  complain: Complain,
): void {
  for (const [key, subnet] of Object.entries(subnetIds)) {
    if (subnet !== undefined && !subnet.includes(`/regions/${region}/`))
      complain(['network', 'subnetIds', key], `is ${subnet}, which is not in region ${region}`);
  }
}

export const hasGpus = (environments: GcpConfig['environments']): boolean =>
  environments.some(({ gpu, machineType }) => gpu !== undefined || (machineSize(machineType)?.gpus ?? 0) > 0);
