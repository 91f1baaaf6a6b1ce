/** Machines for deployed endpoints, apart from the application host and from the workers. */
import * as pulumi from '@pulumi/pulumi';
import { ENDPOINT_HOSTS } from '../boot/environments.ts';
import { workerDocument } from '../boot/worker.ts';
import type { AppHostParts } from '../contract.ts';
import type { Group } from './group.ts';
import { UBUNTU } from './machine-images.ts';
import { machineGroup } from './machines.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';
import { surroundings } from './surroundings.ts';
import { groupName } from './worker-names.ts';

export class EndpointHosts extends pulumi.ComponentResource {
  readonly group: pulumi.Output<string> | undefined;

  constructor(
    name: string,
    { site, group, network, appHost }: { site: Site; group: Group; network: Network; appHost: AppHostParts },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:azure:EndpointHosts', name, {}, options);
    const { endpointHosts, machineImages } = site.config;
    if (endpointHosts !== undefined)
      this.group = machineGroup(
        ENDPOINT_HOSTS,
        {
          site,
          group,
          groupName: groupName(site, ENDPOINT_HOSTS),
          capacity: endpointHosts.count,
          machineType: endpointHosts.machineType,
          diskGb: endpointHosts.diskGb,
          image: machineImages.worker,
          published: UBUNTU,
          subnet: network.subnets.endpointHosts,
          securityGroup: network.groups.endpointHosts,
          identity: undefined,
          userData: appHost.httpUrl.apply((apiUrl) =>
            workerDocument({
              ...surroundings(site),
              installPackages: machineImages.worker === undefined,
              environment: ENDPOINT_HOSTS,
              apiUrl,
              proof: { kind: 'azure' },
              jobsHaveIdentity: false,
              relay: true,
            }),
          ),
          tags: { component: ENDPOINT_HOSTS },
        },
        { parent: this, dependsOn: network.ways },
      ).name;
    this.registerOutputs({ group: this.group });
  }
}
