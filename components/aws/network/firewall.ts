/** Who may talk to whom: one table, from which security groups and their rules are made. Pure. */
import type { AwsConfig, AwsWorkersConfig } from '../../../config/schema.ts';
import { type NamedPort, namedFor, placesOf } from '../../named-ports.ts';

/** One security group each. `endpoints`: of the cloud's services; `mounts`: of shared file systems; `scaler`: of a worker stack. */
export const GROUPS = [
  'ingress',
  'appHost',
  'endpointHosts',
  'scaler',
  'workers',
  'database',
  'queue',
  'endpoints',
  'mounts',
] as const;
export type Group = (typeof GROUPS)[number];

/** Another group, a network, or S3's own addresses through its gateway. */
export type Peer = { group: Group } | { cidr: string } | { s3: true };

export interface Rule {
  name: string;
  from: Peer;
  to: Peer;
  port: number;
  /** The last one, where there are several. @default port */
  lastPort?: number;
  /** What for, in words. */
  why: string;
}

type Facts = Pick<AwsConfig, 'access' | 'reachable' | 'endpointHosts' | 'mounts' | 'jobAccess'> & {
  /** No way to the internet. */
  isPrivate: boolean;
  /** Networks that a private installation's Git hosts may be in: its own and those connected. */
  inside: string[];
  named: NamedPort[];
};

const EVERYWHERE = '0.0.0.0/0';

const rule = (name: string, from: Peer, to: Peer, port: number, why: string): Rule => ({
  name,
  from,
  to,
  port,
  why,
});
const group = (name: Group): Peer => ({ group: name });

/** Groups that a stack has. */
export function groupsOf(config: AwsConfig | AwsWorkersConfig): Group[] {
  const mounts: Group[] = config.mounts.length > 0 ? ['mounts'] : [];
  if ('joins' in config) return ['scaler', 'workers', 'endpoints', ...mounts];
  const hosts: Group[] = config.endpointHosts === undefined ? [] : ['endpointHosts'];
  return ['ingress', 'appHost', ...hosts, 'workers', 'database', 'queue', 'endpoints', ...mounts];
}

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
  const outside = isPrivate ? inside : [EVERYWHERE];
  return distinct([
    ...access.allowedCidrs.flatMap((cidr, index) => [
      rule(`users-${index}`, { cidr }, group('ingress'), 443, 'people and clients'),
      rule(`users-${index}-redirect`, { cidr }, group('ingress'), 80, 'people, sent on to HTTPS'),
    ]),
    ...hosts.map((from) =>
      rule(`${from}-ingress`, group(from), group('ingress'), 443, 'machines of the installation'),
    ),
    rule('ingress-appHost', group('ingress'), group('appHost'), 8000, 'load balancer to API'),
    rule('appHost-database', group('appHost'), group('database'), 5432, 'application to PostgreSQL'),
    rule('appHost-queue', group('appHost'), group('queue'), 6379, 'application to Redis'),
    rule('workers-queue', group('workers'), group('queue'), 6379, 'workers to their queue'),
    ...hosts.map((from) =>
      rule(`${from}-services`, group(from), group('endpoints'), 443, 'services of the cloud'),
    ),
    ...hosts.map((from) => rule(`${from}-s3`, group(from), { s3: true }, 443, 'object storage')),
    ...outside.flatMap((cidr, index) => [
      rule(`appHost-https-${index}`, group('appHost'), { cidr }, 443, 'Git, registries, the load balancer'),
      rule(`appHost-ssh-${index}`, group('appHost'), { cidr }, 22, 'Git over SSH'),
      rule(`workers-https-${index}`, group('workers'), { cidr }, 443, 'the API, registries, what jobs fetch'),
      ...(endpointHosts === undefined
        ? []
        : [
            rule(
              `endpointHosts-https-${index}`,
              group('endpointHosts'),
              { cidr },
              443,
              'the API, registries',
            ),
          ]),
    ]),
    // Packages of Ubuntu and Debian are signed and fetched over HTTP, by jobs too; in private mode nothing is fetched.
    ...(isPrivate ? [] : packages('appHost', 'workers')),
    ...namedRules(hosts, named, outside),
    ...jobRules({ reachable, mounts, jobAccess }),
    ...(endpointHosts === undefined
      ? []
      : [
          rule(
            'appHost-endpointHosts',
            group('appHost'),
            group('endpointHosts'),
            8000,
            'requests to endpoints',
          ),
        ]),
  ]);
}

const packages = (...groups: Group[]): Rule[] =>
  groups.map((from) =>
    rule(`${from}-packages`, group(from), { cidr: EVERYWHERE }, 80, 'packages of the system'),
  );

/** AWS refuses a rule that says what another one says. */
const distinct = (rules: Rule[]): Rule[] => {
  const said = ({ from, to, port, lastPort }: Rule) => JSON.stringify([from, to, port, lastPort]);
  return [...new Map(rules.toReversed().map((one) => [said(one), one])).values()].toReversed();
};

/** What the config names on ports of its own. */
const namedRules = (hosts: Group[], named: NamedPort[], outside: string[]): Rule[] =>
  hosts.flatMap((from) =>
    namedFor(named, from).flatMap((one, index) =>
      placesOf(one, outside).map((cidr, place) =>
        rule(`${from}-named-${index}-${place}`, group(from), { cidr }, one.port, one.why),
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
    rule(`workers-${name}`, group('workers'), { cidr }, port, `jobs to ${name}`),
  ),
  ...(mounts.length === 0
    ? []
    : [rule('workers-mounts', group('workers'), group('mounts'), 2049, 'shared file systems')]),
  ...(jobAccess?.allowedCidrs ?? []).map((cidr, index) => ({
    ...rule(
      `people-${index}-workers`,
      { cidr },
      group('workers'),
      jobAccess!.ports.from,
      'people into jobs and notebooks',
    ),
    lastPort: jobAccess!.ports.to,
  })),
];

/** A worker stack: nobody comes in but to jobs; out to the installation, to the cloud's services, and to what jobs fetch. */
export function workerStackRules({
  reachable,
  mounts,
  jobAccess,
  isPrivate,
  inside,
  named,
}: Pick<Facts, 'reachable' | 'mounts' | 'jobAccess' | 'isPrivate' | 'inside' | 'named'>): Rule[] {
  const outside = isPrivate ? inside : [EVERYWHERE];
  const hosts: Group[] = ['scaler', 'workers'];
  return distinct([
    ...hosts.flatMap((from) => [
      rule(`${from}-services`, group(from), group('endpoints'), 443, 'services of the cloud'),
      rule(`${from}-s3`, group(from), { s3: true }, 443, 'object storage'),
    ]),
    ...outside.flatMap((cidr, index) => [
      rule(`scaler-https-${index}`, group('scaler'), { cidr }, 443, 'the API of the installation'),
      rule(`workers-https-${index}`, group('workers'), { cidr }, 443, 'the API, registries, what jobs fetch'),
    ]),
    // Packages of Ubuntu and Debian are signed and fetched over HTTP, by jobs too; in private mode nothing is fetched.
    ...(isPrivate ? [] : packages('scaler', 'workers')),
    ...namedRules(hosts, named, outside),
    ...jobRules({ reachable, mounts, jobAccess }),
  ]);
}
