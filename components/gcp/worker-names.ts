/** What other parts have to know of an environment's group before it is made. Pure. */
import { machineSize } from '../../config/checks/gcp-sizes.ts';
import type { GcpConfig } from '../../config/schema.ts';
import { physicalName } from '../naming.ts';

/** After `cove-<installation>-`; the application host's rights go by it. */
export const workerPart = (environment: string) => `worker-${environment}`;
/** Machines add a hyphen and four characters to the group's name. */
export const groupName = ({ name }: { name: string }, part: string) => physicalName(name, part, 58);
export const workerGroupName = (site: { name: string }, environment: string) =>
  groupName(site, workerPart(environment));
/** Those that are added, and those that belong to the type. */
export const gpusOf = ({
  machineType,
  gpu,
}: Pick<GcpConfig['environments'][number], 'machineType' | 'gpu'>): number =>
  gpu?.count ?? machineSize(machineType)?.gpus ?? 0;
