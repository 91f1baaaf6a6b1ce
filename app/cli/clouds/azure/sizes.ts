/** Whether the region has the sizes that a config names, in its zones and within its quotas. Pure; `facts.ts` asks Azure. */
import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok, warn } from '../../checks/finding.ts';

export interface Sku {
  /** As quotas name it, in small letters. */
  family: string;
  vcpus: number;
  /** The subscription may not have it in this region. */
  isRefused: boolean;
  /** Zones in which the subscription may have it. */
  zones: string[];
}
/** What PostgreSQL can be in the region. */
export interface DatabaseFacts {
  skus: string[];
  versions: string[];
  zoneRedundant: boolean;
  /** The subscription may make none there. */
  isRefused: boolean;
}
export interface SizeFacts {
  /** Sizes of the region, by name. */
  machines: Map<string, Sku>;
  /** Quotas by name, in small letters: `cores`, `lowprioritycores`, a family's, public addresses. */
  usages: Map<string, { used: number; limit: number }>;
  /** Null: Azure does not say. */
  database: DatabaseFacts | null;
}

const DEFAULTS = {
  prod: { appHost: 'Standard_D4s_v5', database: 'Standard_D2ds_v5', zones: 3 },
  dev: { appHost: 'Standard_D2s_v5', database: 'Standard_B2s', zones: 1 },
} as const;
/** Quota of addresses of the standard kind, the only one there still is. */
const ADDRESSES = 'ipv4standardskupublicipaddresses';

/** Every size that the config names, with where, and how many machines of it there may be. */
function wanted(config: AzureConfig | AzureWorkersConfig) {
  // A host is two while one replaces the other.
  const host = (where: string, machineType: string) => ({
    where,
    machineType,
    least: 1,
    most: 2,
    spot: false,
  });
  return [
    ...('joins' in config ? [host('scaler', config.scaler.machineType)] : hostsOf(config, host)),
    ...config.environments.map(({ slug, machineType, ceiling, spot }) => ({
      where: `environment ${slug}`,
      machineType,
      least: 1,
      most: ceiling,
      spot,
    })),
  ];
}

function hostsOf<H>(
  { appHost, endpointHosts, profile }: AzureConfig,
  host: (where: string, machineType: string) => H,
) {
  return [
    host('appHost', appHost.machineType ?? DEFAULTS[profile].appHost),
    ...(endpointHosts === undefined
      ? []
      : [
          {
            where: 'endpointHosts',
            machineType: endpointHosts.machineType,
            least: endpointHosts.count,
            most: endpointHosts.count,
            spot: false,
          },
        ]),
  ];
}

/** Zones that the stack spreads over: none where it is one (components/azure/site.ts). */
function zonesOf({ network, profile }: AzureConfig | AzureWorkersConfig): string[] {
  const zones = network.zones ?? DEFAULTS[profile].zones;
  return zones === 1 ? [] : Array.from({ length: zones }, (_, zone) => String(zone + 1));
}

export function judgeMachines(
  config: AzureConfig | AzureWorkersConfig,
  { machines }: Pick<SizeFacts, 'machines'>,
): Finding[] {
  const { region } = config;
  const list = `\`az vm list-skus --location ${region} --resource-type virtualMachines\` lists what there is.`;
  const problems = wanted(config).flatMap(({ where, machineType }) => {
    const sku = machines.get(machineType);
    const needed = `a size of that region for ${where}`;
    const todo = `Choose another machineType, or another region. ${list}`;
    if (sku === undefined) return [fail('machines', `${region} has no ${machineType}`, needed, todo)];
    if (sku.isRefused)
      return [fail('machines', `this subscription may not have ${machineType} in ${region}`, needed, todo)];
    const lacking = zonesOf(config).filter((zone) => !sku.zones.includes(zone));
    if (lacking.length === 0) return [];
    return [
      fail(
        'machines',
        `${machineType} is not in zone ${lacking.join(', ')} of ${region}`,
        `a size that is in every zone, for ${where}`,
        `Choose another machineType, or say network.zones: 1. ${list}`,
      ),
    ];
  });
  return problems.length > 0 ? problems : [ok('machines', `${region} has every size`)];
}

