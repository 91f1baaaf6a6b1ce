/** A network of the installation's own: subnets, the way out, connections. */
import { NatGateway } from '@pulumi/azure-native/network/natGateway.js';
import { PublicIPAddress } from '@pulumi/azure-native/network/publicIPAddress.js';
import { RouteTable } from '@pulumi/azure-native/network/routeTable.js';
import { Subnet } from '@pulumi/azure-native/network/subnet.js';
import { VirtualNetwork } from '@pulumi/azure-native/network/virtualNetwork.js';
import { VirtualNetworkPeering } from '@pulumi/azure-native/network/virtualNetworkPeering.js';
import type * as pulumi from '@pulumi/pulumi';
import type { Group as ResourceGroup } from '../group.ts';
import { partsOf } from '../names.ts';
import type { WorkerSite } from '../site.ts';
import { serviceEndpoints } from './endpoints.ts';
import { type Group, groupsOf } from './firewall.ts';
import { type MachineGroup, type Prefixes, securityGroup } from './groups.ts';
import { subnetsOf } from './layout.ts';

export interface Placed {
  networkId: pulumi.Output<string>;
  /** Where it is made; undefined: it was there. */
  network?: VirtualNetwork;
  subnets: Record<Group, pulumi.Output<string>>;
  prefixes: Prefixes;
  /** Security groups of machines, where the subnets carry them; else their interfaces do. */
  groups?: Partial<Record<MachineGroup, pulumi.Output<string>>>;
  /** What has to be there before a machine boots. */
  ways: pulumi.Resource[];
}

/** Services of Azure that want a subnet of their own. */
const DELEGATED: Partial<Record<Group, string>> = {
  database: 'Microsoft.DBforPostgreSQL/flexibleServers',
  ingress: 'Microsoft.Network/applicationGateways',
};
const MACHINES: Group[] = ['appHost', 'endpointHosts', 'scaler', 'workers'];

export function dedicatedNetwork(
  site: WorkerSite,
  group: ResourceGroup,
  options: pulumi.CustomResourceOptions,
): Placed {
  const { network: wanted, given } = site.config;
  if (wanted.kind !== 'dedicated') throw new Error('the config names an existing network');
  const prefixes = subnetsOf(wanted.cidr);
  const network = new VirtualNetwork(
    'network',
    {
      ...group.place,
      virtualNetworkName: site.named('network'),
      addressSpace: { addressPrefixes: [wanted.cidr] },
    },
    // Subnets are resources of their own; Azure tells of them here as well.
    { ...options, ignoreChanges: ['subnets'] },
  );
  const natGateway = wanted.private ? undefined : wayOut(site, group, options);
  const routes = routeTable(site, group, options);
  const needed = groupsOf(site.config);
  const groups: Partial<Record<Group, pulumi.Output<string>>> = {};
  const made: Subnet[] = [];
  for (const name of needed) {
    const isGiven = given.securityGroups !== undefined && MACHINES.includes(name);
    if (!isGiven) groups[name] = securityGroup(name, { site, group, prefixes }, options).id;
    const machines = MACHINES.includes(name);
    const delegated = DELEGATED[name];
    made.push(
      new Subnet(
        name,
        {
          ...group.within,
          virtualNetworkName: network.name,
          subnetName: name,
          addressPrefix: prefixes[name] as string,
          defaultOutboundAccess: false,
          privateEndpointNetworkPolicies: 'Enabled',
          ...(isGiven ? {} : { networkSecurityGroup: { id: groups[name]! } }),
          ...(machines && natGateway !== undefined ? { natGateway: { id: natGateway.id } } : {}),
          ...(machines && routes !== undefined ? { routeTable: { id: routes.id } } : {}),
          ...(machines
            ? { serviceEndpoints: serviceEndpoints(wanted.private).map((service) => ({ service })) }
            : {}),
          ...(delegated === undefined
            ? {}
            : { delegations: [{ name: delegated.split('/').at(-1)!, serviceName: delegated }] }),
        },
        // Azure changes one subnet of a network at a time.
        { ...options, dependsOn: made.slice(-1) },
      ),
    );
  }
  const subnets = Object.fromEntries(needed.map((name, index) => [name, made[index]!.id]));
  return {
    networkId: network.id,
    network,
    subnets: subnets as Placed['subnets'],
    prefixes,
    ways: [...made, ...peerings(site, group, network, options)],
  };
}

/** One gateway for all subnets: Azure keeps it in one zone, and a subnet can have no second one. */
function wayOut(site: WorkerSite, group: ResourceGroup, options: pulumi.CustomResourceOptions): NatGateway {
  const address = new PublicIPAddress(
    'nat',
    {
      ...group.place,
      publicIpAddressName: site.named('nat'),
      sku: { name: 'Standard' },
      publicIPAllocationMethod: 'Static',
      ...(site.zones.length === 0 ? {} : { zones: site.zones }),
    },
    options,
  );
  return new NatGateway(
    'nat',
    {
      ...group.place,
      natGatewayName: site.named('nat'),
      sku: { name: 'Standard' },
      idleTimeoutInMinutes: 30,
      publicIpAddresses: [{ id: address.id }],
    },
    options,
  );
}

/** Ways to networks behind a firewall. */
function routeTable(
  site: WorkerSite,
  group: ResourceGroup,
  options: pulumi.CustomResourceOptions,
): RouteTable | undefined {
  const { network } = site.config;
  const behind =
    network.kind === 'dedicated' ? network.connections.filter(({ via }) => !via.startsWith('/')) : [];
  if (behind.length === 0) return undefined;
  return new RouteTable(
    'connections',
    {
      ...group.place,
      routeTableName: site.named('connections'),
      routes: behind.map(({ cidr, via }, index) => ({
        name: `connection-${index}`,
        addressPrefix: cidr,
        nextHopType: 'VirtualAppliance',
        nextHopIpAddress: via,
      })),
    },
    options,
  );
}

/** Our half of each peering; the other network's owner makes the other. */
function peerings(
  site: WorkerSite,
  group: ResourceGroup,
  network: VirtualNetwork,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const wanted = site.config.network;
  const peers =
    wanted.kind === 'dedicated' ? wanted.connections.filter(({ via }) => via.startsWith('/')) : [];
  return [...new Set(peers.map(({ via }) => via))].map((id) => {
    const name = partsOf(id).names[0] ?? 'peer';
    return new VirtualNetworkPeering(
      name,
      {
        ...group.within,
        virtualNetworkName: network.name,
        virtualNetworkPeeringName: name,
        remoteVirtualNetwork: { id },
        allowVirtualNetworkAccess: true,
        allowForwardedTraffic: true,
      },
      options,
    );
  });
}
