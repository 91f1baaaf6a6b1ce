/** What a killed run had asked for: taken over where its address follows from its name, left to be made again elsewhere. */
import { expect, test } from 'vitest';
import { adopted } from '../../../app/cli/engine/adopt.ts';
import { addressOf } from '../../../config/addresses.ts';

const of = (type: string, inputs: Record<string, unknown>) =>
  addressOf(type, inputs, { subscription: 'sub' });
const network = {
  urn: 'urn:network',
  type: 'azure-native:network:VirtualNetwork',
  inputs: { resourceGroupName: 'cove-prod', virtualNetworkName: 'net' },
};
const password = { urn: 'urn:password', type: 'random:index/randomPassword:RandomPassword', inputs: {} };
const creating = (resource: typeof network | typeof password) => ({ type: 'creating', resource });

test('what has an address stands in the state as made, after what it stands on; the rest stays pending', async () => {
  const first = { urn: 'urn:group', type: 'azure-native:resources:ResourceGroup', id: '/g' };
  const pending_operations = [creating(network), creating(password), { type: 'deleting', resource: network }];
  const found = await adopted({ resources: [first], pending_operations }, of);
  const id = '/subscriptions/sub/resourceGroups/cove-prod/providers/Microsoft.Network/virtualNetworks/net';
  expect(found?.resources).toEqual([first, { ...network, id, outputs: {} }]);
  expect(found?.pending_operations).toEqual(pending_operations.slice(1));
});

test('nothing changes where nothing is pending, known already, or without all of its names', async () => {
  expect(await adopted({ resources: [] }, of)).toBeNull();
  expect(await adopted({ resources: [network], pending_operations: [creating(network)] }, of)).toBeNull();
  const unnamed = { ...network, inputs: { resourceGroupName: 'cove-prod', virtualNetworkName: '' } };
  expect(await adopted({ pending_operations: [creating(unnamed)] }, of)).toBeNull();
});
