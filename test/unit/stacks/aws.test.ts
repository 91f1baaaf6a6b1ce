/** The AWS stack as a program, without the engine: what it registers, and the documents that are made of that. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { NEEDED, operatorPolicy } from '../../../components/aws/permissions/operator.ts';
import { AWS_CONFIGS, type Registered, record } from './recorded.ts';
import { ROWS, resourcesPage } from './resources.ts';

const docs = join(import.meta.dirname, '../../../docs');
let registered: Registered[];
let types: string[];
beforeAll(async () => {
  registered = [];
  for (const config of AWS_CONFIGS) registered.push(...(await record(config)));
  types = [...new Set(registered.map(({ type }) => type))]
    .filter((type) => /^(aws|random|cove:image):/.test(type))
    .sort();
}, 60_000);

test('every type that is registered has a row of the table, and every type of the table is registered', () => {
  const rows = new Set(ROWS.flatMap(({ aws }) => (typeof aws === 'string' ? [] : aws)));
  expect([...rows].sort()).toEqual(types);
});

test('every type has its permissions, and none is asked for in vain', () => {
  const needed = types.filter((type) => !type.startsWith('random:'));
  expect(Object.keys(NEEDED).sort()).toEqual(needed);
});

test('docs/resources.md and docs/aws-permissions.json are what the stack says today (else: npm run generate)', () => {
  expect(readFileSync(join(docs, 'resources.md'), 'utf8')).toBe(resourcesPage());
  expect(readFileSync(join(docs, 'aws-permissions.json'), 'utf8')).toBe(operatorPolicy(Object.keys(NEEDED)));
});

test('no verb of the operator’s policy has a star', () => {
  for (const action of Object.values(NEEDED).flat()) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/);
});

test('what holds data is guarded', () => {
  // Mocks are not told of `protect`; what the cloud itself guards is an input.
  const of = (type: string) => registered.filter((one) => one.type === type);
  for (const { inputs } of of('aws:rds/instance:Instance'))
    expect(inputs).toMatchObject({
      deletionProtection: true,
      skipFinalSnapshot: false,
      publiclyAccessible: false,
    });
  for (const { inputs } of of('aws:s3/bucket:Bucket')) expect(inputs.forceDestroy).toBe(false);
});

test('endpoint hosts join by their group, as an environment to which no job is sent', () => {
  // The engine marks it as a secret, as all that goes into the store.
  const texts = registered
    .filter(({ type, name }) => /SecretVersion$/.test(type) && name === 'environments')
    .map(({ inputs }) => (inputs.secretString as { value?: string }).value ?? String(inputs.secretString));
  const text = texts.find((one) => one.includes('endpoint-host')) ?? '';
  const { environments } = JSON.parse(text);
  const hosts = environments.find(({ slug }: { slug: string }) => slug === 'endpoint-host');
  expect(hosts).toMatchObject({ purpose: 'endpoints', machines: { ceiling: 2 } });
  const group = registered.find(({ type, name }) => /autoscaling/.test(type) && name === 'endpoint-host');
  expect(group?.inputs.name).toBe(hosts.machines.group.group);
});

test('where every role is given, none is made, and none gets rights', async () => {
  const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
  const made = await record(`${AWS_CONFIGS[0]}
serviceAccounts: [{name: reader, role: '${role('reader')}'}]
given: {appHostRole: '${role('team/host')}', flowLogsRole: '${role('flow')}', backupRole: '${role('backup')}'}
`);
  const ofRoles = made.filter(({ type }) => /^aws:iam\/(role|rolePolicy)/.test(type));
  expect(ofRoles.map(({ name }) => name)).toEqual([]);
  const inputs = Object.fromEntries(
    made
      .filter(({ type }) => /InstanceProfile|FlowLog$|Selection$/.test(type))
      .map(({ name, inputs }) => [name, inputs.role ?? inputs.iamRoleArn]),
  );
  expect(inputs).toEqual({
    'app-host': 'host',
    reader: 'reader',
    'flow-log': role('flow'),
    database: role('backup'),
  });
}, 30_000);

test('a spot machine listens for the notice that it is taken back, and no other one', async () => {
  const environment = (slug: string, spot: boolean) =>
    `{slug: ${slug}, name: ${slug}, machineType: m7i.large, spot: ${spot}}`;
  const made = await record(`${AWS_CONFIGS[0]}
environments: [${environment('spot', true)}, ${environment('kept', false)}]
`);
  const listens = (name: string) => {
    const found = made.find(
      (one) => one.type === 'aws:ec2/launchTemplate:LaunchTemplate' && one.name === name,
    );
    const bytes = Buffer.from(String(found?.inputs.userData), 'base64');
    const text = bytes[0] === 0x1f ? gunzipSync(bytes).toString() : bytes.toString();
    return /\\?"spot\\?": ?(true|false)/.exec(text)?.[1];
  };
  expect([listens('worker-spot'), listens('worker-kept')]).toEqual(['true', 'false']);
}, 30_000);

test('no secret is in user data, and no machine has a public address', () => {
  const templates = registered.filter(({ type }) => type === 'aws:ec2/launchTemplate:LaunchTemplate');
  expect(templates.length).toBeGreaterThan(3);
  for (const { inputs } of templates) {
    const text = Buffer.from(String(inputs.userData), 'base64').toString();
    // What the made-up provider answers for generated passwords and keys.
    expect(text).not.toContain('x'.repeat(48));
    expect(inputs.networkInterfaces).toEqual([
      expect.objectContaining({ associatePublicIpAddress: 'false' }),
    ]);
  }
});
