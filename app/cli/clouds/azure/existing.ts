/** An existing network: what is missing for an installation to live in it. Pure; `facts.ts` asks Azure. */
import { endpointsToMake, ZONES } from '../../../../config/azure-services.ts';
import { overlaps, parseCidr, sizeOf } from '../../../../config/cidr.ts';
import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok, warn } from '../../checks/finding.ts';

type Wanted = Extract<(AzureConfig | AzureWorkersConfig)['network'], { kind: 'existing' }>;
export type Use = 'ingress' | 'appHost' | 'scaler' | 'database' | 'endpoints' | 'workers';

export interface FoundSubnet {
  id: string;
  cidr: string;
  /** Addresses that something has already. */
  used: number;
  /** Services that it is delegated to. */
  delegations: string[];
  hasNat: boolean;
  hasRoutes: boolean;
}
/** A private DNS zone of `privatelink.…`, and whether the network looks names up in it. */
export interface FoundPrivateZone {
  id: string;
  name: string;
  isLinked: boolean;
}
export interface FoundNetwork {
  region: string;
  /** Name servers of the company's own; none: Azure's. */
  nameServers: string[];
  /** Those of the config, and those of this subscription. */
  zones: FoundPrivateZone[];
  /** By what the config wants it for; null: there is none. */
  subnets: Partial<Record<Use, FoundSubnet | null>>;
}

const DELEGATED = 'Microsoft.DBforPostgreSQL/flexibleServers';
/** Azure keeps five addresses of each subnet for itself. */
const RESERVED = 5;
/** A gateway that grows to ten, one address more for its inside, and room to exchange them. */
const GATEWAY = 24;

/** Addresses that endpoints take in private mode: storage, key vault, two of the registry, a dozen of logs. */
const PRIVATE = 16;

/** Null: there is no such network. */
export function judgeExisting(
  config:
    | Pick<AzureConfig, 'region' | 'environments' | 'endpointHosts' | 'mounts' | 'network'>
    | AzureWorkersConfig,
  network: Wanted,
  found: FoundNetwork | null,
): Finding[] {
  if (found === null)
    return [
      fail(
        'network',
        `${network.networkId} is not there, or this login does not see it`,
        'a network of this tenant',
        'Correct network.networkId (`az network vnet list`).',
      ),
    ];
  const problems: Finding[] = [];
  const problem = (what: string, needed: string, todo: string) =>
    problems.push(fail('network', what, needed, todo));
  if (found.region !== config.region)
    problem(
      `the network is in ${found.region}`,
      `one in ${config.region}`,
      'Correct network.networkId or region.',
    );
  const ceilings = config.environments.reduce((sum, { ceiling }) => sum + ceiling, 0);
  const endpointHosts = 'joins' in config ? 0 : (config.endpointHosts?.count ?? 0);
  const room: Record<Use, number> = {
    ingress: GATEWAY,
    // Two while one replaces the other.
    appHost: 2 + endpointHosts,
    scaler: 2,
    database: 4,
    endpoints: 2 + config.mounts.length + (network.private ? PRIVATE : 0),
    workers: ceilings,
  };
  for (const [use, id] of Object.entries(network.subnetIds) as [Use, string][]) {
    const subnet = found.subnets[use] ?? null;
    if (subnet === null || !id.toLowerCase().startsWith(`${network.networkId.toLowerCase()}/`)) {
      problem(
        `${id} is no subnet of the network`,
        `a subnet for ${use}`,
        `Correct network.subnetIds.${use} (\`az network vnet subnet list\`).`,
      );
      continue;
    }
    const free = sizeOf(parseCidr(subnet.cidr)) - RESERVED - subnet.used;
    if (free < room[use])
      problem(
        `the subnet for ${use} (${subnet.cidr}) has ${free} free addresses`,
        `${room[use]} at most at once`,
        use === 'workers' ? 'Give a larger subnet, or lower the ceilings.' : 'Give a larger subnet.',
      );
    if (use === 'database' && !subnet.delegations.includes(DELEGATED))
      problem(
        'the subnet for database is not delegated to PostgreSQL',
        `a subnet delegated to ${DELEGATED}`,
        `\`az network vnet subnet update --ids ${id} --delegations ${DELEGATED}\``,
      );
    const isMachines = use === 'appHost' || use === 'scaler' || use === 'workers';
    if (isMachines && !network.private && !subnet.hasNat && !subnet.hasRoutes)
      problem(
        `the subnet for ${use} has no way out`,
        'a NAT gateway, or a route to a firewall',
        'Add one, or say network.private: true.',
      );
    if (isMachines && network.private && subnet.hasNat)
      problem(
        `the subnet for ${use} has a NAT gateway, and network.private is true`,
        'no way to the internet',
        'Take it off, or say private: false.',
      );
  }
  return [
    ...(problems.length > 0 ? problems : [ok('network', 'the subnets that are given fit')]),
    ...judgeNames(config, network, found),
  ];
}

