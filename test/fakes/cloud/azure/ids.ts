/** How Azure names things: by an address below the subscription. */
import type { Properties } from '../../../../components/provider/kind.ts';
import { addressOf as addressIn } from '../../../../config/addresses.ts';
import type { Behaviour } from '../behaviour.ts';
import type { FakeCloud } from '../cloud.ts';

export const addressOf = (type: string, inputs: Properties, { account }: FakeCloud): string =>
  addressIn(type, inputs, { subscription: account }) ?? '';
export const lastOf = (address: string): string => address.split('/').at(-1) ?? '';

/** A type with an address, and what else is special about it. */
export function addressed(type: string, more: Behaviour = {}): Record<string, Behaviour> {
  const token = `azure-native:${type}`;
  return {
    [token]: {
      // Every name is given, so that it can be read in the portal.
      autoName: null,
      id: (inputs, cloud) => addressOf(token, inputs, cloud),
      ...more,
      outputs: (inputs, id, cloud) => ({ name: lastOf(id), ...more.outputs?.(inputs, id, cloud) }),
    },
  };
}

/** Addresses below resource groups of this cloud that lead to nothing; those of others are taken as they are. */
export function danglingAddresses(inputs: Properties, cloud: FakeCloud): string[] {
  const groups = cloud.all('azure-native:resources:ResourceGroup').map(({ id }) => `${id}/`.toLowerCase());
  const known = cloud.all().map(({ id }) => id.toLowerCase());
  const isThere = (address: string) =>
    // A part of a gateway is named while the gateway is made; a secret may be written later.
    /\/applicationGateways\/[^/]+\/|\/vaults\/[^/]+\/secrets\//i.test(address) ||
    known.some((id) => address.toLowerCase() === id || address.toLowerCase().startsWith(`${id}/`));
  return [...new Set(addressesIn(inputs))].filter(
    (address) => groups.some((group) => address.toLowerCase().startsWith(group)) && !isThere(address),
  );
}

function addressesIn(value: unknown): string[] {
  if (typeof value === 'string') return /^\/subscriptions\//i.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(addressesIn);
}
