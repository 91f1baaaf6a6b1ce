/** The network of an AWS installation: sizes, overlaps, and what private mode needs. Pure. */
import type { AwsConfig } from '../aws.ts';
import type { Complain } from './complain.ts';
import { checkDedicated, checkPrivate } from './network.ts';

export function checkAwsNetwork(config: AwsConfig, complain: Complain): void {
  const { network, access } = config;
  if (network.kind === 'dedicated') {
    checkDedicated(network, 'a VPC may be /16 at most', complain);
  } else if (!access.internal && network.publicSubnetIds.length < 2) {
    complain(
      ['network', 'publicSubnetIds'],
      `has ${network.publicSubnetIds.length}; a public load balancer needs two, in two zones (or say access.internal: true)`,
    );
  }
  if (!network.private) return;
  const gpu = config.environments.some(({ machineType }) => isGpu(machineType));
  checkPrivate(config, { gpu, page: 'docs/aws.md' }, complain);
}

/** Whether machines of the type have NVIDIA's GPUs. */
export const isGpu = (machineType: string): boolean =>
  /^(p|g)\d/.test(machineType) && !/^g5g\./.test(machineType);
