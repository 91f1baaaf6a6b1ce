/** What the facts of an account mean for a config. Pure; `facts.ts` gathers them. */
import { overlaps, parseCidr } from '../../../../config/cidr.ts';
import type { AwsConfig, AwsWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok, warn } from '../../checks/finding.ts';
import { type FoundNetwork, judgeExisting, type WantedNetwork } from './existing.ts';

/** Machine types that the region has, with their virtual processors. */
export type Machines = Map<string, { vcpus: number }>;
/** Quota codes of Service Quotas, by what they limit. */
export const QUOTAS = {
  addresses: { code: 'L-0263D0A3', what: 'Elastic IP addresses' },
  standard: { code: 'L-1216C47A', what: 'vCPUs of standard machines' },
  gpu: { code: 'L-DB2E81BA', what: 'vCPUs of G and VT machines (GPU)' },
  bigGpu: { code: 'L-417A185B', what: 'vCPUs of P machines (GPU)' },
  spotStandard: { code: 'L-34B43A08', what: 'vCPUs of standard spot machines' },
  spotGpu: { code: 'L-3819A6DF', what: 'vCPUs of G and VT spot machines (GPU)' },
  spotBigGpu: { code: 'L-7212CCBC', what: 'vCPUs of P spot machines (GPU)' },
} as const;
export type Quota = keyof typeof QUOTAS;
/** `least`: below it nothing works; `most`: what the ceilings may ask for. */
export interface Need {
  quota: Quota;
  least: number;
  most: number;
}
/** `limit` null: the account did not say. */
export interface QuotaFact extends Need {
  limit: number | null;
  used: number;
}

const isGiven = <T>(value: T | undefined): value is T => value !== undefined;

/** Every machine type that the config names, with where. */
export function wantedMachines(
  config: AwsConfig | AwsWorkersConfig,
): { where: string; machineType: string }[] {
  const hosts =
    'joins' in config
      ? [{ where: 'scaler', machineType: config.scaler.machineType }]
      : [
          { where: 'appHost', machineType: config.appHost.machineType },
          { where: 'endpointHosts', machineType: config.endpointHosts?.machineType },
        ];
  const named = [
    ...hosts,
    ...config.environments.map(({ slug, machineType }) => ({ where: `environment ${slug}`, machineType })),
  ];
  return named.flatMap(({ where, machineType }) => (isGiven(machineType) ? [{ where, machineType }] : []));
}

export function judgeMachines(config: AwsConfig | AwsWorkersConfig, machines: Machines): Finding[] {
  const wanted = wantedMachines(config);
  const lacking = wanted.filter(({ machineType }) => !machines.has(machineType));
  if (lacking.length === 0) return [ok('machines', `${config.region} has every machine type`)];
  return lacking.map(({ where, machineType }) =>
    fail(
      'machines',
      `${config.region} has no ${machineType}`,
      `a machine type of that region for ${where}`,
      'Choose another machineType, or another region. `aws ec2 describe-instance-type-offerings` lists what there is.',
    ),
  );
}

function quotaOf(machineType: string, spot: boolean): Quota {
  const family = /^[a-z]+/.exec(machineType)?.[0] ?? '';
  if (family === 'g' || family === 'vt' || family === 'gr') return spot ? 'spotGpu' : 'gpu';
  if (family === 'p') return spot ? 'spotBigGpu' : 'bigGpu';
  return spot ? 'spotStandard' : 'standard';
}

/** What an installation takes of each quota. */
export function needsOf(config: AwsConfig | AwsWorkersConfig, machines: Machines): Need[] {
  const needs = new Map<Quota, Need>();
  const add = (quota: Quota, least: number, most: number) => {
    const need = needs.get(quota) ?? { quota, least: 0, most: 0 };
    needs.set(quota, { quota, least: need.least + least, most: need.most + most });
  };
  const vcpus = (machineType: string) => machines.get(machineType)?.vcpus ?? 0;
  const type = 'joins' in config ? config.scaler.machineType : config.appHost.machineType;
  const host = vcpus(type ?? '') || 4;
  add('standard', host, host);
  const endpointHosts = 'joins' in config ? undefined : config.endpointHosts;
  if (isGiven(endpointHosts)) {
    const all = vcpus(endpointHosts.machineType) * endpointHosts.count;
    add(quotaOf(endpointHosts.machineType, false), all, all);
  }
  for (const { machineType, spot, ceiling } of config.environments) {
    add(quotaOf(machineType, spot), vcpus(machineType), vcpus(machineType) * ceiling);
  }
  const nats = natGateways(config);
  if (nats > 0) add('addresses', nats, nats);
  return [...needs.values()];
}

export function natGateways({ network, profile }: AwsConfig | AwsWorkersConfig): number {
  if (network.kind === 'existing' || network.private) return 0;
  const isProd = profile === 'prod';
  return (network.natPerZone ?? isProd) ? (network.zones ?? (isProd ? 3 : 2)) : 1;
}

