/**
 * Workers: a group of machines for each environment, of none at first. The application scales them below the ceiling;
 * their number is its own (design 12). They cost only while jobs run.
 */
import * as pulumi from '@pulumi/pulumi';
import { workerDocument } from '../boot/worker.ts';
import type { AppHostParts, WorkerGroup } from '../contract.ts';
import { bareAccount, serviceAccounts } from './accounts.ts';
import { DEEP_LEARNING, machineGroup, UBUNTU } from './machines.ts';
import type { Mounts } from './mounts.ts';
import type { Network } from './network.ts';
import type { WorkerSite } from './site.ts';
import { surroundings } from './surroundings.ts';
import { gpusOf, workerPart } from './worker-names.ts';

export interface WorkersArgs {
  site: WorkerSite;
  network: Network;
  mounts: Mounts;
  appHost: Pick<AppHostParts, 'httpUrl'>;
  /** Name of a worker stack, whose machines join an installation elsewhere. */
  stack?: string;
}

export class Workers extends pulumi.ComponentResource {
  readonly groups: WorkerGroup[];
  /** Address of the account without grants, by which machines prove themselves. */
  readonly account: pulumi.Output<string>;

  constructor(name: string, args: WorkersArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Workers', name, {}, options);
    const { site, network, mounts, appHost, stack } = args;
    const { environments, machineImages, jobAccess } = site.config;
    const bare = bareAccount(site, { parent: this });
    const accounts = serviceAccounts(site, { parent: this });
    this.account = bare;
    this.groups = environments.map((environment) => {
      const { slug, machineType, diskGb, spot, ceiling, serviceAccount, gpu } = environment;
      const gpus = gpusOf(environment);
      const account = serviceAccount === undefined ? undefined : accounts[serviceAccount]!;
      const image = gpus > 0 ? machineImages.gpuWorker : machineImages.worker;
      const userData = pulumi.all([appHost.httpUrl, mounts.of(slug)]).apply(([apiUrl, mounted]) =>
        workerDocument({
          ...surroundings(site),
          // Other images hold Docker already.
          installPackages: image === undefined && gpus === 0,
          mounts: mounted,
          environment: slug,
          apiUrl,
          proof: { kind: 'gcp', audience: apiUrl },
          ...(stack === undefined ? {} : { stack }),
          jobsHaveIdentity: account !== undefined,
          doorPorts: jobAccess?.ports,
          spot,
          relay: true,
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
          gpu,
          hasGpus: gpus > 0,
          image,
          published: gpus > 0 ? DEEP_LEARNING : UBUNTU,
          subnet: network.subnets.workers,
          tag: network.tags.workers,
          account: account ?? bare,
          userData,
          labels: { component: 'worker', environment: slug },
          group: {
            targetSize: 0,
            // The application lets machines go when they have no job: nothing else ends one.
            updatePolicy: {
              type: 'OPPORTUNISTIC',
              minimalAction: 'REPLACE',
              instanceRedistributionType: 'NONE',
              maxSurgeFixed: 0,
              maxUnavailableFixed: 3,
            },
            instanceLifecyclePolicy: { defaultActionOnFailure: 'DO_NOTHING' },
          },
          groupOptions: {
            dependsOn: [...network.ways, ...mounts.ready],
            ignoreChanges: ['targetSize'],
          },
        },
        { parent: this },
      );
      return { environment: slug, group: group.name, ceiling, machineType, gpus };
    });
    this.registerOutputs({});
  }
}
