/** What the subscription is like: asked with a few calls of the management API; `judge.ts` says what it means. */
import type { AzureConfig } from '../../../../config/schema.ts';
import type { Arm } from './arm.ts';
import { type Facts, FEATURES, NAMESPACES, type Sku } from './judge.ts';

interface ListedSku {
  resourceType: string;
  name: string;
  family?: string;
  capabilities?: { name: string; value: string }[];
  restrictions?: { type: string }[];
}

export async function lookAt(config: AzureConfig, arm: Arm): Promise<Facts> {
  const { subscriptionId, region, dns, machineImages, given } = config;
  const subscription = `/subscriptions/${subscriptionId}`;
  const scope =
    given.resourceGroup === undefined
      ? subscription
      : `${subscription}/resourceGroups/${given.resourceGroup}`;
  const there = async (id: string) =>
    (await arm.get(id, /\/galleries\//i.test(id) ? '2024-03-03' : '2024-11-01')) !== null;
  const named = Object.entries(machineImages).flatMap(([use, id]) => (id === undefined ? [] : [{ use, id }]));
  const [providers, features, skus, usages, rights, zone, images] = await Promise.all([
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
    arm.list<{ name: { value: string }; currentValue: number; limit: number }>(
      `${subscription}/providers/Microsoft.Compute/locations/${region}/usages`,
      '2024-11-01',
    ),
    arm.list<{ actions: string[]; notActions: string[] }>(
      `${scope}/providers/Microsoft.Authorization/permissions`,
      '2022-04-01',
    ),
    dns.kind === 'zone' ? arm.get<{ name: string }>(dns.zoneId, '2018-05-01') : undefined,
    Promise.all(named.map(async ({ use, id }) => ({ use, id, there: await there(id) }))),
  ]);
  return {
    unregistered: NAMESPACES.filter(
      (namespace) =>
        !providers.some(
          (one) =>
            one.namespace.toLowerCase() === namespace.toLowerCase() && one.registrationState === 'Registered',
        ),
    ),
    features,
    machines: new Map(skus.filter((one) => one.resourceType === 'virtualMachines').map(skuOf)),
    usages: new Map(
      usages.map(({ name, currentValue, limit }) => [
        name.value.toLowerCase(),
        { used: currentValue, limit },
      ]),
    ),
    rights,
    ...(zone === undefined ? {} : { zone: zone?.name ?? null }),
    images,
  };
}

const skuOf = ({ name, family = '', capabilities = [], restrictions = [] }: ListedSku): [string, Sku] => [
  name,
  {
    family: family.toLowerCase(),
    vcpus: Number(capabilities.find((one) => one.name === 'vCPUs')?.value ?? 0),
    isRefused: restrictions.some(({ type }) => type === 'Location'),
  },
];
