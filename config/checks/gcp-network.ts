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
    for (const [key, subnet] of Object.entries(network.subnetIds)) {
      if (subnet !== undefined && !subnet.includes(`/regions/${region}/`))
        complain(['network', 'subnetIds', key], `is ${subnet}, which is not in region ${region}`);
    }
  }
  if (!network.private) return;
  const gpu = config.environments.some(
    (environment) => environment.gpu !== undefined || (machineSize(environment.machineType)?.gpus ?? 0) > 0,
  );
  checkPrivate(config, { gpu, page: 'docs/gcp.md' }, complain);
}
