/** AWS: networks, firewalls, names. */
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { contains, overlaps, parseCidr } from '../cidr.ts';
import { type FakeCloud, Refused } from '../cloud.ts';
import { text, texts } from '../values.ts';
import { arn, withPrefix } from './ids.ts';

const SUBNET = 'aws:ec2/subnet:Subnet';
const VPC = 'aws:ec2/vpc:Vpc';

/** AWS takes networks and subnets between /16 and /28. */
function rangeOf(value: unknown) {
  const range = parseCidr(text(value));
  if (range === undefined)
    throw new Refused(`InvalidParameterValue: ${text(value)} is not a CIDR block, or has host bits set`);
  if (range.bits < 16 || range.bits > 28)
    throw new Refused(`InvalidVpc.Range: ${text(value)} is not between /16 and /28`);
  return range;
}

function refuseSubnet(inputs: Properties, cloud: FakeCloud): void {
  const range = rangeOf(inputs.cidrBlock);
  const vpc = cloud.find(VPC, text(inputs.vpcId));
  const around = parseCidr(text(vpc?.inputs.cidrBlock));
  if (around !== undefined && !contains(around, range))
    throw new Refused(
      `InvalidSubnet.Range: ${text(inputs.cidrBlock)} is not within ${text(vpc?.inputs.cidrBlock)}`,
    );
  for (const other of cloud.all(SUBNET)) {
    const taken = parseCidr(text(other.inputs.cidrBlock));
    if (other.inputs.vpcId === inputs.vpcId && taken !== undefined && overlaps(taken, range))
      throw new Refused(
        `InvalidSubnet.Conflict: ${text(inputs.cidrBlock)} overlaps ${text(other.inputs.cidrBlock)}`,
      );
  }
  const zone = inputs.availabilityZone;
  if (zone !== undefined && !text(zone).startsWith(cloud.region))
    throw new Refused(`InvalidParameterValue: ${text(zone)} is not a zone of ${cloud.region}`);
}

/** Subnets by id that lie in fewer zones than a service wants. */
export function refuseOneZone(ids: unknown, cloud: FakeCloud): void {
  const zones = new Set(texts(ids).map((id) => cloud.find(SUBNET, id)?.state.availabilityZone));
  if (zones.size < 2)
    throw new Refused('Subnets in at least two different Availability Zones must be specified');
}

/** A rule of a firewall; the same one twice is refused. */
const rule: Behaviour = {
  id: (_inputs, cloud) => `sgr-${cloud.hex(17)}`,
  refuseCreate({ cidrIpv4 }) {
    if (cidrIpv4 !== undefined && parseCidr(text(cidrIpv4)) === undefined)
      throw new Refused(`InvalidParameterValue: ${text(cidrIpv4)} is not a CIDR block, or has host bits set`);
  },
  unique: (inputs) =>
    [
      'securityGroupId',
      'ipProtocol',
      'fromPort',
      'toPort',
      'cidrIpv4',
      'cidrIpv6',
      'referencedSecurityGroupId',
      'prefixListId',
    ]
      .map((property) => text(inputs[property]))
      .join(' '),
  outputs: (_inputs, id, cloud) => ({
    securityGroupRuleId: id,
    arn: arn(cloud, 'ec2', `security-group-rule/${id}`),
  }),
};

export const networkBehaviours: Record<string, Behaviour> = {
  [VPC]: {
    ...withPrefix('vpc'),
    refuseCreate: ({ cidrBlock }) => void rangeOf(cidrBlock),
    outputs: (_inputs, id, cloud) => ({
      mainRouteTableId: `rtb-of-${id}`,
      defaultSecurityGroupId: `sg-of-${id}`,
      defaultNetworkAclId: `acl-of-${id}`,
      defaultRouteTableId: `rtb-of-${id}`,
      arn: arn(cloud, 'ec2', `vpc/${id}`),
    }),
  },
  [SUBNET]: {
    ...withPrefix('subnet'),
    refuseCreate: refuseSubnet,
    outputs: (inputs, _id, { region }) => ({ availabilityZone: inputs.availabilityZone ?? `${region}a` }),
  },
  'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup': { id: ({ vpcId }) => `sg-of-${text(vpcId)}` },
  'aws:ec2/internetGateway:InternetGateway': withPrefix('igw'),
  'aws:ec2/eip:Eip': {
    ...withPrefix('eipalloc'),
    outputs: (_inputs, id, cloud) => ({
      publicIp: `198.51.100.${cloud.all('aws:ec2/eip:Eip').length + 1}`,
      allocationId: id,
    }),
  },
  'aws:ec2/natGateway:NatGateway': withPrefix('nat'),
  'aws:ec2/routeTable:RouteTable': withPrefix('rtb'),
  'aws:ec2/route:Route': {
    id: (inputs) =>
      `${text(inputs.routeTableId)}_${text(inputs.destinationCidrBlock ?? inputs.destinationPrefixListId)}`,
  },
  'aws:ec2/routeTableAssociation:RouteTableAssociation': {
    // As it is imported; what AWS calls it nobody asks for.
    id: ({ subnetId, routeTableId }) => `${text(subnetId)}/${text(routeTableId)}`,
    unique: ({ subnetId }) => text(subnetId),
  },
  'aws:ec2/vpcEndpoint:VpcEndpoint': {
    ...withPrefix('vpce'),
    outputs: (inputs, id) => ({
      prefixListId: 'pl-6da54004',
      dnsEntries: [{ dnsName: `${id}.${text(inputs.serviceName)}`, hostedZoneId: 'Z1' }],
    }),
  },
  'aws:ec2/flowLog:FlowLog': withPrefix('fl'),
  'aws:ec2/securityGroup:SecurityGroup': {
    ...withPrefix('sg'),
    unique: ({ name, vpcId }) => `${text(name)} in ${text(vpcId)}`,
    longestName: 255,
  },
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': rule,
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': rule,
  'aws:route53/zone:Zone': {
    id: (_inputs, cloud) => `Z${cloud.hex(13).toUpperCase()}`,
    outputs: (_inputs, id) => ({ zoneId: id, nameServers: ['ns-1.example.net', 'ns-2.example.org'] }),
  },
  'aws:route53/record:Record': {
    id: ({ zoneId, name, type, setIdentifier }) =>
      [
        text(zoneId),
        text(name),
        text(type),
        ...(setIdentifier === undefined ? [] : [text(setIdentifier)]),
      ].join('_'),
    outputs: ({ name }) => ({ fqdn: text(name) }),
  },
};
