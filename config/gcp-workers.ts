/** The target `gcp` of a worker stack: machines for jobs in a region or project of their own, of an installation elsewhere. */
import { z } from 'zod';
import type { Complain } from './checks/complain.ts';
import { checkWorkers } from './checks/environments.ts';
import { checkGcpTypes } from './checks/gcp-machines.ts';
import { checkSubnets, hasGpus } from './checks/gcp-network.ts';
import { checkDedicated, checkImages } from './checks/network.ts';
import {
  account,
  checkLabels,
  gcpGiven,
  gcpWorkerImages,
  gcpWorkers,
  image,
  machineType,
  WorkersNetwork,
} from './gcp.ts';
import { joins, workerStack } from './parts.ts';

const Given = z
  .strictObject({
    scalerAccount: account
      .optional()
      .describe('Service account of the scaler, with its roles, instead of making one'),
    ...gcpGiven,
  })
  .prefault({})
  .describe('For locked-down projects: what is there already and is not made');

/** Machines of Google Cloud for an installation that lives elsewhere. */
export const GcpWorkersConfig = z
  .strictObject({
    ...gcpWorkers,
    network: WorkersNetwork,
    joins,
    ...workerStack,
    scaler: z
      .strictObject({
        machineType: machineType
          .default('e2-small')
          .describe('It needs 1 GiB of memory, and next to no processor'),
        diskGb: z.int().min(20).max(1000).default(20).describe('In GiB'),
      })
      .prefault({})
      .describe('The small machine that starts and ends workers here, as the installation asks it to'),
    machineImages: z
      .strictObject({
        scaler: image.optional().describe('Ubuntu with Docker. Left out: Ubuntu 24.04'),
        ...gcpWorkerImages,
      })
      .prefault({})
      .describe('Machine images of your own; needed in private mode (docs/gcp.md has the recipe)'),
    given: Given,
  })
  .describe('Machines of Google Cloud for an installation that lives elsewhere');

export type GcpWorkersConfig = z.infer<typeof GcpWorkersConfig>;

/** What no single key shows. */
export function checkGcpWorkers(config: GcpWorkersConfig, complain: Complain): void {
  const { region, network, environments, scaler } = config;
  checkWorkers(config, complain);
  checkLabels(config, complain);
  if (network.kind === 'dedicated') checkDedicated(network, 'more than /16 is never used', complain);
  else checkSubnets(network.subnetIds, region, complain);
  if (network.private) {
    checkImages(
      config.machineImages,
      ['scaler', 'worker', ...(hasGpus(environments) ? (['gpuWorker'] as const) : [])],
      'docs/gcp.md',
      complain,
    );
  }
  checkGcpTypes(config, { scaler }, complain);
}
