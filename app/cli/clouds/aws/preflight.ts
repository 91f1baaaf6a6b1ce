/** What must be right in the account before the engine starts: asked at once, told at once, each with a cure. */
import type { AwsConfig, AwsWorkersConfig } from '../../../../config/schema.ts';
import type { Finding } from '../../checks/finding.ts';
import { lookAtImages, lookAtMachines, lookAtQuotas, lookAtZone, simulate } from './facts.ts';
import {
  judgeImages,
  judgeMachines,
  judgeNetworks,
  judgePermissions,
  judgeQuotas,
  judgeZone,
  needsOf,
} from './judge.ts';
import { checkLogin } from './login.ts';
import { lookAtNetworks } from './networks.ts';
import { ACTIONS, WORKER_ACTIONS } from './permissions.ts';

/** Without the right login nothing else can be asked. A stack of workers has no zone, and needs fewer rights. */
export async function preflight(_name: string, config: AwsConfig | AwsWorkersConfig): Promise<Finding[]> {
  const { principal, ...login } = await checkLogin(config);
  if (principal === undefined) return [login];
  const isWorkers = 'joins' in config;
  const [machines, images, networks, zone, permissions] = await Promise.all([
    lookAtMachines(config),
    lookAtImages(config),
    lookAtNetworks(config),
    isWorkers ? [] : lookAtZone(config).then((found) => judgeZone(config, found)),
    simulate(principal, config, isWorkers ? WORKER_ACTIONS : ACTIONS),
  ]);
  const quotas = await lookAtQuotas(config, needsOf(config, machines));
  return [
    login,
    ...judgePermissions(permissions),
    ...judgeMachines(config, machines),
    ...judgeQuotas(quotas),
    ...judgeImages(config, images),
    ...judgeNetworks(config, networks),
    ...zone,
  ];
}
