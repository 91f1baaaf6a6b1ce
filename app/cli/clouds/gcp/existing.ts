/** An existing network: what is missing for an installation to live in it. Pure; `networks.ts` asks Google. */
import { parseCidr, sizeOf } from '../../../../config/cidr.ts';
import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok } from '../../checks/finding.ts';

type Wanted = Extract<(GcpConfig | GcpWorkersConfig)['network'], { kind: 'existing' }>;
export type Use = 'appHost' | 'scaler' | 'workers' | 'proxies';

export interface FoundSubnet {
  /** Its network, as `projects/…/global/networks/…`. */
  networkId: string;
  cidr: string;
  /** Addresses that nothing has yet, where Google tells. */
  free: number;
  /** Private Google Access: machines without a public address reach Google's services. */
  googleAccess: boolean;
  /** What it is for: `PRIVATE`, or `REGIONAL_MANAGED_PROXY` for a load balancer's proxies. */
  purpose: string;
  hasNat: boolean;
}
export interface FoundNetwork {
  /** By what the config wants it for; null: there is none. */
  subnets: Partial<Record<Use, FoundSubnet | null>>;
  /** Where its default route leads; undefined: there is none. */
  defaultRoute: 'internet' | 'other' | undefined;
  /** Ranges of Private Service Access, by their prefixes; undefined: it is not connected. */
  services: number[] | undefined;
  /** Domains of Google's services for which it has private zones. */
  zones: string[];
}

/** Google keeps four addresses of each subnet for itself. */
export const RESERVED = 4;
/** Of the proxies' subnet. Source: Cloud Load Balancing, "Proxy-only subnets". */
const PROXIES = 26;
/** Cloud SQL takes a /24 for a region. Source: Cloud SQL, "Allocated IP address ranges". */
const SERVICES = 24;
/** The host is two while one replaces the other; an internal load balancer has one address. */
const OWN_MACHINES = 3;

const bad = (found: string, needed: string, todo: string): Finding => fail('network', found, needed, todo);

/** Null: there is no such network. */
export function judgeExisting(
  config: GcpConfig | GcpWorkersConfig,
  network: Wanted,
  found: FoundNetwork | null,
): Finding[] {
  const { networkId } = network;
  if (found === null) {
    const todo = 'Correct network.networkId; `gcloud compute networks list` tells which there are.';
    return [
      bad(`there is no ${networkId}, or this login does not see it`, 'the network of the config', todo),
    ];
  }
  const problems = [
    ...judgeSubnets(config, network, found),
    ...judgeWayOut(network, found),
    ...(needsServices(config) ? judgeServices(network, found) : []),
    ...judgeNames(network, found),
  ];
  return problems.length === 0 ? [ok('network', `${networkId} has what is needed`)] : problems;
}

/** Where PostgreSQL, Redis and file systems stand: a worker stack has the last of them alone. */
const needsServices = (config: GcpConfig | GcpWorkersConfig) =>
  !('joins' in config) || config.mounts.some((mount) => mount.export === undefined);

function judgeSubnets(config: GcpConfig | GcpWorkersConfig, network: Wanted, found: FoundNetwork): Finding[] {
  const ceilings = config.environments.reduce((sum, { ceiling }) => sum + ceiling, 0);
  const endpointHosts = 'joins' in config ? 0 : (config.endpointHosts?.count ?? 0);
  const room = { appHost: OWN_MACHINES, scaler: OWN_MACHINES, workers: ceilings + endpointHosts };
  const isInternal = 'access' in config && config.access.internal;
  return (Object.entries(network.subnetIds) as [Use, string | undefined][]).flatMap(([use, id]) => {
    if (id === undefined || (use === 'proxies' && !isInternal)) return [];
    const subnet = found.subnets[use];
    if (!subnet || subnet.networkId !== network.networkId) {
      const where = subnet ? `${id} is in ${subnet.networkId}` : `there is no ${id}`;
      const todo = `Correct network.subnetIds.${use}; \`gcloud compute networks subnets list\` tells which there are.`;
      return [bad(where, `a subnet of ${network.networkId}`, todo)];
    }
    return use === 'proxies' ? judgeProxies(id, subnet) : judgeMachines(id, subnet, use, room[use]);
  });
}

