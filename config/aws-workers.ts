/** The target `aws` of a worker stack: machines for jobs in a region or account of their own, of an installation elsewhere. */
import { z } from 'zod';
import { arn, awsWorkerImages, awsWorkers, id, machineType } from './aws.ts';
import { checkMachineTypes } from './checks/aws-machines.ts';
import { isGpu } from './checks/aws-network.ts';
import type { Complain } from './checks/complain.ts';
import { checkWorkers } from './checks/environments.ts';
import { checkDedicated, checkImages } from './checks/network.ts';
import { joins, workerStack } from './parts.ts';

const Given = z
  .strictObject({
    permissionsBoundary: arn('iam', 'a managed policy')
      .optional()
      .describe('Boundary of every role that is made'),
    scalerRole: arn('iam', 'a role').optional().describe('Role of the scaler, instead of making one'),
    flowLogsRole: arn('iam', 'a role')
      .optional()
      .describe('Role by which the network writes its flow logs, instead of making one'),
    kmsKey: arn('kms', 'a key').optional().describe('Key that encrypts everything, instead of making one'),
    securityGroups: z
      .strictObject({
        scaler: id('sg', 'a security group'),
        workers: id('sg', 'a security group'),
        endpoints: id('sg', 'a security group'),
      })
      .optional()
      .describe('Security groups, instead of making them; their rules are then yours'),
  })
  .prefault({})
  .describe('For locked-down accounts: what is there already and is not made');

/** Machines of AWS for an installation that lives elsewhere. */
export const AwsWorkersConfig = z
  .strictObject({
    ...awsWorkers,
    joins,
    ...workerStack,
    scaler: z
      .strictObject({
        machineType: machineType
          .default('t3.small')
          .describe('It needs 1 GiB of memory, and next to no processor'),
        diskGb: z.int().min(20).max(1000).default(20).describe('In GiB'),
      })
      .prefault({})
      .describe('The small machine that starts and ends workers here, as the installation asks it to'),
    machineImages: z
      .strictObject({
        scaler: id('ami', 'a machine image')
          .optional()
          .describe('Ubuntu with Docker. Left out: Ubuntu 24.04'),
        ...awsWorkerImages,
      })
      .prefault({})
      .describe('Machine images of your own; needed in private mode (docs/aws.md has the recipe)'),
    given: Given,
  })
  .describe('Machines of Amazon Web Services for an installation that lives elsewhere');

export type AwsWorkersConfig = z.infer<typeof AwsWorkersConfig>;

/** What no single key shows. */
export function checkAwsWorkers(config: AwsWorkersConfig, complain: Complain): void {
  const { region, network, environments, scaler } = config;
  checkWorkers(config, complain);
  if (network.kind === 'dedicated') checkDedicated(network, 'a VPC may be /16 at most', complain);
  if (network.private) {
    const gpu = environments.some(({ machineType }) => isGpu(machineType));
    checkImages(
      config.machineImages,
      ['scaler', 'worker', ...(gpu ? (['gpuWorker'] as const) : [])],
      'docs/aws.md',
      complain,
    );
  }
  checkMachineTypes(
    region,
    [
      { path: ['scaler', 'machineType'], type: scaler.machineType },
      ...environments.map(({ machineType: type }, at) => ({
        path: ['environments', at, 'machineType'],
        type,
      })),
    ],
    complain,
  );
}
