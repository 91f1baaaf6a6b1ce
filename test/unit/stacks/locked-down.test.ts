/** Locked-down accounts: what `given` names is used and not made; and an existing Vault in place of our own. */
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { AWS_CONFIGS, GCP_CONFIGS, type Registered, record } from './recorded.ts';

const SUBSCRIPTION = '/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups';
const of = (made: Registered[], pattern: RegExp) => made.filter(({ type }) => pattern.test(type));
const nameAndType = (made: Registered[]) => made.map(({ type, name }) => `${type.split(':').at(-1)} ${name}`);

const arn = (service: string, what: string) => `arn:aws:${service}:eu-north-1:123456789012:${what}`;
const vaultOf = (appRoleSecret: string) =>
  `vault: {kind: existing, address: 'https://vault.example.org:8200', appRoleSecret: '${appRoleSecret}'}`;
const plain = (text: unknown) => {
  const bytes = Buffer.from(String(text), 'base64');
  return bytes[0] === 0x1f ? gunzipSync(bytes).toString() : bytes.toString();
};
/** What the application host reads at its first boot, whichever the cloud. */
function hostDocument(made: Registered[]): string {
  const host = made.find(
    ({ type, name }) =>
      name === 'app-host' && /(LaunchTemplate|InstanceTemplate|VirtualMachineScaleSet)$/.test(type),
  );
  // biome-ignore lint/suspicious/noExplicitAny: each cloud's own shape
  const inputs = host?.inputs as any;
  return (
    inputs?.metadata?.['user-data'] ??
    plain(inputs?.userData ?? inputs?.virtualMachineProfile?.osProfile?.customData)
  );
}
const filesOf = (document: string): { path: string; content: string }[] =>
  JSON.parse(document.replace('#cloud-config\n', '')).write_files;

test('AWS: given key and security groups are used, and every role that is made has the boundary', async () => {
  const groups = ['ingress', 'appHost', 'database', 'queue', 'workers', 'endpoints'];
  const boundary = 'arn:aws:iam::123456789012:policy/boundary';
  const key = arn('kms', 'key/1234');
  const made = await record(`${AWS_CONFIGS[0]}
serviceAccounts: [{name: reader, readBuckets: [raw]}]
given:
  permissionsBoundary: ${boundary}
  kmsKey: '${key}'
  securityGroups: {${groups.map((name, index) => `${name}: sg-0000000${index}`).join(', ')}}
`);
  expect(nameAndType(of(made, /kms\/(key|alias):|ec2\/securityGroup:|vpc\/securityGroup/))).toEqual([]);
  const roles = of(made, /^aws:iam\/role:/);
  expect(roles.length).toBeGreaterThan(2);
  for (const { inputs } of roles) expect(inputs.permissionsBoundary).toBe(boundary);
  const [database] = of(made, /rds\/instance/);
  expect(database?.inputs).toMatchObject({ kmsKeyId: key, vpcSecurityGroupIds: ['sg-00000002'] });
}, 60_000);

test('Google Cloud: given accounts, key and firewall are used', async () => {
  const account = (name: string) => `${name}@ml-platform-1234.iam.gserviceaccount.com`;
  const key = 'projects/ml-platform-1234/locations/europe-west4/keyRings/ours/cryptoKeys/all';
  const made = await record(`${GCP_CONFIGS[0]}
serviceAccounts: [{name: reader, account: ${account('reader')}}]
given: {appHostAccount: ${account('host-one')}, workerAccount: ${account('worker-one')}, kmsKey: ${key}, firewall: true}
`);
  expect(nameAndType(of(made, /serviceaccount\/account:|KeyRing|cryptoKey:|compute\/firewall:/))).toEqual([]);
  // Rights of accounts that are given are their maker's, in the project and on single things.
  const members = made.flatMap(({ type, name, inputs }) =>
    /:(host|worker)-one@|:reader@/.test(String(inputs.member)) ? [`${type} ${name}`] : [],
  );
  expect(members).toEqual([]);
  const [database] = of(made, /sql\/databaseInstance/);
  expect(database?.inputs.encryptionKeyName).toBe(key);
}, 60_000);

const AZURE = `target: azure
subscriptionId: 01234567-89ab-cdef-0123-456789abcdef
tenantId: 89abcdef-0123-4567-89ab-cdef01234567
region: westeurope
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: elsewhere}
`;
test('Azure: given group, identity, security groups and disk encryption are used', async () => {
  const id = (rest: string) => `${SUBSCRIPTION}/ours/providers/${rest}`;
  const nsg = (name: string) => id(`Microsoft.Network/networkSecurityGroups/${name}`);
  const identity = (name: string) => id(`Microsoft.ManagedIdentity/userAssignedIdentities/${name}`);
  const made = await record(`${AZURE}
serviceAccounts: [{name: reader, identity: ${identity('reader')}}]
environments: [{slug: small, name: Small, machineType: Standard_D4s_v5, serviceAccount: reader}]
given:
  resourceGroup: ours
  appHostIdentity: ${identity('host')}
  ingressIdentity: ${identity('gateway')}
  flowLogsIdentity: ${identity('flow-logs')}
  diskEncryptionSet: ${id('Microsoft.Compute/diskEncryptionSets/key')}
  securityGroups: {appHost: ${nsg('host')}, workers: ${nsg('workers')}}
`);
  expect(
    nameAndType(of(made, /resources:ResourceGroup|UserAssignedIdentity|RoleDefinition|RoleAssignment/)),
  ).toEqual([]);
  expect(nameAndType(of(made, /NetworkSecurityGroup$/))).not.toEqual(
    expect.arrayContaining(['NetworkSecurityGroup appHost']),
  );
  expect(JSON.stringify(of(made, /ApplicationGateway$/)[0]?.inputs.identity)).toContain(identity('gateway'));
  expect(JSON.stringify(of(made, /FlowLog$/)[0]?.inputs.identity)).toContain(identity('flow-logs'));
  const worker = of(made, /VirtualMachineScaleSet$/).find(({ name }) => name === 'worker-small');
  expect(JSON.stringify(worker?.inputs.identity)).toContain(identity('reader'));
  for (const { inputs } of of(made, /VirtualMachineScaleSet$/)) {
    expect(JSON.stringify(inputs)).toContain('diskEncryptionSets/key');
    expect(inputs.resourceGroupName).toBe('ours');
  }
}, 60_000);

test.each([
  ['AWS', `${AWS_CONFIGS[0]}${vaultOf(arn('secretsmanager', 'secret:approle-AbCdEf'))}\n`, 'approle-AbCdEf'],
  [
    'Google Cloud',
    `${GCP_CONFIGS[0]}${vaultOf('projects/ml-platform-1234/secrets/approle')}\n`,
    'projects/ml-platform-1234/secrets/approle',
  ],
  ['Azure', `${AZURE}${vaultOf('approle')}\n`, '"approle"'],
])(
  '%s, with an existing Vault: every service is told of it, and none of our own runs',
  async (_, config, entry) => {
    const made = await record(config);
    const files = filesOf(hostDocument(made));
    const settings = (role: string) =>
      files.find(({ path }) => path === `/etc/cove/${role}.json`)?.content ?? '';
    for (const role of ['bootstrap', 'api', 'scheduler'])
      expect(settings(role)).toContain('https://vault.example.org:8200');
    expect(settings('bootstrap')).toContain(entry);
    expect(files.map(({ path }) => path)).not.toContain('/etc/cove/vault.json');
    expect(JSON.stringify(files)).not.toContain('vault-seal');
  },
  60_000,
);
