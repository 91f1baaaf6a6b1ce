/**
 * The network: dedicated, or one that is there already; who may talk to whom in it; endpoints of AWS's services.
 * A dedicated network with NAT in three zones costs about 100 US dollars a month, private mode's endpoints about 310.
 */
import { LogGroup } from '@pulumi/aws/cloudwatch/logGroup.js';
import { DefaultSecurityGroup } from '@pulumi/aws/ec2/defaultSecurityGroup.js';
import { FlowLog } from '@pulumi/aws/ec2/flowLog.js';
import { getRouteTablesOutput } from '@pulumi/aws/ec2/getRouteTables.js';
import { VpcEndpoint } from '@pulumi/aws/ec2/vpcEndpoint.js';
import * as pulumi from '@pulumi/pulumi';
import type { Layout } from '../cidr.ts';
import type { Identity } from './identity.ts';
import { dedicatedNetwork, type Placed } from './network/dedicated.ts';
import { endpointPolicy, interfacesToMake, serviceName } from './network/endpoints.ts';
import type { Group } from './network/firewall.ts';
import { givenGroups, securityGroups } from './network/groups.ts';
import { givenOrInlineRole, type Statement } from './role.ts';
import type { WorkerSite } from './site.ts';

export interface NetworkArgs {
  site: WorkerSite;
  identity: Pick<Identity, 'keyArn'>;
}

export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly subnets: Record<keyof Layout, pulumi.Output<string>[]>;
  readonly groups: Record<Group, pulumi.Output<string>>;
  /** What has to be there before a machine boots: routes, endpoints, rules. */
  readonly ways: pulumi.Resource[];

  constructor(name: string, { site, identity }: NetworkArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:Network', name, {}, options);
    const within = { parent: this };
    const { network, given } = site.config;
    const placed =
      network.kind === 'dedicated' ? dedicatedNetwork(site, within) : existingNetwork(site, within);
    if (network.kind === 'dedicated') this.#record(site, identity, placed);

    const s3 = this.#s3(site, placed);
    const { groups, rules } =
      given.securityGroups === undefined
        ? securityGroups(
            site,
            { vpcId: placed.vpcId, natAddresses: placed.natAddresses, s3: s3?.prefixListId },
            within,
          )
        : { groups: givenGroups(given.securityGroups), rules: [] };
    const endpoints = this.#interfaces(site, placed, groups.endpoints);

    this.vpcId = placed.vpcId;
    this.subnets = placed.subnets;
    this.groups = groups;
    this.ways = [...placed.ways, ...(s3 === undefined ? [] : [s3]), ...endpoints, ...rules];
    this.registerOutputs({ vpcId: this.vpcId, subnets: this.subnets, groups: this.groups });
  }

  /** Who spoke with whom; and a default security group that lets nobody speak. */
  #record(site: WorkerSite, identity: NetworkArgs['identity'], { vpcId }: Placed) {
    new DefaultSecurityGroup('default', { vpcId, ingress: [], egress: [] }, { parent: this });
    const group = new LogGroup(
      'flow-logs',
      {
        name: `/cove/${site.name}/network`,
        retentionInDays: site.sizes.logDays,
        kmsKeyId: identity.keyArn,
      },
      { parent: this },
    );
    const role = givenOrInlineRole(
      site.config.given.flowLogsRole,
      'flow-logs',
      site,
      {
        service: 'vpc-flow-logs.amazonaws.com',
        statements: group.arn.apply((arn): Statement[] => [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
            Resource: [arn, `${arn}:*`],
          },
        ]),
      },
      { parent: this },
    );
    new FlowLog(
      'flow-log',
      {
        vpcId,
        trafficType: 'ALL',
        logDestinationType: 'cloud-watch-logs',
        logDestination: group.arn,
        iamRoleArn: role.arn,
        tags: { Name: site.named('network') },
      },
      { parent: this },
    );
  }

  /** Object storage without a way over NAT: it is free, so every dedicated network has it. */
  #s3(site: WorkerSite, { vpcId, routeTables }: Placed): VpcEndpoint | undefined {
    const { network, region, accountId } = site.config;
    if (network.kind === 'existing' && (!network.private || network.services.includes('s3')))
      return undefined;
    return new VpcEndpoint(
      's3',
      {
        vpcId,
        serviceName: serviceName(region, 's3'),
        vpcEndpointType: 'Gateway',
        routeTableIds: routeTables,
        policy: endpointPolicy(accountId, 's3'),
        tags: { Name: site.named('s3') },
      },
      { parent: this },
    );
  }

  #interfaces(site: WorkerSite, { vpcId, subnets }: Placed, group: pulumi.Output<string>): VpcEndpoint[] {
    const { network, region, accountId } = site.config;
    const present =
      network.kind === 'existing' ? network.services.map((service) => serviceName(region, service)) : [];
    return interfacesToMake(network.private, region, present).map(
      (service) =>
        new VpcEndpoint(
          service,
          {
            vpcId,
            serviceName: serviceName(region, service),
            vpcEndpointType: 'Interface',
            subnetIds: subnets.app,
            securityGroupIds: [group],
            privateDnsEnabled: true,
            policy: endpointPolicy(accountId, service),
            tags: { Name: site.named(service) },
          },
          { parent: this },
        ),
    );
  }
}

/** Subnets that are there: pre-flight has looked at them. */
function existingNetwork(site: WorkerSite, options: pulumi.InvokeOptions): Placed {
  const { network } = site.config;
  if (network.kind !== 'existing') throw new Error('the config asks for a network of its own');
  const ids = network.privateSubnetIds.map((id) => pulumi.output(id));
  const open = network.publicSubnetIds.map((id) => pulumi.output(id));
  const tables = network.private
    ? getRouteTablesOutput({ vpcId: network.vpcId }, options).ids
    : pulumi.output([] as string[]);
  return {
    vpcId: pulumi.output(network.vpcId),
    subnets: { public: open, app: ids, data: ids, workers: ids },
    routeTables: tables,
    natAddresses: [],
    ways: [],
  };
}
