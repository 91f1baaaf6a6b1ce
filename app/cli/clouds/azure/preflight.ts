/** What must be right in the subscription before the engine starts: asked at once, told at once, each with a cure. */
import type { AzureConfig } from '../../../../config/schema.ts';
import type { Finding } from '../../checks/finding.ts';
import { openArm } from './arm.ts';
import { judgeExisting } from './existing.ts';
import { lookAt } from './facts.ts';
import { judge } from './judge.ts';
import { checkLogin } from './login.ts';
import { lookAtNetwork } from './networks.ts';

/** Without the right login nothing else can be asked. */
export async function preflight(_name: string, config: AzureConfig, arm = openArm()): Promise<Finding[]> {
  const { principal, ...login } = await checkLogin(config, arm);
  if (principal === undefined) return [login];
  const { network } = config;
  const [facts, existing] = await Promise.all([
    lookAt(config, arm),
    network.kind === 'existing' ? lookAtNetwork(network, arm) : null,
  ]);
  return [
    login,
    ...judge(config, facts),
    ...(network.kind === 'existing' ? judgeExisting(config, network, existing) : []),
  ];
}
