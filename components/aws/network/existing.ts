/** An existing network: what is missing for an installation to live in it. Pure; pre-flight asks AWS and then this. */
import { parseCidr, sizeOf } from '../../cidr.ts';
import { INTERFACES, serviceName } from './endpoints.ts';

export interface FoundNetwork {
  vpcId: string;
  /** `enableDnsHostnames` and `enableDnsSupport`. */
  dnsHostnames: boolean;
  dnsSupport: boolean;
  subnets: FoundSubnet[];
  /** Names of services that have an endpoint there, such as `com.amazonaws.eu-central-1.s3`. */
  endpointServices: string[];
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
  publicSubnetIds: string[];
  privateSubnetIds: string[];
  /** The load balancer has no public address. */
  internal: boolean;
  isPrivate: boolean;
  region: string;
  /** Most machines at once, of all environments, and hosts of the application's own. */
  machines: number;
}

/** A load balancer wants eight free addresses in each of its subnets. */
const BALANCER_ADDRESSES = 8;

/** Each problem as a sentence: what was found, what is needed, what to do. Empty: an installation can live there. */
export function missingIn(wanted: WantedNetwork, found: FoundNetwork | undefined): string[] {
  if (found === undefined)
    return [
      `network.vpcId: there is no ${wanted.vpcId} in ${wanted.region}. Give the id of a VPC of this account and region.`,
    ];
  const problems: string[] = [];
  if (!found.dnsSupport || !found.dnsHostnames)
    problems.push(
      `${found.vpcId} has DNS hostnames or DNS support off; endpoints and databases need both. Turn them on in the VPC's settings.`,
    );
  problems.push(...subnetProblems('privateSubnetIds', wanted.privateSubnetIds, wanted, found));
  if (!wanted.internal)
    problems.push(...subnetProblems('publicSubnetIds', wanted.publicSubnetIds, wanted, found));
  problems.push(...roomProblems(wanted, found));
  return problems;
}

function subnetProblems(
  key: 'privateSubnetIds' | 'publicSubnetIds',
  ids: string[],
  wanted: WantedNetwork,
  found: FoundNetwork,
): string[] {
  const problems: string[] = [];
  const known = ids.flatMap((id) => {
    const subnet = found.subnets.find((one) => one.id === id);
    if (subnet === undefined) problems.push(`network.${key}: there is no ${id} in ${wanted.region}.`);
    else if (subnet.vpcId !== wanted.vpcId)
      problems.push(
        `network.${key}: ${id} is in ${subnet.vpcId}, not in ${wanted.vpcId}. Give subnets of one VPC.`,
      );
    return subnet === undefined ? [] : [subnet];
  });
  const zones = [...new Set(known.map(({ zone }) => zone))];
  if (known.length > 0 && zones.length < 2)
    problems.push(
      `network.${key} lie in ${zones.join(', ')} alone; load balancer and database need two zones. Add a subnet in another.`,
    );
  for (const { id, defaultRoute, freeAddresses } of known) {
    if (key === 'publicSubnetIds') {
      if (defaultRoute !== 'internet-gateway')
        problems.push(
          `network.publicSubnetIds: ${id} has no default route to an internet gateway. Add one, or say access.internal: true.`,
        );
      if (freeAddresses < BALANCER_ADDRESSES)
        problems.push(
          `network.publicSubnetIds: ${id} has ${freeAddresses} free addresses; a load balancer needs ${BALANCER_ADDRESSES}.`,
        );
    } else if (wanted.isPrivate && (defaultRoute === 'internet-gateway' || defaultRoute === 'nat')) {
      problems.push(
        `network.privateSubnetIds: ${id} has a way to the internet, and network.private is true. Take the route out, or say private: false.`,
      );
    } else if (!wanted.isPrivate && defaultRoute === undefined) {
      problems.push(
        `network.privateSubnetIds: ${id} has no default route. Add one to a NAT gateway or a firewall, or say network.private: true.`,
      );
    } else if (defaultRoute === 'internet-gateway') {
      problems.push(
        `network.privateSubnetIds: ${id} is public: its default route leads to an internet gateway. Give one behind NAT.`,
      );
    }
  }
  return problems;
}

function roomProblems(wanted: WantedNetwork, found: FoundNetwork): string[] {
  const own = found.subnets.filter(({ id }) => wanted.privateSubnetIds.includes(id));
  if (own.length === 0) return [];
  const free = own.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
  const endpoints = wanted.isPrivate
    ? missingEndpoints(wanted.region, found.endpointServices).length * own.length
    : 0;
  const needed = wanted.machines + endpoints;
  if (free >= needed) return [];
  const sizes = own.map(({ id, cidr }) => `${id} (${cidr}, ${sizeOf(parseCidr(cidr))} addresses)`).join(', ');
  return [
    `network.privateSubnetIds have ${free} free addresses together, and ${needed} are needed at most: ${sizes}. Give larger subnets, or lower the environments' ceilings.`,
  ];
}

/** Endpoints that private mode needs and that are not there: they will be made. */
export const missingEndpoints = (region: string, present: string[]): string[] =>
  ['s3', ...INTERFACES].filter((service) => !present.includes(serviceName(region, service)));
