/** What must be right in the subscription before the engine starts: asked at once, told at once, each with a cure. */
import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import type { Finding } from '../../checks/finding.ts';
import { openArm } from './arm.ts';
import { judgeExisting, judgeOverlap } from './existing.ts';
import { lookAt } from './facts.ts';
import { judge } from './judge.ts';
import { checkLogin } from './login.ts';
import { lookAtNetwork, lookAtOthers } from './networks.ts';

/** Without the right login nothing else can be asked. */
export async function preflight(
  name: string,
  config: AzureConfig | AzureWorkersConfig,
  arm = openArm(),
): Promise<Finding[]> {
  const { principal, ...login } = await checkLogin(config, arm);
  if (principal === undefined) return [login];
  const { network } = config;
  const [facts, networks] = await Promise.all([
    lookAt(name, config, arm),
    network.kind === 'existing'
      ? lookAtNetwork(network, config, arm).then((found) => judgeExisting(config, network, found))
      : lookAtOthers(name, config, arm).then((others) => judgeOverlap(network.cidr, others)),
  ]);
  return [login, ...judge(config, facts), ...networks];
}
