/**
 * Workers: a group of machines for each environment, of none at first. The application scales them below the ceiling;
 * minimum, maximum and number are its own (design 12). They cost only while jobs run.
 */
import * as pulumi from '@pulumi/pulumi';
import { isGpu } from '../../config/checks/aws-network.ts';
import { workerDocument } from '../boot/worker.ts';
import type { AppHostParts, WorkerGroup } from '../contract.ts';
import type { Identity } from './identity.ts';
import { machineGroup } from './machines.ts';
import type { Mounts } from './mounts.ts';
import type { Network } from './network.ts';
import type { WorkerSite } from './site.ts';
import { surroundings } from './surroundings.ts';
import { gpusOf, workerPart } from './worker-names.ts';

export interface WorkersArgs {
  site: WorkerSite;
  network: Network;
  identity: Pick<Identity, 'accounts'>;
  mounts: Mounts;
  appHost: Pick<AppHostParts, 'httpUrl'>;
  /** Name of a worker stack, whose machines join an installation elsewhere and reach its API alone. */
  stack?: string;
}

/** Published by Amazon: Amazon Linux 2023 with Docker, and with NVIDIA's driver and toolkit. */
export const ECS = '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id';
const ECS_GPU = '/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id';

export class Workers extends pulumi.ComponentResource {
  readonly groups: WorkerGroup[];

  constructor(name: string, args: WorkersArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:Workers', name, {}, options);
    const { site, network, identity, mounts, appHost, stack } = args;
    const { environments, machineImages, jobAccess } = site.config;
    this.groups = environments.map((environment) => {
      const { slug, machineType, diskGb, spot, ceiling, serviceAccount } = environment;
      const gpu = isGpu(machineType);
      const account = serviceAccount === undefined ? undefined : identity.accounts[serviceAccount]!;
      const userData = pulumi.all([appHost.httpUrl, mounts.of(slug)]).apply(([apiUrl, mounted]) =>
        workerDocument({
          ...surroundings(site),
          // Its image holds Docker already.
          installPackages: false,
          mounts: mounted,
          environment: slug,
          apiUrl,
          proof: { kind: 'aws' },
          spot,
          ...(stack === undefined ? {} : { stack, relay: true }),
          jobsHaveIdentity: account !== undefined,
          doorPorts: jobAccess?.ports,
        }),
      );
      const { group } = machineGroup(
        `worker-${slug}`,
        {
          site,
          part: workerPart(slug),
          machineType,
          diskGb,
          spot,
          image: gpu ? machineImages.gpuWorker : machineImages.worker,
          published: gpu ? ECS_GPU : ECS,
          rootDevice: '/dev/xvda',
          securityGroup: network.groups.workers,
          profile: account?.name,
          metadataHops: account === undefined ? 1 : 2,
          userData,
          tags: { component: 'worker', environment: slug },
          group: {
            minSize: 0,
            maxSize: ceiling,
            vpcZoneIdentifiers: network.subnets.workers,
            healthCheckType: 'EC2',
            // The application lets machines go when they have no job.
            suspendedProcesses: ['AZRebalance'],
            protectFromScaleIn: true,
          },
          groupOptions: {
            dependsOn: [...network.ways, ...mounts.ready],
            ignoreChanges: ['minSize', 'desiredCapacity'],
          },
        },
        { parent: this },
      );
      return {
        environment: slug,
        group: group.name,
        ceiling,
        machineType,
        gpus: gpusOf(machineType),
      };
    });
    this.registerOutputs({});
  }
}
