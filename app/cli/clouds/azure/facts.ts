/** What the subscription is like: asked with a few calls of the management API; `judge.ts` says what it means. */
import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import type { Arm } from './arm.ts';
import {
  type Facts,
  FEATURES,
  type FoundImage,
  NAMESPACES,
  type Rights,
  WORKER_NAMESPACES,
} from './judge.ts';
import type { DatabaseFacts, Sku } from './sizes.ts';

interface ListedSku {
  resourceType: string;
  name: string;
  family?: string;
  capabilities?: { name: string; value: string }[];
  locationInfo?: { zones?: string[] }[];
  restrictions?: { type: string; restrictionInfo?: { zones?: string[] } }[];
}
interface Usage {
  name: { value: string };
  currentValue: number;
  limit: number;
}

export async function lookAt(
  name: string,
  config: AzureConfig | AzureWorkersConfig,
  arm: Arm,
): Promise<Facts> {
  const { subscriptionId, region, machineImages } = config;
  const isWorkers = 'joins' in config;
  const dns = isWorkers ? undefined : config.dns;
  const subscription = `/subscriptions/${subscriptionId}`;
  const usagesOf = (namespace: string, version: string) =>
    arm.list<Usage>(`${subscription}/providers/${namespace}/locations/${region}/usages`, version);
  const named = Object.entries(machineImages).flatMap(([use, id]) => (id === undefined ? [] : [{ use, id }]));
  const [providers, features, skus, cores, addresses, rights, zone, images, database] = await Promise.all([
    arm.list<{ namespace: string; registrationState: string }>(`${subscription}/providers`, '2021-04-01'),
    Promise.all(
      FEATURES(config).map(async ({ namespace, name }) => {
        const path = `${subscription}/providers/Microsoft.Features/providers/${namespace}/features/${name}`;
        const found = await arm.get<{ properties: { state: string } }>(path, '2021-07-01');
        return { name, namespace, state: found?.properties.state ?? 'unknown' };
      }),
    ),
    arm.list<ListedSku>(
      `${subscription}/providers/Microsoft.Compute/skus?$filter=location eq '${region}'`,
      '2021-07-01',
    ),
    usagesOf('Microsoft.Compute', '2024-11-01'),
    usagesOf('Microsoft.Network', '2024-05-01'),
    lookAtRights(name, config, arm),
    dns?.kind === 'zone' ? arm.get<{ name: string }>(dns.zoneId, '2018-05-01') : undefined,
    Promise.all(named.map(({ use, id }) => lookAtImage(use, id, arm))),
    isWorkers ? null : lookAtDatabase(config, arm),
  ]);
  return {
    unregistered: (isWorkers ? WORKER_NAMESPACES : NAMESPACES).filter(
      (namespace) =>
        !providers.some(
          (one) =>
            one.namespace.toLowerCase() === namespace.toLowerCase() && one.registrationState === 'Registered',
        ),
    ),
    features,
    machines: new Map(skus.filter((one) => one.resourceType === 'virtualMachines').map(skuOf)),
    usages: new Map(
      [...cores, ...addresses].map(({ name, currentValue, limit }) => [
        name.value.toLowerCase(),
        { used: currentValue, limit },
      ]),
    ),
    rights,
    ...(zone === undefined ? {} : { zone: zone?.name ?? null }),
    images,
    database,
  };
}

/** Roles come from above: what may be done in the group, once there is one, else in the subscription. */
async function lookAtRights(
  name: string,
  config: AzureConfig | AzureWorkersConfig,
  arm: Arm,
): Promise<Rights[]> {
  const subscription = `/subscriptions/${config.subscriptionId}`;
  const group = `${subscription}/resourceGroups/${config.given.resourceGroup ?? `cove-${name}`}`;
  const of = (scope: string) =>
    arm.list<Rights>(`${scope}/providers/Microsoft.Authorization/permissions`, '2022-04-01');
  const there = await of(group);
  return there.length > 0 ? there : of(subscription);
}

async function lookAtImage(use: string, id: string, arm: Arm): Promise<FoundImage> {
  const version = '2024-03-03';
  const [found, definition] = await Promise.all([
    arm.get<{ properties: { publishingProfile?: { targetRegions?: { name: string }[] } } }>(id, version),
    arm.get<{
      properties: {
        architecture?: string;
        hyperVGeneration?: string;
        features?: { name: string; value: string }[];
      };
    }>(id.replace(/\/versions\/[^/]+$/i, ''), version),
  ]);
  if (found === null) return { use, id, regions: null };
  const { architecture, hyperVGeneration, features = [] } = definition?.properties ?? {};
  const security = features.find((feature) => feature.name === 'SecurityType')?.value;
  return {
    use,
    id,
    regions: (found.properties.publishingProfile?.targetRegions ?? []).map(({ name }) => name),
    ...(architecture === undefined ? {} : { architecture }),
    ...(hyperVGeneration === undefined ? {} : { generation: hyperVGeneration }),
    ...(security === undefined ? {} : { security }),
  };
}

/** Source: Azure Database for PostgreSQL, REST API "Capabilities By Location". */
async function lookAtDatabase(
  { subscriptionId, region }: AzureConfig | AzureWorkersConfig,
  arm: Arm,
): Promise<DatabaseFacts | null> {
  const [found] = await arm.list<{
    restricted?: string;
    zoneRedundantHaSupported?: string;
    supportedServerVersions?: { name: string }[];
    supportedServerEditions?: { supportedServerSkus?: { name: string }[] }[];
  }>(
    `/subscriptions/${subscriptionId}/providers/Microsoft.DBforPostgreSQL/locations/${region}/capabilities`,
    '2024-08-01',
  );
  if (found === undefined) return null;
  return {
    isRefused: found.restricted === 'Enabled',
    zoneRedundant: found.zoneRedundantHaSupported === 'Enabled',
    versions: (found.supportedServerVersions ?? []).map(({ name }) => name),
    skus: (found.supportedServerEditions ?? []).flatMap(({ supportedServerSkus = [] }) =>
      supportedServerSkus.map(({ name }) => name),
    ),
  };
}

const skuOf = ({
  name,
  family = '',
  capabilities = [],
  locationInfo = [],
  restrictions = [],
}: ListedSku): [string, Sku] => {
  const refused = restrictions.flatMap(({ type, restrictionInfo }) =>
    type === 'Zone' ? (restrictionInfo?.zones ?? []) : [],
  );
  return [
    name,
    {
      family: family.toLowerCase(),
      vcpus: Number(capabilities.find((one) => one.name === 'vCPUs')?.value ?? 0),
      isRefused: restrictions.some(({ type }) => type === 'Location'),
      zones: locationInfo.flatMap(({ zones = [] }) => zones).filter((zone) => !refused.includes(zone)),
    },
  ];
};