/** What an installation takes of each quota: vCPUs of each family, of all, of all spot machines; public addresses. */
export function needsOf(config: AzureConfig | AzureWorkersConfig, { machines }: Pick<SizeFacts, 'machines'>) {
  const needs = new Map<string, { least: number; most: number }>();
  const add = (quota: string, least: number, most: number) => {
    const need = needs.get(quota) ?? { least: 0, most: 0 };
    needs.set(quota, { least: need.least + least, most: need.most + most });
  };
  for (const { machineType, least, most, spot } of wanted(config)) {
    const { vcpus, family } = machines.get(machineType) ?? { vcpus: 0, family: '' };
    for (const quota of spot ? ['lowprioritycores'] : ['cores', family])
      if (quota !== '') add(quota, vcpus * least, vcpus * most);
  }
  const { network } = config;
  const isNat = network.kind === 'dedicated' && !network.private;
  const addresses = (isNat ? 1 : 0) + ('joins' in config || config.access.internal ? 0 : 1);
  if (addresses > 0) add(ADDRESSES, addresses, addresses);
  return needs;
}

export function judgeQuotas(
  config: AzureConfig | AzureWorkersConfig,
  facts: Pick<SizeFacts, 'machines' | 'usages'>,
): Finding[] {
  return [...needsOf(config, facts)].flatMap(([quota, { least, most }]) => {
    const usage = facts.usages.get(quota);
    if (usage === undefined) return [];
    const free = usage.limit - usage.used;
    const what = quota === ADDRESSES ? 'public addresses' : 'vCPUs';
    const found = `${quota}: ${free} of ${usage.limit} ${what} free in ${config.region}`;
    const lower = quota === ADDRESSES ? '' : ', or lower the ceilings';
    const todo = `Ask for ${usage.used + most} in the portal under "Quotas"${lower}.`;
    if (free < least) return [fail('quota', found, `at least ${least}`, todo)];
    if (free < most) return [warn('quota', found, `${most} for all machines below the ceilings`, todo)];
    return [ok('quota', found)];
  });
}

export function judgeDatabase(
  config: AzureConfig,
  { database: found }: Pick<SizeFacts, 'database'>,
): Finding[] {
  if (found === null) return [];
  const { region, profile, database } = config;
  const sku = database.sku ?? DEFAULTS[profile].database;
  const list = `\`az postgres flexible-server list-skus --location ${region}\` lists what there is.`;
  const bad = (what: string, needed: string, todo: string) => [fail('database', what, needed, todo)];
  if (found.isRefused)
    return bad(
      `this subscription may make no PostgreSQL in ${region}`,
      'a region that lets it',
      'Ask for it in the portal ("New support request", quota, Azure Database for PostgreSQL), or choose another region.',
    );
  if (!found.skus.some((one) => one.toLowerCase() === sku.toLowerCase()))
    return bad(
      `PostgreSQL has no ${sku} in ${region}`,
      'a size of that region',
      `Correct database.sku. ${list}`,
    );
  if (!found.versions.includes(database.version))
    return bad(
      `PostgreSQL ${database.version} is not in ${region}`,
      `one of ${found.versions.join(', ')}`,
      'Correct database.version.',
    );
  const spread = (database.highAvailability ?? profile === 'prod') && zonesOf(config).length > 0;
  if (spread && !found.zoneRedundant)
    return bad(
      `PostgreSQL spreads over no zones in ${region}`,
      'a standby in another zone',
      'Say network.zones: 1, database.highAvailability: false, or choose another region.',
    );
  return [ok('database', `PostgreSQL ${database.version} as ${sku} is in ${region}`)];
}
