/** Machines for deployed endpoints, apart from the application host and from the workers. */
import * as pulumi from '@pulumi/pulumi';
import { ENDPOINT_HOSTS } from '../boot/environments.ts';
import { workerDocument } from '../boot/worker.ts';
import type { AppHostParts } from '../contract.ts';
import { machineGroup } from './machines.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';
import { surroundings } from './surroundings.ts';
import { ECS } from './workers.ts';

export class EndpointHosts extends pulumi.ComponentResource {
  readonly group: pulumi.Output<string> | undefined;

  constructor(
    name: string,
    { site, network, appHost }: { site: Site; network: Network; appHost: AppHostParts },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:aws:EndpointHosts', name, {}, options);
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
          published: ECS,
          rootDevice: '/dev/xvda',
          securityGroup: network.groups.endpointHosts,
          profile: undefined,
          metadataHops: 1,
          userData: appHost.httpUrl.apply((apiUrl) =>
            workerDocument({
              ...surroundings(site),
              installPackages: false,
              environment: ENDPOINT_HOSTS,
              apiUrl,
              proof: { kind: 'aws' },
              jobsHaveIdentity: false,
            }),
          ),
          tags: { component: ENDPOINT_HOSTS },
          group: {
            minSize: endpointHosts.count,
            maxSize: endpointHosts.count,
            vpcZoneIdentifiers: network.subnets.workers,
            healthCheckType: 'EC2',
          },
          groupOptions: { dependsOn: network.ways },
        },
        { parent: this },
      );
      this.group = group.name;
    }
    this.registerOutputs({ group: this.group });
  }
}
