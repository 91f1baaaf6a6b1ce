/** The networks of the region, as AWS tells them. */
import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { AwsConfig, AwsWorkersConfig } from '../../../../config/schema.ts';
import type { FoundNetwork, FoundSubnet } from './existing.ts';
import type { NetworkFacts } from './judge.ts';
import { asked } from './trouble.ts';

export async function lookAtNetworks({
  region,
  network,
}: AwsConfig | AwsWorkersConfig): Promise<NetworkFacts> {
  const client = new EC2Client({ region });
  const { Vpcs = [] } = await asked(client.send(new DescribeVpcsCommand({})));
  const others = Vpcs.filter(({ Tags = [] }) => !Tags.some(({ Key }) => Key === 'managed-by')).map((vpc) => ({
    id: vpc.VpcId ?? '',
    cidrs: (vpc.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []),
  }));
  if (network.kind === 'dedicated') return { others };
  const { vpcId } = network;
  const isThere = Vpcs.some(({ VpcId }) => VpcId === vpcId);
  return { others, existing: isThere ? await lookAtExisting(client, region, vpcId) : null };
}

async function lookAtExisting(client: EC2Client, region: string, vpcId: string): Promise<FoundNetwork> {
  const attribute = async (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') => {
    const command = new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute });
    const { EnableDnsSupport, EnableDnsHostnames } = await asked(client.send(command));
    return (EnableDnsSupport ?? EnableDnsHostnames)?.Value === true;
  };
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const [support, hostnames, subnets, tables, endpoints] = await Promise.all([
    attribute('enableDnsSupport'),
    attribute('enableDnsHostnames'),
    // All: one of another VPC is told as such.
    asked(client.send(new DescribeSubnetsCommand({}))),
    asked(client.send(new DescribeRouteTablesCommand({ Filters }))),
    asked(client.send(new DescribeVpcEndpointsCommand({ Filters }))),
  ]);
  return {
    vpcId,
    dns: support && hostnames,
    subnets: (subnets.Subnets ?? []).map((subnet) => ({
      id: subnet.SubnetId ?? '',
      vpcId: subnet.VpcId ?? '',
      zone: subnet.AvailabilityZone ?? '',
      cidr: subnet.CidrBlock ?? '',
      freeAddresses: subnet.AvailableIpAddressCount ?? 0,
      defaultRoute: defaultRouteOf(subnet.SubnetId ?? '', tables.RouteTables ?? []),
    })),
    endpoints: (endpoints.VpcEndpoints ?? []).flatMap(
      ({ ServiceName }) => ServiceName?.replace(`com.amazonaws.${region}.`, '') ?? [],
    ),
  };
}

/** A subnet that no table names has the main one. */
function defaultRouteOf(subnet: string, tables: RouteTable[]): FoundSubnet['defaultRoute'] {
  const find = (test: (association: { SubnetId?: string; Main?: boolean }) => boolean) =>
    tables.find(({ Associations = [] }) => Associations.some(test));
  const table = find(({ SubnetId }) => SubnetId === subnet) ?? find(({ Main }) => Main === true);
  const route = table?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  if (route === undefined) return undefined;
  if (route.NatGatewayId !== undefined) return 'nat';
  return route.GatewayId?.startsWith('igw-') ? 'internet-gateway' : 'other';
}
