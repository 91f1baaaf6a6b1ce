/** What other parts have to know of an environment's group before it is made. Pure. */
import { machineSize } from '../../config/checks/aws-machines.ts';
import { isGpu } from '../../config/checks/aws-network.ts';
import { physicalName } from '../naming.ts';

/** After `cove-<installation>-`; the application host's rights go by it. */
export const workerPart = (environment: string) => `worker-${environment}`;
/** Auto Scaling groups: 255. */
export const groupName = ({ name }: { name: string }, part: string) => physicalName(name, part, 255);
export const workerGroupName = (site: { name: string }, environment: string) =>
  groupName(site, workerPart(environment));
/** 0 for a type that the list does not know. */
export const gpusOf = (machineType: string): number =>
  machineSize(machineType)?.gpus ?? (isGpu(machineType) ? 1 : 0);
