/** What other parts have to know of an environment's group before it is made. Pure. */
import { isGpu, machineSize } from '../../config/checks/azure-sizes.ts';
import { physicalName } from '../naming.ts';

/** After `cove-<installation>-`; the application host's rights go by it. */
export const workerPart = (environment: string) => `worker-${environment}`;
/** Scale sets: 64. */
export const groupName = ({ name }: { name: string }, part: string) => physicalName(name, part, 64);
export const workerGroupName = (site: { name: string }, environment: string) =>
  groupName(site, workerPart(environment));
/** 0 for a type without any. */
export const gpusOf = (machineType: string): number =>
  machineSize(machineType)?.gpus ?? (isGpu(machineType) ? 1 : 0);
