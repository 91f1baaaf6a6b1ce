/** Who may talk to whom: one table, from which firewall rules are made. Pure. */
import type { GcpConfig, GcpWorkersConfig } from '../../../config/schema.ts';
import { type NamedPort, namedFor, placesOf } from '../../named-ports.ts';

/** Machines by what they are; each has a network tag of its own. */
export const GROUPS = ['appHost', 'endpointHosts', 'scaler', 'workers'] as const;
export type Group = (typeof GROUPS)[number];

export interface Rule {
  name: string;
  /** `in`: to the group. `out`: from it. */
  way: 'in' | 'out';
  group: Group;
  /** The other side. */
  peers: string[] | { group: Group };
  port: number;
  /** The last one, where there are several. @default port */
  lastPort?: number;
  /** What for, in words. */
  why: string;
}

type Facts = Pick<
  GcpConfig,
  'access' | 'reachable' | 'endpointHosts' | 'mounts' | 'machineImages' | 'jobAccess'
> & {
  /** No way to the internet. */
  isPrivate: boolean;
  /** Networks that a private installation's Git hosts may be in: its own and those connected. */
  inside: string[];
  named: NamedPort[];
  /** Where PostgreSQL, Redis and file systems stand. */
  services: string[];
  /** Where the proxies of an internal load balancer stand. */
  proxies: string[];
};

const EVERYWHERE = '0.0.0.0/0';
/** Google's own: proxies of a public load balancer, and health checks. Source: Cloud Load Balancing, "Firewall rules". */
const GOOGLE = ['130.211.0.0/22', '35.191.0.0/16'];
/** Google's services on addresses that are in no internet. Source: VPC, "Private Google Access". */
export const RESTRICTED = '199.36.153.4/30';

/** Groups that a stack has. */
export const groupsOf = (config: GcpConfig | GcpWorkersConfig): Group[] =>
  'joins' in config ? ['scaler', 'workers'] : ['appHost', 'endpointHosts', 'workers'];

const out = (name: string, group: Group, peers: Rule['peers'], port: number, why: string): Rule => ({
  name: `${name}-out`,
  way: 'out',
  group,
  peers,
  port,
  why,
});
const into = (name: string, group: Group, peers: Rule['peers'], port: number, why: string): Rule => ({
  name: `${name}-in`,
  way: 'in',
  group,
  peers,
  port,
  why,
});

export function rulesOf(facts: Facts): Rule[] {
  const { access, reachable, endpointHosts, mounts, machineImages, jobAccess } = facts;
  const { isPrivate, inside, named, services } = facts;
  const hosts: Group[] = ['appHost', 'workers', ...(endpointHosts ? (['endpointHosts'] as const) : [])];
  const outside = isPrivate ? [...inside, RESTRICTED] : [EVERYWHERE];
  // Packages of Ubuntu and Debian are signed and fetched over HTTP, by jobs too; in private mode nothing is fetched.
  const fetching = isPrivate
    ? []
    : hosts.filter((group) => group !== 'endpointHosts' || machineImages.worker === undefined);
  return [
    into(
      'ingress-appHost',
      'appHost',
      access.internal ? [...facts.proxies, ...GOOGLE] : GOOGLE,
      8000,
      'load balancer and health checks to API',
    ),
    out('appHost-database', 'appHost', services, 5432, 'application to PostgreSQL'),
    out('appHost-queue', 'appHost', services, 6378, 'application to Redis'),
    ...hosts.map((group) =>
      out(`${group}-https`, group, outside, 443, 'the API, Google’s services, Git, registries'),
    ),
    out('appHost-ssh', 'appHost', isPrivate ? inside : outside, 22, 'Git over SSH'),
    ...fetching.map((group) => out(`${group}-packages`, group, [EVERYWHERE], 80, 'packages of the system')),
    ...(endpointHosts === undefined
      ? []
      : [
          out(
            'appHost-endpointHosts',
            'appHost',
            inside.length > 0 ? inside : services,
            8000,
            'requests to endpoints',
          ),
          into('appHost-endpointHosts', 'endpointHosts', { group: 'appHost' }, 8000, 'requests to endpoints'),
        ]),
    ...namedRules(hosts, named, outside),
    ...jobRules({ reachable, mounts, jobAccess, services }),
  ];
}

/** What the config names on ports of its own. */
const namedRules = (hosts: readonly Group[], named: NamedPort[], outside: string[]): Rule[] =>
  hosts.flatMap((from) =>
    namedFor(named, from).map((one, index) =>
      out(`${from}-named-${index}`, from, placesOf(one, outside), one.port, one.why),
    ),
  );

/** What jobs reach besides, and who reaches them. */
const jobRules = ({
  reachable,
  mounts,
  jobAccess,
  services,
}: Pick<Facts, 'reachable' | 'mounts' | 'jobAccess' | 'services'>): Rule[] => [
  ...reachable.map(({ name, cidr, port }) =>
    out(`workers-${name}`, 'workers', [cidr], port, `jobs to ${name}`),
  ),
  ...(mounts.length === 0 ? [] : [out('workers-mounts', 'workers', services, 2049, 'shared file systems')]),
  ...(jobAccess === undefined
    ? []
    : [
        {
          ...into(
            'people-workers',
            'workers',
            jobAccess.allowedCidrs,
            jobAccess.ports.from,
            'people into jobs and notebooks',
          ),
          lastPort: jobAccess.ports.to,
        },
      ]),
];

/** A worker stack: nobody comes in but to jobs; out to the installation, to Google's services, and to what jobs fetch. */
export function workerStackRules({
  machineImages,
  isPrivate,
  inside,
  named,
  ...jobs
}: Pick<Facts, 'reachable' | 'mounts' | 'jobAccess' | 'isPrivate' | 'inside' | 'named' | 'services'> & {
  machineImages: { scaler?: string | undefined };
}): Rule[] {
  const outside = isPrivate ? [...inside, RESTRICTED] : [EVERYWHERE];
  const hosts = ['scaler', 'workers'] as const;
  const fetching = isPrivate
    ? []
    : hosts.filter((group) => group === 'workers' || machineImages.scaler === undefined);
  return [
    ...hosts.map((group) =>
      out(`${group}-https`, group, outside, 443, 'the installation, Google’s services, registries'),
    ),
    ...fetching.map((group) => out(`${group}-packages`, group, [EVERYWHERE], 80, 'packages of the system')),
    ...namedRules(hosts, named, outside),
    ...jobRules(jobs),
  ];
}
