/**
 * The network: dedicated, or one that is there already; who may talk to whom in it; endpoints of Azure's services.
 * A dedicated network with its way out costs about 40 US dollars a month, private mode's endpoints about 35.
 */
import { FlowLog } from '@pulumi/azure-native/network/flowLog.js';
import { getSubnetOutput } from '@pulumi/azure-native/network/getSubnet.js';
import { PrivateDnsZoneGroup } from '@pulumi/azure-native/network/privateDnsZoneGroup.js';
import { PrivateEndpoint } from '@pulumi/azure-native/network/privateEndpoint.js';
import { PrivateZone } from '@pulumi/azure-native/privatedns/privateZone.js';
import { VirtualNetworkLink } from '@pulumi/azure-native/privatedns/virtualNetworkLink.js';
import * as pulumi from '@pulumi/pulumi';
import { endpointsToMake, type Service, ZONES } from '../../config/azure-services.ts';
import type { FlowStore } from './flow-logs.ts';
import type { Group as ResourceGroup } from './group.ts';
import { partsOf } from './names.ts';
import { dedicatedNetwork, type Placed } from './network/dedicated.ts';
import { SUBRESOURCE } from './network/endpoints.ts';
import { type Group, groupsOf } from './network/firewall.ts';
import { givenGroups, isMachines, type MachineGroup, securityGroup } from './network/groups.ts';
import type { WorkerSite } from './site.ts';

export interface NetworkArgs {
  site: WorkerSite;
  group: ResourceGroup;
}

export class Network extends pulumi.ComponentResource {
  readonly subnets: Record<Group, pulumi.Output<string>>;
  /** Security groups that machines' interfaces carry; none where their subnets do. */
  readonly groups: Partial<Record<MachineGroup, pulumi.Output<string>>>;
  /** What has to be there before a machine boots. */
  readonly ways: pulumi.Resource[];
  /** Zones of endpoints that are to be made, by their names. */
  readonly #zones = new Map<string, pulumi.Output<string>>();
  readonly #args: NetworkArgs;
  readonly #placed: Placed;

  constructor(name: string, args: NetworkArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:Network', name, {}, options);
    const within = { parent: this };
    const { site, group } = args;
    const { network, given } = site.config;
    this.#args = args;
    const placed =
      network.kind === 'dedicated'
        ? dedicatedNetwork(site, group, within)
        : existingNetwork(site, group, within);
    this.#placed = placed;
    this.subnets = placed.subnets;
    this.groups =
      given.securityGroups === undefined ? (placed.groups ?? {}) : givenGroups(given.securityGroups);
    for (const zone of new Set(endpointsToMake(site.config).flatMap((service) => ZONES[service])))
      this.#zones.set(zone, this.#zone(zone).id);
    this.ways = [...placed.ways];
    this.registerOutputs({ networkId: placed.networkId, subnets: this.subnets });
  }

  /** Zone of PostgreSQL's name, and when the network looks names up in it. To be asked once. */
  databaseZone(): { id: pulumi.Output<string>; ready: pulumi.Resource[] } {
    return this.#zone(`cove-${this.#args.site.name}.private.postgres.database.azure.com`);
  }

  /** A way to a service inside the network, where the installation needs one there. */
  endpoint(
    service: Service,
    to: pulumi.Output<string>,
    parent: pulumi.Resource,
    dependsOn: pulumi.Resource[] = [],
  ): pulumi.Resource[] {
    const { site, group } = this.#args;
    if (!endpointsToMake(site.config).includes(service)) return [];
    const endpoint = new PrivateEndpoint(
      service,
      {
        ...group.place,
        privateEndpointName: site.named(service),
        subnet: { id: this.subnets.endpoints },
        privateLinkServiceConnections: [
          { name: service, privateLinkServiceId: to, groupIds: [SUBRESOURCE[service]] },
        ],
      },
      { parent, dependsOn },
    );
    const names = new PrivateDnsZoneGroup(
      service,
      {
        ...group.within,
        privateEndpointName: endpoint.name,
        privateDnsZoneGroupName: 'default',
        privateDnsZoneConfigs: ZONES[service].map((zone, index) => ({
          name: index === 0 ? service : `${service}-${index}`,
          privateDnsZoneId: this.#zones.get(zone)!,
        })),
      },
      { parent },
    );
    this.ways.push(names);
    return [names];
  }

  /** Who spoke with whom. Azure keeps one watcher for each region, in a resource group of its own. */
  record({ account, writer, ready }: FlowStore) {
    const { network } = this.#placed;
    const { site } = this.#args;
    if (network === undefined) return;
    new FlowLog(
      'flow-log',
      {
        resourceGroupName: 'NetworkWatcherRG',
        networkWatcherName: `NetworkWatcher_${site.config.region}`,
        location: site.config.region,
        tags: site.tags,
        flowLogName: site.named('network'),
        targetResourceId: network.id,
        storageId: account.id,
        enabled: true,
        format: { type: 'JSON', version: 2 },
        retentionPolicy: { enabled: true, days: site.sizes.logDays },
        identity: { type: 'UserAssigned', userAssignedIdentities: [writer.id] },
      },
      { parent: this, dependsOn: ready },
    );
  }

  #zone(name: string): { id: pulumi.Output<string>; ready: pulumi.Resource[] } {
    const { site, group } = this.#args;
    const kept = site.config.network.privateDnsZones.find((id) => id.toLowerCase().endsWith(`/${name}`));
    if (kept !== undefined) return { id: pulumi.output(kept), ready: [] };
    const zone = new PrivateZone(
      name,
      { ...group.place, location: 'global', privateZoneName: name },
      { parent: this },
    );
    const link = new VirtualNetworkLink(
      name,
      {
        ...group.place,
        location: 'global',
        privateZoneName: zone.name,
        virtualNetworkLinkName: 'network',
        virtualNetwork: { id: this.#placed.networkId },
        registrationEnabled: false,
      },
      { parent: this },
    );
    return { id: zone.id, ready: [link] };
  }
}

/** Subnets that are there: pre-flight has looked at them. Machines' interfaces carry the rules. */
function existingNetwork(
  site: WorkerSite,
  group: ResourceGroup,
  options: pulumi.CustomResourceOptions & pulumi.InvokeOptions,
): Placed {
  const { network, given } = site.config;
  if (network.kind !== 'existing') throw new Error('the config asks for a network of its own');
  const { subnetIds } = network;
  const idOf = (name: Group): string =>
    (
      ({ ...subnetIds, ...('appHost' in subnetIds && { endpointHosts: subnetIds.appHost }) }) as Record<
        Group,
        string
      >
    )[name];
  const names = groupsOf(site.config);
  const prefixes = Object.fromEntries(
    names.map((name) => {
      const { resourceGroupName, names: of } = partsOf(idOf(name));
      const found = getSubnetOutput(
        { resourceGroupName, virtualNetworkName: of[0] ?? '', subnetName: of[1] ?? '' },
        options,
      );
      return [name, found.apply((one) => one.addressPrefix ?? one.addressPrefixes?.[0] ?? '')];
    }),
  ) as Record<Group, pulumi.Output<string>>;
  const made = names.filter((name) => given.securityGroups === undefined && isMachines(name));
  return {
    networkId: pulumi.output(network.networkId),
    subnets: Object.fromEntries(names.map((name) => [name, pulumi.output(idOf(name))])) as Placed['subnets'],
    prefixes,
    groups: Object.fromEntries(
      made.map((name) => [name, securityGroup(name, { site, group, prefixes }, options).id]),
    ),
    ways: [],
  };
}