/** Names of private endpoints: a network looks each zone up in one place, and with name servers of its own in none. */
function judgeNames(
  config: Pick<AzureConfig, 'mounts' | 'network'> | AzureWorkersConfig,
  network: Wanted,
  { nameServers, zones }: FoundNetwork,
): Finding[] {
  const needed = [...new Set(endpointsToMake(config).flatMap((one) => ZONES[one]))];
  const isGiven = (id: string) =>
    network.privateDnsZones.some((one) => one.toLowerCase() === id.toLowerCase());
  const absent = network.privateDnsZones.filter(
    (id) => !zones.some((zone) => zone.id.toLowerCase() === id.toLowerCase()),
  );
  const unlinked = zones.filter(({ id, isLinked }) => isGiven(id) && !isLinked);
  const unsaid = zones.filter(
    ({ id, name, isLinked }) => isLinked && !isGiven(id) && (needed as string[]).includes(name),
  );
  return [
    ...absent.map((id) =>
      fail(
        'network',
        `${id} is not there, or this login does not see it`,
        'a private DNS zone',
        'Correct network.privateDnsZones (`az network private-dns zone list`).',
      ),
    ),
    ...unlinked.map(({ id, name }) =>
      fail(
        'network',
        `the network does not look names up in ${name}`,
        'a link of that zone to it',
        `\`az network private-dns link vnet create --zone-name ${name} --virtual-network ${network.networkId} --registration-enabled false …\` (${id})`,
      ),
    ),
    ...unsaid.map(({ id, name }) =>
      fail(
        'network',
        `the network looks names up in a zone ${name} already, and takes no second one`,
        'that zone in network.privateDnsZones',
        `Add ${id} to it.`,
      ),
    ),
    ...(nameServers.length === 0
      ? []
      : [
          warn(
            'network',
            `the network asks name servers of its own: ${nameServers.join(', ')}`,
            'servers that pass the names of private endpoints on to Azure',
            `Let them forward ${needed.join(', ')} and postgres.database.azure.com to 168.63.129.16.`,
          ),
        ]),
  ];
}

/** Of a dedicated network: another one of the same addresses can never be connected with it. Pure. */
export function judgeOverlap(cidr: string, others: { name: string; cidrs: string[] }[]): Finding[] {
  const own = parseCidr(cidr);
  const clash = others.filter(({ cidrs }) => cidrs.some((one) => overlaps(parseCidr(one), own)));
  if (clash.length === 0) return [ok('network', `${cidr} overlaps no network of the subscription`)];
  return [
    warn(
      'network',
      `${cidr} overlaps ${clash.map(({ name, cidrs }) => `${name} (${cidrs.join(', ')})`).join(', ')}`,
      'addresses of its own, if the two shall ever be connected',
      'Choose another network.cidr now: it cannot be changed later.',
    ),
  ];
}
