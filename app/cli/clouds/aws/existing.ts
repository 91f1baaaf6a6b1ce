/** An existing network: what is missing for an installation to live in it. Pure; `facts.ts` asks AWS. */
import { AWS_INTERFACES } from '../../../../config/aws-services.ts';
import { parseCidr, sizeOf } from '../../../../config/cidr.ts';
import { type Finding, fail, ok } from '../../checks/finding.ts';

export interface FoundNetwork {
  vpcId: string;
  /** `enableDnsHostnames` and `enableDnsSupport`. */
  dns: boolean;
  /** Of every VPC of the region. */
  subnets: FoundSubnet[];
  /** Services that have an endpoint there, such as `s3` or `ecr.api`. */
  endpoints: string[];
}
export interface FoundSubnet {
  id: string;
  vpcId: string;
  zone: string;
  cidr: string;
  freeAddresses: number;
  /** Where its default route leads; undefined: there is none. */
  defaultRoute: 'internet-gateway' | 'nat' | 'other' | undefined;
}
export interface WantedNetwork {
  vpcId: string;
  region: string;
  publicSubnetIds: string[];
  privateSubnetIds: string[];
  /** Services that have an endpoint there already, as the config says. */
  services: string[];
  /** The load balancer has no public address. */
  internal: boolean;
  isPrivate: boolean;
  /** Most machines at once, of all environments, and hosts of the application's own. */
  machines: number;
}
type Key = 'privateSubnetIds' | 'publicSubnetIds';

/** A load balancer wants eight free addresses in each of its subnets. */
const BALANCER_ADDRESSES = 8;

export function judgeExisting(wanted: WantedNetwork, found: FoundNetwork | null): Finding[] {
  const { vpcId, region, internal } = wanted;
  if (found === null) {
    const todo = 'Correct network.vpcId; `aws ec2 describe-vpcs` lists what there is.';
    return [bad(`${region} has no ${vpcId}`, 'the VPC of network.vpcId', todo)];
  }
  const findings = [
    ...judgeDns(found),
    ...judgeSubnets('privateSubnetIds', wanted, found),
    ...(internal ? [] : judgeSubnets('publicSubnetIds', wanted, found)),
    ...judgeRoom(wanted, found),
    ...judgeEndpoints(wanted, found),
  ];
  return findings.length === 0 ? [ok('network', `${vpcId} has what is needed`)] : findings;
}

const bad = (found: string, needed: string, todo: string): Finding => fail('network', found, needed, todo);

function judgeDns({ dns, vpcId }: FoundNetwork): Finding[] {
  if (dns) return [];
  const todo = `\`aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-support\`, then the same with --enable-dns-hostnames.`;
  return [
    bad(`${vpcId} gives machines no DNS names`, 'DNS support and hostnames: endpoints need both', todo),
  ];
}

function judgeSubnets(key: Key, wanted: WantedNetwork, found: FoundNetwork): Finding[] {
  const correct = `Correct network.${key}.`;
  const findings: Finding[] = [];
  const known = wanted[key].flatMap((id) => {
    const subnet = found.subnets.find((one) => one.id === id);
    if (subnet?.vpcId === wanted.vpcId) return [subnet];
    const where = subnet === undefined ? `${wanted.region} has no ${id}` : `${id} is in ${subnet.vpcId}`;
    findings.push(bad(where, `a subnet of ${wanted.vpcId} in network.${key}`, correct));
    return [];
  });
  const zones = [...new Set(known.map(({ zone }) => zone))];
  if (known.length > 0 && zones.length < 2) {
    const needed = 'two zones, for load balancer and database';
    findings.push(bad(`network.${key} lie in ${zones.join()} alone`, needed, 'Add a subnet in another.'));
  }
  const judge = key === 'publicSubnetIds' ? judgePublic : judgePrivate(wanted.isPrivate);
  return [...findings, ...known.flatMap((subnet) => judge(subnet))];
}

function judgePublic({ id, defaultRoute, freeAddresses }: FoundSubnet): Finding[] {
  const findings: Finding[] = [];
  if (defaultRoute !== 'internet-gateway') {
    const todo = 'Add one, or say access.internal: true.';
    findings.push(
      bad(`public ${id} has no default route to an internet gateway`, 'one, for the load balancer', todo),
    );
  }
  if (freeAddresses < BALANCER_ADDRESSES) {
    const needed = `${BALANCER_ADDRESSES}, for the load balancer`;
    findings.push(
      bad(`public ${id} has ${freeAddresses} free addresses`, needed, 'Give another, or free some.'),
    );
  }
  return findings;
}

const judgePrivate =
  (isPrivate: boolean) =>
  ({ id, defaultRoute }: FoundSubnet): Finding[] => {
    if (isPrivate) {
      if (defaultRoute !== 'internet-gateway' && defaultRoute !== 'nat') return [];
      const todo = 'Take the route out, or say network.private: false.';
      return [bad(`private ${id} has a way to the internet`, 'none, as network.private says', todo)];
    }
    if (defaultRoute === undefined) {
      const todo = 'Add one to a NAT gateway or a firewall, or say network.private: true.';
      return [bad(`private ${id} has no default route`, 'a way out', todo)];
    }
    if (defaultRoute !== 'internet-gateway') return [];
    const todo = 'Give one whose default route leads to a NAT gateway or a firewall.';
    return [bad(`private ${id} leads to an internet gateway`, 'a subnet without public addresses', todo)];
  };

function judgeRoom(wanted: WantedNetwork, found: FoundNetwork): Finding[] {
  const own = found.subnets.filter(({ id }) => wanted.privateSubnetIds.includes(id));
  if (own.length === 0) return [];
  const free = own.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
  const endpoints = wanted.isPrivate
    ? AWS_INTERFACES.filter((service) => !found.endpoints.includes(service)).length * own.length
    : 0;
  const needed = wanted.machines + endpoints;
  if (free >= needed) return [];
  const sizes = own.map(({ id, cidr }) => `${id} (${cidr}, ${sizeOf(parseCidr(cidr))} addresses)`).join(', ');
  return [
    bad(
      `network.privateSubnetIds have ${free} free addresses together: ${sizes}`,
      `${needed} with every machine below the ceilings`,
      "Give larger subnets, or lower the environments' ceilings.",
    ),
  ];
}

/** One that is made a second time is refused half-way; one that is only said to be there is missed at boot. */
function judgeEndpoints(
  { isPrivate, services }: WantedNetwork,
  { vpcId, endpoints }: FoundNetwork,
): Finding[] {
  if (!isPrivate) return [];
  const wanted = ['s3', ...AWS_INTERFACES];
  const unsaid = wanted.filter((one) => endpoints.includes(one) && !services.includes(one));
  const absent = wanted.filter((one) => services.includes(one) && !endpoints.includes(one));
  const findings: Finding[] = [];
  if (unsaid.length > 0) {
    const todo = `Add ${unsaid.join(', ')} to network.services.`;
    findings.push(
      bad(`${vpcId} has endpoints of ${unsaid.join(', ')}`, 'their names in network.services', todo),
    );
  }
  if (absent.length > 0) {
    const todo = 'Take them out of network.services (they are made then), or make them.';
    findings.push(
      bad(`${vpcId} has no endpoints of ${absent.join(', ')}`, 'those of network.services', todo),
    );
  }
  return findings;
}
