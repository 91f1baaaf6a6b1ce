/** The target `azure` of a worker stack: machines for jobs in a region or subscription of their own, of an installation elsewhere. */
import { z } from 'zod';
import {
  azureGiven,
  azureWorkerImages,
  azureWorkers,
  id,
  image,
  machineType,
  WorkersNetwork,
} from './azure.ts';
import { checkAzureTypes } from './checks/azure-machines.ts';
import { isGpu } from './checks/azure-sizes.ts';
import type { Complain } from './checks/complain.ts';
import { checkWorkers } from './checks/environments.ts';
import { checkDedicated, checkImages } from './checks/network.ts';
import { joins, workerStack } from './parts.ts';

const Given = z
  .strictObject({
    ...azureGiven,
    scalerIdentity: id('Microsoft.ManagedIdentity/userAssignedIdentities', 'a managed identity')
      .optional()
      .describe('Identity of the scaler, with its roles, instead of making one'),
    securityGroups: z
      .strictObject({
        scaler: id('Microsoft.Network/networkSecurityGroups', 'a network security group'),
        workers: id('Microsoft.Network/networkSecurityGroups', 'a network security group'),
      })
      .optional()
      .describe('Network security groups, instead of making them; their rules are then yours'),
  })
  .prefault({})
  .describe('For locked-down subscriptions: what is there already and is not made');

/** Machines of Azure for an installation that lives elsewhere. */
export const AzureWorkersConfig = z
  .strictObject({
    ...azureWorkers,
    network: WorkersNetwork,
    joins,
    ...workerStack,
    scaler: z
      .strictObject({
        machineType: machineType
          .default('Standard_B1ms')
          .describe('It needs 1 GiB of memory, and next to no processor'),
        diskGb: z.int().min(30).max(1000).default(30).describe('In GiB'),
      })
      .prefault({})
      .describe('The small machine that starts and ends workers here, as the installation asks it to'),
    machineImages: z
      .strictObject({
        scaler: image.optional().describe('Ubuntu with Docker. Left out: Ubuntu 24.04'),
        ...azureWorkerImages,
      })
      .prefault({})
      .describe('Machine images of your own; needed in private mode (docs/azure.md has the recipe)'),
    given: Given,
  })
  .describe('Machines of Microsoft Azure for an installation that lives elsewhere');

export type AzureWorkersConfig = z.infer<typeof AzureWorkersConfig>;

/** What no single key shows. */
export function checkAzureWorkers(config: AzureWorkersConfig, complain: Complain): void {
  const { network, environments, scaler } = config;
  checkWorkers(config, complain);
  if (network.kind === 'dedicated') checkDedicated(network, 'more than /16 is never used', complain);
  if (network.private) {
    const gpu = environments.some(({ machineType }) => isGpu(machineType));
    checkImages(
      config.machineImages,
      ['scaler', 'worker', ...(gpu ? (['gpuWorker'] as const) : [])],
      'docs/azure.md',
      complain,
    );
  }
  checkAzureTypes(config, { scaler }, complain);
}
