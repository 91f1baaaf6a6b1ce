/** An existing network as Azure tells of it. */
import type { AzureConfig } from '../../../../config/schema.ts';
import type { Arm } from './arm.ts';
import type { FoundNetwork, FoundSubnet, Use } from './existing.ts';

const VERSION = '2024-05-01';

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
  { networkId, subnetIds }: Extract<AzureConfig['network'], { kind: 'existing' }>,
  arm: Arm,
): Promise<FoundNetwork | null> {
  const network = await arm.get<{ location: string }>(networkId, VERSION);
  if (network === null) return null;
  const subnets = await Promise.all(
    Object.entries(subnetIds).map(async ([use, id]): Promise<[string, FoundSubnet | null]> => {
      const told = await arm.get<Told>(id, VERSION);
      return [use, told && subnetOf(told)];
    }),
  );
  return {
    region: network.location,
    subnets: Object.fromEntries(subnets) as Record<Use, FoundSubnet | null>,
  };
}

const subnetOf = ({ id, properties }: Told): FoundSubnet => ({
  id,
  cidr: properties.addressPrefix ?? properties.addressPrefixes?.[0] ?? '0.0.0.0/32',
  used: properties.ipConfigurations?.length ?? 0,
  delegations: (properties.delegations ?? []).map((one) => one.properties.serviceName),
  hasNat: properties.natGateway !== undefined,
  hasRoutes: properties.routeTable !== undefined,
});
