/** Region, machine types and sizes of an AWS installation, as far as a published list tells. Pure. */
import type { AwsConfig } from '../aws.ts';
import facts from '../aws-machines.generated.json' with { type: 'json' };
import { closest } from '../closest.ts';
import type { Complain } from './complain.ts';
import { APP_HOST, checkDisks, checkSize, SERVICE, unknownRegion } from './sizes.ts';

/** vCPUs, MiB of memory, GPUs, and the regions that have it, as bits of a hexadecimal number. */
type Machine = [vcpus: number, mib: number, gpus: number, regions: string];
const machines = facts.machines as unknown as Record<string, Machine | undefined>;

export interface MachineSize {
  vcpus: number;
  gib: number;
  gpus: number;
}

/** What a machine type has; undefined where the list does not know it. Also of `db.…` and `cache.…`. */
export function machineSize(type: string): MachineSize | undefined {
  const known = machines[type.replace(/^(db|cache)\./, '')];
  return known?.[0] ? { vcpus: known[0], gib: known[1] / 1024, gpus: known[2] } : undefined;
}

export function checkAwsMachines(config: AwsConfig, complain: Complain): void {
  const { region, appHost, database, queue, endpointHosts, profile } = config;
  checkMachineTypes(
    region,
    [
      { path: ['appHost', 'machineType'], type: appHost.machineType },
      { path: ['endpointHosts', 'machineType'], type: endpointHosts?.machineType },
      ...config.environments.map(({ machineType: type }, at) => ({
        path: ['environments', at, 'machineType'],
        type,
      })),
    ],
    complain,
  );
  if (profile === 'dev') return;
  checkSize(['appHost', 'machineType'], appHost.machineType, machineSize, APP_HOST, complain);
  checkSize(['database', 'instanceClass'], database.instanceClass, machineSize, SERVICE, complain);
  checkSize(['queue', 'nodeType'], queue.nodeType, machineSize, SERVICE, complain);
  checkDisks(config, complain);
}

/** Whether the region is one, and has them. */
export function checkMachineTypes(
  region: string,
  named: { path: (string | number)[]; type: string | undefined }[],
  complain: Complain,
): void {
  const index = facts.regions.indexOf(region);
  unknownRegion(region, facts.regions, complain);
  for (const { path, type } of named) {
    const problem = type === undefined ? undefined : unavailable(type, region, index);
    if (problem !== undefined) complain(path, `is "${type}", ${problem}`);
  }
}

/** Why machines of the type cannot be had; types of families newer than the list are let through. */
function unavailable(type: string, region: string, index: number): string | undefined {
  if (isArm(type))
    return 'which has Arm processors; the platform’s images are for x86-64. Take the like with Intel or AMD, such as m7i or m7a';
  const known = machines[type];
  if (known === undefined) {
    const family = `${type.split('.')[0]}.`;
    const near = Object.keys(machines).filter((name) => name.startsWith(family));
    if (near.length === 0) return undefined;
    const meant = closest(type, near);
    return `which is no machine type.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
  }
  if (index < 0 || (BigInt(`0x${known[3]}`) >> BigInt(index)) % 2n === 1n) return undefined;
  const elsewhere = Object.entries(machines)
    .filter(([, other]) => other && other[0] === known[0] && other[2] === known[2] && inRegion(other, index))
    .map(([name]) => name)
    .filter((name) => name[0] === type[0])
    .slice(0, 5);
  const instead = elsewhere.length === 0 ? '' : `; of that size there are ${elsewhere.join(', ')}`;
  return `which ${region} does not have (${facts.source})${instead}`;
}

/** Graviton: the `g` after the generation. */
const isArm = (type: string) => /^(a1|[a-z]+\d+g[a-z]*)\./.test(type);
const inRegion = (machine: Machine, index: number) =>
  (BigInt(`0x${machine[3]}`) >> BigInt(index)) % 2n === 1n;
