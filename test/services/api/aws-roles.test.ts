/** Stores and registries that are used as a role of AWS: moto is AWS, and looks at who may do what. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { imageLogin } from '../../../app/core/registries/login.ts';
import { openS3 } from '../../../app/platform/storage/s3.ts';
import type { ObjectStore } from '../../../app/platform/storage/store.ts';
import { Api } from '../../support/api.ts';
import { startMoto } from '../../support/moto-server.ts';
import { type Person, type TestPlatform, testPlatform } from '../../support/platform.ts';
import type { Server } from '../../support/process.ts';
import { type RegistryServer, startRegistry } from '../../support/registry-server.ts';
import { letWorkersIn, makeWorld, type World } from '../../support/runs.ts';
import { type ShortSessions, shortSessions } from '../../support/short-sessions.ts';
import { type OwnWorker, ownWorker } from '../../support/worker.ts';

const region = 'eu-west-1';
const ACCOUNT = '123456789012';
const IMAGES = `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`;
const arnOf = (role: string) => `arn:aws:iam::${ACCOUNT}:role/${role}`;
/** Two things at least are signed before the first of them is over. */
const SESSION_SECONDS = 3;
const before = { ...process.env };

let at: TestPlatform;
let world: World;
let moto: { endpoint: string; server: Server };
let aws: ShortSessions;
let registry: RegistryServer;
let ada: Person;
let organization: string;
let keys: { access_key_id: string; secret_access_key: string };
let app: App;
let api: Api;
let url: string;
let worker: OwnWorker | undefined;

beforeAll(async () => {
  [moto, registry, at] = await Promise.all([startMoto(), startRegistry(), testPlatform()]);
  const held = (method: string, { pathname, searchParams }: URL) => {
    // Each try of an output has a key of its own: its name says what it is.
    const [name] = /adhoc|word\.txt|small\.txt|large\.bin/.exec(pathname) ?? [];
    const isOutput = /small|large/.test(name ?? '');
    if (name !== undefined && method === (isOutput ? 'PUT' : 'GET'))
      return name + (searchParams.get('partNumber') ?? '');
    return null;
  };
  aws = await shortSessions(moto.endpoint, SESSION_SECONDS, held);
  process.env.AWS_ENDPOINT_URL = aws.url;
  ada = await at.person('ada');
  world = await makeWorld(at, ada);
  organization = await at.organization('acme', [[ada, 'admin']]);
  const { platform } = at;
  const { db } = platform;
  const moved = { organization_id: organization };
  await db.updateTable('projects').set(moved).where('id', '=', world.projectId).execute();
  await letWorkersIn(at);
  await makeAccount();
  // The installation's own store is a role's, too: so are the machines of a cloud.
  const storage = openS3({
    bucket: 'platform',
    region,
    role: { arn: arnOf('data'), externalId: organization },
  });
  Object.assign(platform, { storage } satisfies { storage: ObjectStore });
  app = await buildApp(platform);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  api = new Api(url, ada.token);
}, 240_000);
afterAll(async () => {
  await worker?.close();
  await app?.close();
  await at?.close();
  await aws?.close();
  await Promise.all([moto?.server.stop(), registry?.stop()]);
  process.env = before;
});

/** Two buckets, a user who may do nothing but assume roles, and roles that trust it where it names the organization. */
async function makeAccount(): Promise<void> {
  const s3 = new S3Client({ region });
  for (const Bucket of ['data', 'platform'])
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
    );
  const iam = new IAMClient({ region });
  const document = (...Action: string[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'cove' }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'cove',
      PolicyName: 'assume',
      PolicyDocument: document('sts:AssumeRole'),
    }),
  );
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: User?.Arn },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': organization } },
    },
  };
  const roles = { data: 's3:*', images: 'ecr:GetAuthorizationToken', nothing: 'ec2:RunInstances' };
  for (const [RoleName, action] of Object.entries(roles)) {
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = document(action);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'cove' }));
  keys = {
    access_key_id: AccessKey?.AccessKeyId ?? '',
    secret_access_key: AccessKey?.SecretAccessKey ?? '',
  };
  process.env.AWS_ACCESS_KEY_ID = keys.access_key_id;
  process.env.AWS_SECRET_ACCESS_KEY = keys.secret_access_key;
  iam.destroy();
  s3.destroy();
}
/** From now on moto asks whether one may. It knows no signed addresses then. */
const judge = async (on: boolean) => {
  const body = on ? '0' : 'inf';
  expect((await fetch(`${moto.endpoint}/moto-api/reset-auth`, { method: 'POST', body })).status).toBe(200);
};
const storeOf = (name: string, configuration: object) => ({
  name,
  owner: 'acme',
  type: 's3',
  configuration: { bucket: 'data', region, ...configuration },
});

