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
import { WORKER_ACTIONS } from './permissions.ts';

/** Without the right login nothing else can be asked. */
export async function preflight(_name: string, config: AwsConfig): Promise<Finding[]> {
  const { principal, ...login } = await checkLogin(config);
  if (principal === undefined) return [login];
  const [machines, images, networks, zone, permissions] = await Promise.all([
    lookAtMachines(config),
    lookAtImages(config),
    lookAtNetworks(config),
    lookAtZone(config),
    simulate(principal, config),
  ]);
  const quotas = await lookAtQuotas(config, needsOf(config, machines));
  return [
    login,
    ...judgePermissions(permissions),
    ...judgeMachines(config, machines),
    ...judgeQuotas(quotas),
    ...judgeImages(config, images),
    ...judgeNetworks(config, networks),
    ...judgeZone(config, zone),
  ];
}

/** The same for a stack of workers. */
export async function preflightWorkers(_name: string, config: AwsWorkersConfig): Promise<Finding[]> {
  const { principal, ...login } = await checkLogin(config);
  if (principal === undefined) return [login];
  const [machines, images, networks, permissions] = await Promise.all([
    lookAtMachines(config),
    lookAtImages(config),
    lookAtNetworks(config),
    simulate(principal, config, WORKER_ACTIONS),
  ]);
  const quotas = await lookAtQuotas(config, needsOf(config, machines));
  return [
    login,
    ...judgePermissions(permissions),
    ...judgeMachines(config, machines),
    ...judgeQuotas(quotas),
    ...judgeImages(config, images),
    ...judgeNetworks(config, networks),
  ];
}