export function judgeQuotas(facts: QuotaFact[]): Finding[] {
  return facts.map(({ quota, limit, used, least, most }) => {
    const { what, code } = QUOTAS[quota];
    if (limit === null) return ok('quota', `${what}: the account does not say`);
    const free = limit - used;
    const found = `${what}: ${free} of ${limit} free`;
    const todo = `Ask for more: \`aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${used + most}\`.`;
    if (free < least) return fail('quota', found, `at least ${least}`, todo);
    if (free < most) return warn('quota', found, `${most} for all machines below the ceilings`, todo);
    return ok('quota', found);
  });
}

/** Machine images of the operator that the account can see, by id. */
export function judgeImages(
  { machineImages, region }: AwsConfig | AwsWorkersConfig,
  seen: Map<string, { state: string; architecture: string }>,
): Finding[] {
  const given = Object.entries(machineImages).filter((entry): entry is [string, string] => isGiven(entry[1]));
  return given.map(([use, id]) => {
    const image = seen.get(id);
    const todo = `Correct machineImages.${use}, or share the image with this account and copy it to ${region}.`;
    if (image === undefined)
      return fail('image', `${id} is not in ${region}`, `a machine image for ${use}`, todo);
    if (image.state !== 'available')
      return fail('image', `${id} is ${image.state}`, 'an image that is available', 'Wait until it is.');
    if (image.architecture !== 'x86_64')
      return fail('image', `${id} is for ${image.architecture}`, 'x86_64', todo);
    return ok('image', `${id} (${use}) is there`);
  });
}

export interface NetworkFacts {
  /** VPCs of the account in this region, with their networks; the installation's own is left out. */
  others: { id: string; cidrs: string[] }[];
  /** Of `network.kind: existing`; undefined: it was not asked for. Null: there is none. */
  existing?: FoundNetwork | null;
}

export function judgeNetworks(
  config: AwsConfig | AwsWorkersConfig,
  { others, existing }: NetworkFacts,
): Finding[] {
  const { network } = config;
  if (network.kind === 'existing') return judgeExisting(wantedNetwork(config, network), existing ?? null);
  const own = parseCidr(network.cidr);
  const clash = others.filter(({ cidrs }) => cidrs.some((cidr) => overlaps(parseCidr(cidr), own)));
  if (clash.length === 0) return [ok('network', `${network.cidr} overlaps no network of the region`)];
  const ids = clash.map(({ id, cidrs }) => `${id} (${cidrs.join(', ')})`).join(', ');
  return [
    warn(
      'network',
      `${network.cidr} overlaps ${ids}`,
      'addresses of its own, if the two shall ever be connected',
      'Choose another network.cidr now: it cannot be changed later.',
    ),
  ];
}

/** A host is two while one replaces the other; PostgreSQL and Redis have up to three nodes. */
const OWN_MACHINES = { installation: 2 + 3 + 3, workers: 2 };

function wantedNetwork(
  config: AwsConfig | AwsWorkersConfig,
  network: Extract<AwsConfig['network'], { kind: 'existing' }>,
): WantedNetwork {
  const own =
    'joins' in config ? OWN_MACHINES.workers : OWN_MACHINES.installation + (config.endpointHosts?.count ?? 0);
  return {
    ...network,
    region: config.region,
    // Without a load balancer there is nothing in public networks.
    internal: 'joins' in config || config.access.internal,
    isPrivate: network.private,
    machines: own + config.environments.reduce((sum, { ceiling }) => sum + ceiling, 0),
  };
}

/** Null: the account has no such zone. */
export function judgeZone(
  { dns, publicName, accountId }: AwsConfig,
  zone: { name: string; isPrivate: boolean } | null | undefined,
): Finding[] {
  if (dns.kind === 'elsewhere') return [];
  if (!zone) {
    const needed = `a hosted zone of account ${accountId}`;
    const todo =
      'Correct dns.zoneId (`aws route53 list-hosted-zones`); where the zone is in another account, use dns.kind: elsewhere.';
    return [fail('zone', `${dns.zoneId} is not in this account`, needed, todo)];
  }
  const name = zone.name.replace(/\.$/, '');
  if (zone.isPrivate)
    return [fail('zone', `${name} is a private zone`, 'a public one', 'Correct dns.zoneId.')];
  if (publicName !== name && !publicName.endsWith(`.${name}`)) {
    return [
      fail(
        'zone',
        `${dns.zoneId} is ${name}`,
        `the zone of ${publicName}`,
        'Correct dns.zoneId or publicName.',
      ),
    ];
  }
  return [ok('zone', `${name} is in this account`)];
}

/** Null: the account does not let this login simulate. */
export function judgePermissions(denied: string[] | null): Finding[] {
  if (denied === null) return [ok('permissions', 'could not be simulated with this login')];
  if (denied.length === 0) return [ok('permissions', 'every action that was simulated is allowed')];
  return [
    fail(
      'permissions',
      `this login may not ${denied.join(', ')}`,
      'all that an installation is made with',
      'Let an administrator of the account grant it; docs/aws.md has the policy document.',
    ),
  ];
}