test('a store is made as its role, by keys or by this machine’s identity, and what the role may not do is told', async () => {
  await judge(true);
  await api.ok('POST', '/stores/', storeOf('by identity', { role_arn: arnOf('data') }));
  await api.ok('POST', '/stores/', storeOf('by keys', { role_arn: arnOf('data'), ...keys }));
  const told = async (configuration: object) => {
    const refused = await api.call('POST', '/stores/', storeOf('refused', configuration));
    expect(refused.status).toBe(400);
    return refused.body.configuration[0].message as string;
  };
  expect(await told(keys)).toMatch(/failed while writing an object: .*data.*403/);
  expect(await told({ role_arn: arnOf('nothing') })).toMatch(/failed while writing an object: .*data.*403/);
  expect(await told({ role_arn: arnOf('data'), bucket: 'none' })).toMatch(/404 NoSuchBucket/);
  const other = await api.call('POST', '/stores/', {
    ...storeOf('of somebody else', { role_arn: arnOf('data') }),
    owner: 'ada',
  });
  expect(other.body.configuration[0].message).toMatch(/not authorized to perform: sts:AssumeRole/);
}, 60_000);

test('the login to Amazon’s registry is got as the role or by keys, and the registry takes it', async () => {
  await judge(true);
  const credentials = (type: string, path: string, configuration: object, owner = 'acme') =>
    api.ok('POST', '/registry-credentials/', {
      ...{ type, owner, image_pattern: `${IMAGES}/${path}/*`, configuration },
    });
  await credentials('aws_ecr_role', 'role', { role_arn: arnOf('images') });
  await credentials('aws_ecr_role', 'role', { role_arn: arnOf('images') }, 'ada');
  await credentials('aws_ecr_role', 'nothing', { role_arn: arnOf('nothing') });
  await credentials('aws_ecr', 'keys', keys);
  const loginFor = (path: string, of = organization) => imageLogin(at, of, `${IMAGES}/${path}/train:1`);
  const login = await loginFor('role');
  expect(login).toEqual({ host: IMAGES, username: 'AWS', password: expect.any(String) });
  const authorization = `Basic ${Buffer.from(`${login?.username}:${login?.password}`).toString('base64')}`;
  const ask = (headers: Record<string, string>) => fetch(`http://${registry.host}/v2/`, { headers });
  expect((await ask({})).status).toBe(401);
  expect((await ask({ authorization })).status).toBe(200);
  for (const path of ['nothing', 'keys']) {
    const refused = await loginFor(path).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'conflict' });
    expect(String(refused)).toContain(`AWS gives no login for ${IMAGES}/${path}/*`);
  }
  await expect(loginFor('role', ada.organizationId)).rejects.toThrow(
    /not authorized to perform: sts:AssumeRole/,
  );
  await judge(false);
  expect(await loginFor('keys')).toEqual(login);
}, 60_000);

test('a job whose addresses ended with the role’s session gets others for its files, inputs and outputs', async () => {
  await judge(false);
  const data = openS3({ bucket: 'data', region, role: { arn: arnOf('data'), externalId: organization } });
  await data.put('in/word.txt', Buffer.from('from the bucket'));
  const commit = await api.importPackage(world.projectId, {
    'valohai.yaml': `- step:
    name: go
    image: none
    command: cat $VH_INPUTS_DIR/word/word.txt > $VH_OUTPUTS_DIR/small.txt; head -c 17000000 /dev/urandom > $VH_OUTPUTS_DIR/large.bin
    upload-store: by identity
    inputs:
      - name: word
        default: s3://data/in/word.txt
`,
  });
  worker = await ownWorker({ url, token: world.workerToken });
  await worker.start();
  const { id } = await api.create(world.projectId, commit, 'go', { environment: world.environmentId });
  const ended = await api.end(id);
  expect(ended).toMatchObject({ status: 'complete' });
  expect(ended.outputs.map(({ name, size }) => [name, size]).sort()).toEqual([
    ['large.bin', 17_000_000],
    ['small.txt', 15],
  ]);
  const all = ['adhoc', 'large.bin1', 'large.bin2', 'small.txt', 'word.txt'];
  expect(aws.late.toSorted()).toEqual(all);
  expect(aws.liars).toEqual([]);
  const small = ended.outputs.find(({ name }) => name === 'small.txt')?.id as string;
  expect((await api.download(small)).toString()).toBe('from the bucket');
}, 60_000);
