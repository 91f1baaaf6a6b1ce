import type { CustomResource, ResourceOptions } from '@pulumi/pulumi';
import { expect, test } from 'vitest';
import { forgetVersionedTypes } from '../../../../components/azure/former-types.ts';

const aliasesOf = (opts: ResourceOptions) => {
  const type = 'azure-native:redisenterprise:Database';
  const resource = {} as CustomResource;
  return forgetVersionedTypes({ resource, type, name: 'queue', props: {}, opts })?.opts.aliases;
};

test('of a type’s former names only versions are left away', () => {
  const urn = 'urn:pulumi:prod::cove::azure-native:network/v20240501:Subnet::hosts';
  const kept = [{ type: 'azure-native:cache:Database' }, { name: 'redis' }, urn];
  const versions = [
    { type: 'azure-native:cache/v20241001:Database' },
    { type: 'azure-native:redisenterprise/v20201001preview:Database' },
  ];
  expect(aliasesOf({ aliases: [...versions, ...kept] })).toEqual(kept);
  expect(aliasesOf({})).toBeUndefined();
});
