/** The Azure stack as a program, without the engine: what it registers, and the table that is made of that. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ACTIONS } from '../../../app/cli/clouds/azure/permissions.ts';
import { MACHINE_ACTIONS } from '../../../components/azure/appHost/machines-role.ts';
import { NEEDED, operatorActions, operatorRole } from '../../../components/azure/permissions/operator.ts';
import { AZURE } from './azure-resources.ts';
import { type Registered, record } from './recorded.ts';

const SUBSCRIPTION = '/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups';
const IMAGE = `${SUBSCRIPTION}/images/providers/Microsoft.Compute/galleries/ours/images/docker/versions/1.0.0`;
const LEAST = `target: azure
subscriptionId: 01234567-89ab-cdef-0123-456789abcdef
tenantId: 89abcdef-0123-4567-89ab-cdef01234567
region: westeurope
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: elsewhere}
budget: {monthlyUsd: 1500}
`;
/** One config of the least, and one of private mode with all that is optional. */
const CONFIGS = [
  LEAST,
  `${LEAST}certificate: {kind: given, secretId: 'https://company.vault.azure.net/secrets/cove', keyVaultId: ${SUBSCRIPTION}/keys/providers/Microsoft.KeyVault/vaults/company}
network:
  kind: dedicated
  private: true
  connections:
    - {cidr: 10.8.0.0/16, via: ${SUBSCRIPTION}/hub/providers/Microsoft.Network/virtualNetworks/hub}
    - {cidr: 10.9.0.0/16, via: 10.8.0.4}
access: {internal: true}
machineImages: {appHost: ${IMAGE}, worker: ${IMAGE}, gpuWorker: ${IMAGE}}
environments:
  - {slug: small, name: Small, machineType: Standard_D4s_v5}
  - {slug: gpu, name: One GPU, machineType: Standard_NC4as_T4_v3, spot: true, ceiling: 4, serviceAccount: reader}
serviceAccounts:
  - {name: reader, readContainers: [${SUBSCRIPTION}/data/providers/Microsoft.Storage/storageAccounts/mydata/blobServices/default/containers/raw]}
mounts: [{name: shared, path: /mnt/shared, environments: [gpu]}]
endpointHosts: {}
alarms: {email: ops@example.org}
`,
];

let registered: Registered[];
beforeAll(async () => {
  registered = [];
  for (const config of CONFIGS) registered.push(...(await record(config)));
}, 60_000);
const of = (type: string) => registered.filter((one) => one.type === `azure-native:${type}`);

/** Azure and what the stack makes with our own providers, save what asks no login for anything. */
const typesOf = () =>
  [...new Set(registered.map(({ type }) => type))].filter((type) =>
    /^(azure-native|cove:image):|MachineImage$/.test(type),
  );

test('every type has its rights, and none is asked for in vain; docs/azure-permissions.json says them (else: npm run generate)', () => {
  expect(Object.keys(NEEDED).sort()).toEqual(typesOf().sort());
  const page = join(import.meta.dirname, '../../../docs/azure-permissions.json');
  expect(readFileSync(page, 'utf8')).toBe(operatorRole());
});

test('no action has a star; what pre-flight asks for is in the role, and the host may do nothing that its maker may not', () => {
  const actions = operatorActions();
  for (const action of [...actions, ...MACHINE_ACTIONS])
    expect(action).toMatch(/^Microsoft\.\w+(\/\w+)+\/(read|write|delete|action)$/);
  for (const action of ACTIONS) expect(actions).toContain(action);
});

test('the host’s journal and disk go to the workspace, by an agent that acts as the host; in private mode by a door of its own', () => {
  const hosts = of('compute:VirtualMachineScaleSet').filter(({ name }) => name === 'app-host');
  for (const { inputs } of hosts) {
    // biome-ignore lint/suspicious/noExplicitAny: inputs of whatever shape
    const { extensions } = (inputs.virtualMachineProfile as any).extensionProfile;
    expect(extensions.map(({ type }: { type: string }) => type)).toContain('AzureMonitorLinuxAgent');
  }
  const rules = of('monitor:DataCollectionRule').map(({ inputs }) => inputs);
  expect(rules.map(({ dataCollectionEndpointId }) => dataCollectionEndpointId !== undefined)).toEqual([
    false,
    true,
  ]);
  expect(of('monitor:DataCollectionRuleAssociation')).toHaveLength(3);
  expect(
    of('operationalinsights:Workspace').map(({ inputs }) => inputs.publicNetworkAccessForIngestion),
  ).toEqual(['Enabled', 'Disabled']);
});

test('every type that is registered has a row of the table, and every type of the table is registered', () => {
  const types = [...new Set(registered.map(({ type }) => type))]
    .filter((type) => /^(azure-native|random|cove:image|cove:acme):|MachineImage$/.test(type))
    .sort();
  const rows = new Set(Object.values(AZURE).flatMap((made) => (typeof made === 'string' ? [] : made)));
  expect([...rows].sort()).toEqual(types);
});

test('no secret is in what machines read at their birth, none has a public address, and disks are encrypted', () => {
  const sets = of('compute:VirtualMachineScaleSet');
  expect(sets.map(({ name }) => name).sort()).toEqual([
    'app-host',
    'app-host',
    'endpoint-host',
    'worker-gpu',
    'worker-small',
    'worker-small',
  ]);
  for (const { inputs } of sets) {
    // biome-ignore lint/suspicious/noExplicitAny: inputs of whatever shape
    const profile = inputs.virtualMachineProfile as any;
    const text = Buffer.from(profile.osProfile.customData, 'base64').toString();
    // What the made-up provider answers for generated passwords and keys.
    expect(text).not.toContain('x'.repeat(48));
    expect(JSON.stringify(profile.networkProfile)).not.toContain('publicIPAddress');
    expect(profile.securityProfile).toMatchObject({ encryptionAtHost: true });
  }
});

test('a host is made anew where the application is dead, and not where a database fails over', () => {
  const healed = of('compute:VirtualMachineScaleSet').filter(
    ({ inputs }) => inputs.automaticRepairsPolicy !== undefined,
  );
  expect(healed.map(({ name }) => name)).toEqual(['app-host', 'app-host']);
  for (const { inputs } of healed)
    expect(inputs.virtualMachineProfile).toMatchObject({
      extensionProfile: {
        extensions: [{ settings: { requestPath: '/livez', port: 8000 } }, { name: 'monitor' }],
      },
    });
});

test('an environment without an account has no identity, and roles are on single resources', () => {
  const identities = of('compute:VirtualMachineScaleSet')
    .filter(({ inputs }) => inputs.identity !== undefined)
    .map(({ name }) => name);
  expect([...new Set(identities)].sort()).toEqual(['app-host', 'worker-gpu']);
  for (const { inputs } of of('authorization:RoleAssignment'))
    expect(String(inputs.scope)).not.toMatch(/^\/subscriptions\/[^/]+$/);
});

test('private mode has no way out, and no service that the internet reaches', () => {
  const nats = of('network:NatGateway');
  expect(nats).toHaveLength(1);
  const registries = of('containerregistry:Registry').map(({ inputs }) => inputs.publicNetworkAccess);
  expect(registries.sort()).toEqual(['Disabled', 'Enabled']);
});
