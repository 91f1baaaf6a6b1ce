/** Who may talk to whom: one table, from which network security groups are made. Pure. */
import type { AzureConfig, AzureWorkersConfig } from '../../../config/schema.ts';
import { type NamedPort, namedFor, placesOf } from '../../named-ports.ts';

/** One subnet each. `endpoints`: private endpoints of Redis, storage and the like; `database`: PostgreSQL. */
export const GROUPS = [
  'ingress',
  'appHost',
  'endpointHosts',
  'scaler',
  'workers',
  'database',
  'endpoints',
] as const;
export type Group = (typeof GROUPS)[number];

/** Another group, a network, or what Azure knows by a name of its own (a service tag). */
export type Peer = { group: Group } | { cidr: string } | { tag: string };

export interface Rule {
  name: string;
  from: Peer;
  to: Peer;
  /** A port, or `65200-65535`. */
  port: string;
  /** What for, in words. */
  why: string;
}

type Facts = Pick<AzureConfig, 'access' | 'reachable' | 'endpointHosts' | 'mounts' | 'jobAccess'> & {
  /** No way to the internet. */
  isPrivate: boolean;
  /** Networks that a private installation's Git hosts may be in: its own and those connected. */
  inside: string[];
  named: NamedPort[];
};

/** Where Azure Managed Redis listens. */
export const REDIS_PORT = '10000';
const EVERYWHERE: Peer = { tag: 'Internet' };

/** Groups that a stack has. */
export const groupsOf = (config: AzureConfig | AzureWorkersConfig): Group[] =>
  'joins' in config
    ? ['scaler', 'workers', 'endpoints']
    : GROUPS.filter(
        (name) => name !== 'scaler' && (name !== 'endpointHosts' || config.endpointHosts !== undefined),
      );

const rule = (name: string, from: Peer, to: Peer, port: string, why: string): Rule => ({
  name,
  from,
  to,
  port,
  why,
});
const group = (name: Group): Peer => ({ group: name });

export function rulesOf({
  access,
  reachable,
  endpointHosts,
  mounts,
  jobAccess,
  isPrivate,
  inside,
  named,
}: Facts): Rule[] {
  const hosts: Group[] = [
    'appHost',
    'workers',
    ...(endpointHosts === undefined ? [] : (['endpointHosts'] as const)),
  ];
  const outside: Peer[] = isPrivate ? inside.map((cidr) => ({ cidr })) : [EVERYWHERE];
  return [
    ...access.allowedCidrs.flatMap((cidr, index) => [
      rule(`users-${index}`, { cidr }, group('ingress'), '443', 'people and clients'),
      rule(`users-${index}-redirect`, { cidr }, group('ingress'), '80', 'people, sent on to HTTPS'),
    ]),
    ...hosts.map((from) =>
      rule(`${from}-ingress`, group(from), group('ingress'), '443', 'machines of the installation'),
    ),
    rule('azure-ingress', { tag: 'GatewayManager' }, group('ingress'), '65200-65535', 'Azure, to manage it'),
    rule('ingress-appHost', group('ingress'), group('appHost'), '8000', 'load balancer to API'),
    rule('appHost-database', group('appHost'), group('database'), '5432', 'application to PostgreSQL'),
    ...['5432', '6432'].map((port) =>
      rule(
        `standby-database-${port}`,
        group('database'),
        group('database'),
        port,
        'PostgreSQL to its standby',
      ),
    ),
    rule('appHost-queue', group('appHost'), group('endpoints'), REDIS_PORT, 'application to Redis'),
    ...hosts.map((from) =>
      rule(`${from}-services`, group(from), group('endpoints'), '443', 'services of the cloud'),
    ),
    ...outside.flatMap((to, index) => [
      rule(`appHost-https-${index}`, group('appHost'), to, '443', 'Git, registries, services of the cloud'),
      rule(`appHost-ssh-${index}`, group('appHost'), to, '22', 'Git over SSH'),
      rule(`workers-https-${index}`, group('workers'), to, '443', 'the API, registries, what jobs fetch'),
      ...(endpointHosts === undefined
        ? []
        : [rule(`endpointHosts-https-${index}`, group('endpointHosts'), to, '443', 'the API, registries')]),
    ]),
    // Packages of Ubuntu and Debian are signed and fetched over HTTP, by jobs too; in private mode nothing is fetched.
    ...(isPrivate
      ? []
      : hosts.map((from) =>
          rule(`${from}-packages`, group(from), EVERYWHERE, '80', 'packages of the system'),
        )),
    ...(endpointHosts === undefined
      ? []
      : [
          rule(
            'appHost-endpointHosts',
            group('appHost'),
            group('endpointHosts'),
            '8000',
            'requests to endpoints',
          ),
        ]),
    ...namedRules(hosts, named, isPrivate ? inside : undefined),
    ...jobRules({ reachable, mounts, jobAccess }),
  ];
}

/** What the config names on ports of its own; it may be in the network as well as in the internet. */
const namedRules = (hosts: Group[], named: NamedPort[], inside: string[] | undefined): Rule[] =>
  hosts.flatMap((from) =>
    namedFor(named, from).flatMap((one, index) =>
      placesOf(one, inside ?? ['*']).map((cidr, place) =>
        rule(`${from}-named-${index}-${place}`, group(from), { cidr }, String(one.port), one.why),
      ),
    ),
  );

/** What jobs reach besides, and who reaches them. */
const jobRules = ({
  reachable,
  mounts,
  jobAccess,
}: Pick<Facts, 'reachable' | 'mounts' | 'jobAccess'>): Rule[] => [
  ...reachable.map(({ name, cidr, port }) =>
    rule(`workers-${name}`, group('workers'), { cidr }, String(port), `jobs to ${name}`),
  ),
  ...(mounts.length === 0
    ? []
    : [rule('workers-mounts', group('workers'), group('endpoints'), '2049', 'shared file systems')]),
  ...(jobAccess?.allowedCidrs ?? []).map((cidr, index) =>
    rule(
      `people-${index}-workers`,
      { cidr },
      group('workers'),
      `${jobAccess!.ports.from}-${jobAccess!.ports.to}`,
      'people into jobs and notebooks',
    ),
  ),
];

/** A worker stack: nobody comes in but to jobs; out to the installation, to the cloud's services, and to what jobs fetch. */
export function workerStackRules({
  isPrivate,
  inside,
  named,
  ...jobs
}: Pick<Facts, 'reachable' | 'mounts' | 'jobAccess' | 'isPrivate' | 'inside' | 'named'>): Rule[] {
  const hosts: Group[] = ['scaler', 'workers'];
  const outside: Peer[] = isPrivate ? inside.map((cidr) => ({ cidr })) : [EVERYWHERE];
  return [
    ...hosts.flatMap((from) => [
      rule(`${from}-services`, group(from), group('endpoints'), '443', 'services of the cloud'),
      ...outside.map((to, index) =>
        rule(`${from}-https-${index}`, group(from), to, '443', 'the API, registries, what jobs fetch'),
      ),
      // Packages of Ubuntu and Debian are signed and fetched over HTTP, by jobs too; in private mode nothing is fetched.
      ...(isPrivate
        ? []
        : [rule(`${from}-packages`, group(from), EVERYWHERE, '80', 'packages of the system')]),
    ]),
    ...namedRules(hosts, named, isPrivate ? inside : undefined),
    ...jobRules(jobs),
  ];
}
