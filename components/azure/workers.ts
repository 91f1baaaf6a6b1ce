/**
 * Workers: a scale set for each environment, of no machine at first. The application scales them below the ceiling; how
 * many there are is its own (design 12). They cost only while jobs run.
 */
import * as pulumi from '@pulumi/pulumi';
import { isGpu } from '../../config/checks/azure-sizes.ts';
import { workerDocument } from '../boot/worker.ts';
import type { AppHostParts, WorkerGroup } from '../contract.ts';
import type { Group } from './group.ts';
import type { Identity } from './identity.ts';
import { UBUNTU, UBUNTU_GPU } from './machine-images.ts';
import { machineGroup } from './machines.ts';
import type { Mounts } from './mounts.ts';
import type { Network } from './network.ts';
import type { WorkerSite } from './site.ts';
import { surroundings } from './surroundings.ts';
import { gpusOf, workerGroupName } from './worker-names.ts';

export interface WorkersArgs {
  site: WorkerSite;
  group: Group;
  network: Network;
  identity: Pick<Identity, 'accounts'>;
  mounts: Mounts;
  appHost: Pick<AppHostParts, 'httpUrl'>;
  /** Name of a worker stack, whose machines join an installation elsewhere. */
  stack?: string;
}

export class Workers extends pulumi.ComponentResource {
  readonly groups: WorkerGroup[];

  constructor(name: string, args: WorkersArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:Workers', name, {}, options);
    const { site, group, network, identity, mounts, appHost, stack } = args;
    const { environments, machineImages, jobAccess } = site.config;
    this.groups = environments.map((environment) => {
      const { slug, machineType, diskGb, spot, ceiling, serviceAccount } = environment;
      const gpu = isGpu(machineType);
      const account = serviceAccount === undefined ? undefined : identity.accounts[serviceAccount]!;
      const image = gpu ? machineImages.gpuWorker : machineImages.worker;
      const userData = pulumi.all([appHost.httpUrl, mounts.of(slug)]).apply(([apiUrl, mounted]) =>
        workerDocument({
          ...surroundings(site),
          // Canonical's image holds no Docker; Microsoft's for GPUs does, and so does one of the operator's.
          installPackages: !gpu && image === undefined,
          mounts: mounted,
          environment: slug,
          apiUrl,
          proof: { kind: 'azure' },
          ...(stack === undefined ? {} : { stack }),
          jobsHaveIdentity: account !== undefined,
          doorPorts: jobAccess?.ports,
          spot,
          // Azure's Redis has no users, so the API alone speaks with it.
          relay: true,
        }),
      );
      const scaleSet = machineGroup(
        `worker-${slug}`,
        {
          site,
          group,
          groupName: workerGroupName(site, slug),
          capacity: 0,
          machineType,
          diskGb,
          spot,
          image,
          published: gpu ? UBUNTU_GPU : UBUNTU,
          subnet: network.subnets.workers,
          securityGroup: network.groups.workers,
          identity: account?.id,
          userData,
          tags: { component: 'worker', environment: slug },
        },
        {
          parent: this,
          dependsOn: [...network.ways, ...mounts.ready],
          ignoreChanges: ['sku.capacity'],
        },
      );
      return { environment: slug, group: scaleSet.name, ceiling, machineType, gpus: gpusOf(machineType) };
    });
    this.registerOutputs({});
  }
}
