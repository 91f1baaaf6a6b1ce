/** What `init` asks and makes in Azure: a versioned, locked storage account for the state, and the key of its secrets. */
import { needsAPerson } from '../../errors.ts';
import type { Founder } from '../cloud.ts';
import { type Arm, openArm } from './arm.ts';
import { checkLogin } from './login.ts';
import { CONTAINER, KEY, type Place, stateAccount, stateGroupId, stateVault } from './names.ts';
import { azureQuestions, azureWorkerQuestions } from './questions.ts';
import { uuidOf } from './uuid.ts';

/** Built-in roles: Storage Blob Data Contributor, Key Vault Crypto User. */
const ROLES = {
  state: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  key: '12338af0-0e69-4776-bea7-57ae8d297424',
} as const;

export const azureFounder: Founder = {
  questions: azureQuestions,
  config: ({ subscriptionId, tenantId, region, publicName, zoneId, email }) => ({
    subscriptionId,
    tenantId,
    region,
    publicName,
    dns: zoneId === '' ? { kind: 'elsewhere' } : { kind: 'zone', zoneId },
    administrator: { email },
  }),
  workers: {
    questions: azureWorkerQuestions,
    config: ({ joins, subscriptionId, tenantId, region }) => ({
      joins: { url: joins },
      subscriptionId,
      tenantId,
      region,
    }),
  },
  found: (name, { subscriptionId = '', tenantId = '', region = '' }, say) =>
    found(name, { subscriptionId, tenantId, region }, openArm(), say),
};

/** May be run again after it was cut short: everything is put as it should be. */
export async function found(
  name: string,
  place: Place,
  arm: Arm,
  say: (line: string) => void,
): Promise<void> {
  const login = await checkLogin(place, arm);
  if (login.principal === undefined)
    throw needsAPerson(`${login.found}; needed: ${login.needed}`, login.todo ?? '');
  const group = stateGroupId(name, place);
  const common = { location: place.region, tags: { installation: name, 'managed-by': 'cove', valohai: '1' } };
  say(`making the resource group ${group.split('/').at(-1)}`);
  await arm.put(group, '2021-04-01', common);
  const account = `${group}/providers/Microsoft.Storage/storageAccounts/${stateAccount(name, place)}`;
  await arm.put(account, '2024-01-01', {
    ...common,
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    properties: {
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      supportsHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
    },
  });
  const kept = { enabled: true, days: 90 };
  await arm.put(`${account}/blobServices/default`, '2024-01-01', {
    properties: {
      isVersioningEnabled: true,
      deleteRetentionPolicy: kept,
      containerDeleteRetentionPolicy: kept,
    },
  });
  await arm.put(`${account}/blobServices/default/containers/${CONTAINER}`, '2024-01-01', { properties: {} });
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/${stateVault(name, place)}`;
  await arm.put(vault, '2023-07-01', {
    ...common,
    properties: {
      tenantId: place.tenantId,
      sku: { family: 'A', name: 'standard' },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      enablePurgeProtection: true,
    },
  });
  // A key that is there already is left as it is.
  await arm.put(`${vault}/keys/${KEY}`, '2023-07-01', {
    properties: { kty: 'RSA', keySize: 3072, keyOps: ['encrypt', 'decrypt'] },
  });
  await grant(arm, place, login.principal, ROLES.state, account);
  await grant(arm, place, login.principal, ROLES.key, vault);
  await arm.put(`${group}/providers/Microsoft.Authorization/locks/cove`, '2020-05-01', {
    properties: { level: 'CanNotDelete', notes: 'The state of a Cove installation' },
  });
  say(`state      azblob://${CONTAINER} in ${stateAccount(name, place)}, versioned and locked`);
  say(`secrets    key ${KEY} of ${stateVault(name, place)}`);
}

/** A colleague is given the same two roles by whoever may; docs/azure.md has the commands. */
const grant = (arm: Arm, { subscriptionId }: Place, principalId: string, role: string, scope: string) =>
  arm.put(
    `${scope}/providers/Microsoft.Authorization/roleAssignments/${uuidOf(`${scope} ${role} ${principalId}`)}`,
    '2022-04-01',
    {
      properties: {
        principalId,
        roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      },
    },
  );
