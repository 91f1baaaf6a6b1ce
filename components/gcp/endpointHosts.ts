/** Machines for deployed endpoints, apart from the application host and from the workers. */
import * as pulumi from '@pulumi/pulumi';
import { ENDPOINT_HOSTS } from '../boot/environments.ts';
import { workerDocument } from '../boot/worker.ts';
import type { AppHostParts } from '../contract.ts';
import { machineGroup, UBUNTU } from './machines.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';
import { surroundings } from './surroundings.ts';
import type { Workers } from './workers.ts';

export interface EndpointHostsArgs {
  site: Site;
  network: Network;
  workers: Workers;
  appHost: AppHostParts;
}

export class EndpointHosts extends pulumi.ComponentResource {
  readonly group: pulumi.Output<string> | undefined;

  constructor(
    name: string,
    { site, network, workers, appHost }: EndpointHostsArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:gcp:EndpointHosts', name, {}, options);
    const { endpointHosts, machineImages } = site.config;
    if (endpointHosts !== undefined) {
      const { group } = machineGroup(
        ENDPOINT_HOSTS,
        {
          site,
          part: ENDPOINT_HOSTS,
          machineType: endpointHosts.machineType,
          diskGb: endpointHosts.diskGb,
          image: machineImages.worker,
          published: UBUNTU,
          subnet: network.subnets.workers,
          tag: network.tags.endpointHosts,
          account: workers.account,
          userData: appHost.httpUrl.apply((apiUrl) =>
            workerDocument({
              ...surroundings(site),
              installPackages: machineImages.worker === undefined,
              environment: ENDPOINT_HOSTS,
              apiUrl,
              proof: { kind: 'gcp', audience: site.publicUrl },
              jobsHaveIdentity: false,
              relay: true,
            }),
          ),
          labels: { component: ENDPOINT_HOSTS },
          group: { targetSize: endpointHosts.count },
          groupOptions: { dependsOn: network.ways },
        },
        { parent: this },
      );
      this.group = group.name;
    }
    this.registerOutputs({ group: this.group });
  }
}