function judgeProxies(id: string, { purpose, cidr }: FoundSubnet): Finding[] {
  const problems: Finding[] = [];
  if (purpose !== 'REGIONAL_MANAGED_PROXY') {
    const todo =
      'Name one in network.subnetIds.proxies, or make one: `gcloud compute networks subnets create … --purpose REGIONAL_MANAGED_PROXY --role ACTIVE`.';
    problems.push(bad(`${id} is for ${purpose}`, 'a subnet of purpose REGIONAL_MANAGED_PROXY', todo));
  }
  if (parseCidr(cidr).prefix > PROXIES)
    problems.push(
      bad(`${id} is ${cidr}`, `/${PROXIES} or larger, for the load balancer`, 'Give a larger one.'),
    );
  return problems;
}

function judgeMachines(
  id: string,
  { googleAccess, free, cidr, purpose }: FoundSubnet,
  use: Exclude<Use, 'proxies'>,
  needed: number,
): Finding[] {
  const problems: Finding[] = [];
  if (purpose !== 'PRIVATE')
    problems.push(
      bad(`${id} is for ${purpose}`, `a subnet for machines`, `Correct network.subnetIds.${use}.`),
    );
  if (!googleAccess) {
    const name = id.split('/').at(-1);
    const todo = `\`gcloud compute networks subnets update ${name} --region ${id.split('/')[3]} --enable-private-ip-google-access\`.`;
    problems.push(bad(`${id} has no Private Google Access`, 'it: machines have no public address', todo));
  }
  if (free < needed) {
    const found = `${id} has ${free} free addresses (${cidr}, ${sizeOf(parseCidr(cidr))})`;
    const todo = use === 'workers' ? 'Give a larger subnet, or lower the ceilings.' : 'Give a larger subnet.';
    problems.push(bad(found, `${needed} for ${use}`, todo));
  }
  return problems;
}

function judgeWayOut(network: Wanted, { defaultRoute, subnets }: FoundNetwork): Finding[] {
  if (network.private) {
    if (defaultRoute !== 'internet') return [];
    const todo = 'Take the route out, or say network.private: false.';
    return [bad('its default route leads to the internet', 'none, as network.private says', todo)];
  }
  if (defaultRoute === undefined) {
    const todo = 'Add one to the internet (with a NAT) or to a firewall, or say network.private: true.';
    return [bad('it has no default route', 'a way out', todo)];
  }
  if (defaultRoute === 'other') return [];
  return (Object.entries(network.subnetIds) as [Use, string][]).flatMap(([use, id]) => {
    if (use === 'proxies' || subnets[use]?.hasNat !== false) return [];
    const todo =
      'Add it to a Cloud NAT of the region (`gcloud compute routers nats create`), or say network.private: true.';
    return [bad(`${id} has no NAT`, 'one: machines have no public address', todo)];
  });
}

/** A connection that is made a second time would take the ranges of the first away. */
function judgeServices({ serviceAccess }: Wanted, { services }: FoundNetwork): Finding[] {
  if (!serviceAccess) {
    if (services === undefined) return [];
    const todo = 'Say network.serviceAccess: true.';
    return [bad('it has Private Service Access already', 'its mention in the config', todo)];
  }
  if (services === undefined) {
    const todo =
      'Say network.serviceAccess: false (it is made then), or connect it: `gcloud services vpc-peerings connect`.';
    return [bad('it has no Private Service Access', 'it, as network.serviceAccess says', todo)];
  }
  if (services.some((prefix) => prefix <= SERVICES)) return [];
  const ranges = services.map((prefix) => `/${prefix}`).join(', ') || 'none';
  const todo = 'Allocate another range, and add it with `gcloud services vpc-peerings update`.';
  return [bad(`its ranges for Google's services are ${ranges}`, `one of /${SERVICES} or larger`, todo)];
}

/** Two private zones of one name cannot serve one network. */
function judgeNames(network: Wanted, { zones }: FoundNetwork): Finding[] {
  if (!network.private) return [];
  const lacking = GOOGLE_DOMAINS.filter((domain) => !zones.includes(domain));
  if (network.googleNames) {
    if (lacking.length === 0) return [];
    const todo =
      'Make them (docs/gcp.md, "An existing network"), or say network.googleNames: false: then they are made.';
    return [
      bad(`it has no private zones of ${lacking.join(', ')}`, 'them, as network.googleNames says', todo),
    ];
  }
  if (zones.length === 0) return [];
  const todo = 'Say network.googleNames: true, and make those that are missing.';
  return [bad(`it has private zones of ${zones.join(', ')}`, 'their mention in the config', todo)];
}

export const GOOGLE_DOMAINS = ['googleapis.com', 'pkg.dev', 'gcr.io'];
