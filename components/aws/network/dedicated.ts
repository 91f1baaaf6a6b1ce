/** A network of the installation's own: subnets over zones, the way out, what is recorded. */
import { Eip } from '@pulumi/aws/ec2/eip.js';
import { InternetGateway } from '@pulumi/aws/ec2/internetGateway.js';
import { NatGateway } from '@pulumi/aws/ec2/natGateway.js';
import { Route } from '@pulumi/aws/ec2/route.js';
import { RouteTable } from '@pulumi/aws/ec2/routeTable.js';
import { RouteTableAssociation } from '@pulumi/aws/ec2/routeTableAssociation.js';
import { Subnet } from '@pulumi/aws/ec2/subnet.js';
import { Vpc } from '@pulumi/aws/ec2/vpc.js';
import { VpcAttachment } from '@pulumi/aws/ec2transitgateway/vpcAttachment.js';
import { getAvailabilityZonesOutput } from '@pulumi/aws/getAvailabilityZones.js';
import type * as pulumi from '@pulumi/pulumi';
import { type Layout, layoutOf } from '../../cidr.ts';
import type { WorkerSite } from '../site.ts';

type Ids = pulumi.Output<string>[];

export interface Placed {
  vpcId: pulumi.Output<string>;
  subnets: Record<keyof Layout, Ids>;
  /** Route tables of all private subnets: a gateway endpoint is entered there. */
  routeTables: pulumi.Input<pulumi.Input<string>[]>;
  /** Public addresses that the installation's machines are seen with. */
  natAddresses: Ids;
  /** What has to be there before a machine boots. */
  ways: pulumi.Resource[];
}

export function dedicatedNetwork(site: WorkerSite, options: pulumi.CustomResourceOptions): Placed {
  const { network } = site.config;
  if (network.kind !== 'dedicated') throw new Error('the config names an existing network');
  const zones = network.zones ?? site.sizes.zones;
  const layout = layoutOf(network.cidr, zones);
  const vpc = new Vpc(
    'vpc',
    {
      cidrBlock: network.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: site.named('network') },
    },
    options,
  );
  const available = getAvailabilityZonesOutput(
    { state: 'available', filters: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }] },
    options,
  ).names;
  const subnets = (kind: keyof Layout): Subnet[] =>
    layout[kind].map(
      (cidrBlock, index) =>
        new Subnet(
          `${kind}-${index}`,
          {
            vpcId: vpc.id,
            cidrBlock,
            availabilityZone: available.apply((names) => names[index] ?? ''),
            mapPublicIpOnLaunch: false,
            tags: { Name: site.named(`${kind}-${index}`) },
          },
          // A zone that AWS adds must not move subnets.
          { ...options, ignoreChanges: ['availabilityZone'] },
        ),
    );
  const made = {
    public: subnets('public'),
    app: subnets('app'),
    data: subnets('data'),
    workers: subnets('workers'),
  };
  const natPerZone = network.natPerZone ?? site.sizes.natPerZone;
  const nats = network.private ? [] : wayOut(site, vpc, made.public, natPerZone, options);
  const tables = Array.from({ length: zones }, (_, zone) => {
    const table = new RouteTable(
      `private-${zone}`,
      { vpcId: vpc.id, tags: { Name: site.named(`private-${zone}`) } },
      options,
    );
    for (const kind of ['app', 'data', 'workers'] as const)
      new RouteTableAssociation(
        `${kind}-${zone}`,
        { routeTableId: table.id, subnetId: made[kind][zone]!.id },
        options,
      );
    return table;
  });
  const out =
    nats.length === 0
      ? []
      : tables.map(
          (table, zone) =>
            new Route(
              `private-${zone}-out`,
              {
                routeTableId: table.id,
                destinationCidrBlock: '0.0.0.0/0',
                natGatewayId: nats[zone % nats.length]!.gateway.id,
              },
              options,
            ),
        );
  const connected = connect(site, vpc, made.app, tables, options);
  const ids = (list: Subnet[]) => list.map(({ id }) => id);
  return {
    vpcId: vpc.id,
    subnets: {
      public: ids(made.public),
      app: ids(made.app),
      data: ids(made.data),
      workers: ids(made.workers),
    },
    routeTables: tables.map(({ id }) => id),
    natAddresses: nats.map(({ address }) => address),
    ways: [...out, ...connected],
  };
}

/** The internet for load balancers, and NAT for everything else. */
function wayOut(
  site: WorkerSite,
  vpc: Vpc,
  subnets: Subnet[],
  perZone: boolean,
  options: pulumi.CustomResourceOptions,
) {
  const gateway = new InternetGateway(
    'internet',
    { vpcId: vpc.id, tags: { Name: site.named('internet') } },
    options,
  );
  const table = new RouteTable('public', { vpcId: vpc.id, tags: { Name: site.named('public') } }, options);
  const route = new Route(
    'public-out',
    { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', gatewayId: gateway.id },
    options,
  );
  subnets.forEach((subnet, zone) => {
    new RouteTableAssociation(`public-${zone}`, { routeTableId: table.id, subnetId: subnet.id }, options);
  });
  return subnets.slice(0, perZone ? subnets.length : 1).map((subnet, zone) => {
    const tags = { Name: site.named(`nat-${zone}`) };
    const address = new Eip(`nat-${zone}`, { domain: 'vpc', tags }, { ...options, dependsOn: gateway });
    const nat = new NatGateway(
      `nat-${zone}`,
      { allocationId: address.id, subnetId: subnet.id, tags },
      { ...options, dependsOn: route },
    );
    return { gateway: nat, address: address.publicIp };
  });
}

/** Routes to the networks that the config says this one is connected with. */
function connect(
  site: WorkerSite,
  vpc: Vpc,
  subnets: Subnet[],
  tables: RouteTable[],
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { network } = site.config;
  const connections = network.kind === 'dedicated' ? network.connections : [];
  const transits = [...new Set(connections.map(({ via }) => via).filter((via) => via.startsWith('tgw-')))];
  const attachments = transits.map(
    (transitGatewayId) =>
      new VpcAttachment(
        transitGatewayId,
        { transitGatewayId, vpcId: vpc.id, subnetIds: subnets.map(({ id }) => id) },
        options,
      ),
  );
  return connections.flatMap(({ cidr, via }) =>
    tables.map(
      (table, zone) =>
        new Route(
          `private-${zone}-${cidr}`,
          {
            routeTableId: table.id,
            destinationCidrBlock: cidr,
            ...(via.startsWith('tgw-') ? { transitGatewayId: via } : {}),
            ...(via.startsWith('pcx-') ? { vpcPeeringConnectionId: via } : {}),
            ...(via.startsWith('vgw-') ? { gatewayId: via } : {}),
          },
          { ...options, dependsOn: attachments },
        ),
    ),
  );
}
