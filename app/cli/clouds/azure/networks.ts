/** An existing network as Azure tells of it. */
import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import type { Arm } from './arm.ts';
import type { FoundNetwork, FoundPrivateZone, FoundSubnet, Use } from './existing.ts';

const VERSION = '2024-05-01';
/** Of private DNS. */
const ZONES_VERSION = '2024-06-01';

interface Told {
  id: string;
  properties: {
    addressPrefix?: string;
    addressPrefixes?: string[];
    ipConfigurations?: unknown[];
    delegations?: { properties: { serviceName: string } }[];
    natGateway?: object;
    routeTable?: object;
  };
}

/** Null: there is no such network. */
export async function lookAtNetwork(
  {
    networkId,
    subnetIds,
    privateDnsZones,
  }: Extract<(AzureConfig | AzureWorkersConfig)['network'], { kind: 'existing' }>,
  { subscriptionId }: { subscriptionId: string },
  arm: Arm,
): Promise<FoundNetwork | null> {
  const network = await arm.get<{
    location: string;
    properties?: { dhcpOptions?: { dnsServers?: string[] } };
  }>(networkId, VERSION);
  if (network === null) return null;
  const [subnets, zones] = await Promise.all([
    Promise.all(
      Object.entries(subnetIds).map(async ([use, id]): Promise<[string, FoundSubnet | null]> => {
        const told = await arm.get<Told>(id, VERSION);
        return [use, told && subnetOf(told)];
      }),
    ),
    lookAtZones(networkId, subscriptionId, privateDnsZones, arm),
  ]);
  return {
    region: network.location,
    nameServers: network.properties?.dhcpOptions?.dnsServers ?? [],
    zones,
    subnets: Object.fromEntries(subnets) as Record<Use, FoundSubnet | null>,
  };
}

async function lookAtZones(
  networkId: string,
  subscriptionId: string,
  given: string[],
  arm: Arm,
): Promise<FoundPrivateZone[]> {
  const [listed, named] = await Promise.all([
    arm.list<{ id: string; name: string }>(
      `/subscriptions/${subscriptionId}/providers/Microsoft.Network/privateDnsZones`,
      ZONES_VERSION,
    ),
    // A company may keep them in another subscription.
    Promise.all(given.map((id) => arm.get<{ id: string; name: string }>(id, ZONES_VERSION))),
  ]);
  const zones = new Map(
    [...listed, ...named.filter((zone) => zone !== null)].map((zone) => [zone.id.toLowerCase(), zone]),
  );
  return Promise.all(
    [...zones.values()]
      .filter(({ name }) => name.startsWith('privatelink.'))
      .map(async ({ id, name }) => {
        const links = await arm.list<{ properties?: { virtualNetwork?: { id?: string } } }>(
          `${id}/virtualNetworkLinks`,
          ZONES_VERSION,
        );
        const isLinked = links.some(
          ({ properties }) => properties?.virtualNetwork?.id?.toLowerCase() === networkId.toLowerCase(),
        );
        return { id, name, isLinked };
      }),
  );
}

/** Networks of the subscription, but the installation's own. */
export async function lookAtOthers(
  installation: string,
  { subscriptionId }: { subscriptionId: string },
  arm: Arm,
): Promise<{ name: string; cidrs: string[] }[]> {
  const found = await arm.list<{
    name: string;
    tags?: Record<string, string>;
    properties?: { addressSpace?: { addressPrefixes?: string[] } };
  }>(`/subscriptions/${subscriptionId}/providers/Microsoft.Network/virtualNetworks`, VERSION);
  return found
    .filter(({ tags }) => tags?.installation !== installation)
    .map(({ name, properties }) => ({
      name,
      cidrs: (properties?.addressSpace?.addressPrefixes ?? []).filter((one) => !one.includes(':')),
    }));
}

const subnetOf = ({ id, properties }: Told): FoundSubnet => ({
  id,
  cidr: properties.addressPrefix ?? properties.addressPrefixes?.[0] ?? '0.0.0.0/32',
  used: properties.ipConfigurations?.length ?? 0,
  delegations: (properties.delegations ?? []).map((one) => one.properties.serviceName),
  hasNat: properties.natGateway !== undefined,
  hasRoutes: properties.routeTable !== undefined,
});
