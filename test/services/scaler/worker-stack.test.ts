/** A worker stack's whole way: made known, told of by its scaler, grown and emptied, joined. Its cloud is moto; the rest is real. */

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../../../app/core/context.ts';
import { openJoining } from '../../../app/platform/join.ts';
import { awsMachines } from '../../../app/platform/machines/aws.ts';
import { PROTOCOL_VERSION } from '../../../app/protocol/worker.ts';
import { autoscaleJob } from '../../../app/scheduler/jobs/autoscale/autoscale.ts';
import { startWorker, type Worker } from '../../../app/worker/main.ts';
import { Api } from '../../support/api.ts';
import { type IdentitySigner, identitySigner } from '../../support/identity-document.ts';
import { startMoto } from '../../support/moto-server.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { until } from '../../support/process.ts';
import { makeWorld, type World } from '../../support/runs.ts';

const region = 'us-east-1';
const accountId = '210987654321';
const group = 'cove-far-worker-gpu';
const tokens = { far: newToken(), near: newToken() };
let moto: Awaited<ReturnType<typeof startMoto>>;
let outside: TestPlatform;
let app: TestApp;
let admin: Person;
let world: World;
let signer: IdentitySigner;
let scheduler: Context;
let address: string;
let stopScaler: (() => Promise<void>) | undefined;
let worker: Worker | undefined;
const job = autoscaleJob();

beforeAll(async () => {
  signer = identitySigner();
  [outside, moto] = await Promise.all([testPlatform(), startMoto()]);
  const { platform } = outside;
  admin = await outside.person('ada');
  world = await makeWorld(outside, admin);
  await outside.operator('cove', [[admin, 'admin']]);
  platform.joining = openJoining({
    proof: { kind: 'aws', accountId: '123456789012', region: 'eu-north-1' },
    image: 'registry.example.org/cove/platform@sha256:1',
    registry: { kind: 'none' },
    withinMinutes: 60,
  });
  scheduler = { platform, actor: { kind: 'system', name: 'scheduler' } };
  app = await testApp(platform);
  address = await app.app.listen({ host: '127.0.0.1', port: 0 });
  const aws = new AutoScalingClient({ region, endpoint: moto.endpoint });
  const launch = { LaunchConfigurationName: group, ImageId: 'ami-12c6146b', InstanceType: 't3.small' };
  await aws.send(new CreateLaunchConfigurationCommand(launch));
  await aws.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: group,
      LaunchConfigurationName: group,
      AvailabilityZones: [`${region}a`],
      MinSize: 0,
      MaxSize: 3,
      DesiredCapacity: 0,
      NewInstancesProtectedFromScaleIn: true,
    }),
  );
  aws.destroy();
}, 180_000);
afterAll(async () => {
  await worker?.close(0);
  await stopScaler?.();
  await app?.close();
  await Promise.all([outside?.close(), moto?.server.stop()]);
  signer?.close();
});

function newToken() {
  return randomBytes(20).toString('hex');
}
const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');
const settingsOf = (token: string, slug: string, more: object = {}) => ({
  proof: { kind: 'aws', accountId, region, certificateFile: signer.certificateFile },
  token_sha256: sha256(token),
  environments: [
    {
      slug,
      name: slug,
      executor: 'process',
      machines: { group: { kind: 'aws', region, group }, machineType: 'g6.xlarge', ceiling: 3 },
      ...more,
    },
  ],
});
const put = (name: string, json: object, as = admin) =>
  app.call('PUT', `/api/v0/worker-stacks/${name}/`, { as, json });
const check = (name: string, environments: string[], as = admin) =>
  app.call('POST', `/api/v0/worker-stacks/${name}/check/`, { as, json: { environments } });
/** As its host runs it: a process of the platform's own. */
function runScaler(settings: object): () => Promise<void> {
  const file = path(outside.scratch, 'scaler.json');
  writeFileSync(file, JSON.stringify(settings));
  const args = ['--no-warnings', 'app/main.ts', '--settings', file];
  const env = { ...process.env, AWS_ENDPOINT_URL: moto.endpoint };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  return async () => {
    child.kill();
    await ended;
  };
}
const join = (instanceId: string, stack?: string, token = newToken()) => {
  const document = { accountId, region, instanceId, pendingTime: new Date().toISOString() };
  const proof = { kind: 'aws', pkcs7: signer.sign(document) };
  const json = {
    protocol: PROTOCOL_VERSION,
    proof,
    token_sha256: sha256(token),
    ...(stack && { stack }),
  };
  return app.call('POST', '/api/worker/v1/join', { json });
};
const sync = (token: string) =>
  app.call('POST', '/api/worker/v1/sync', {
    headers: { authorization: `Scaler ${token}` },
    json: { protocol: PROTOCOL_VERSION, done: [], groups: {} },
  });
const detail = async (id: string) =>
  (
    await outside.platform.db
      .selectFrom('executions')
      .select('status_detail')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).status_detail;

test('an administrator makes it known, and again without a change; others may not; slugs are one owner’s', async () => {
  const made = await put('far', settingsOf(tokens.far, 'far-gpu'));
  expect(made).toMatchObject({
    status: 200,
    body: { name: 'far', cloud: 'aws', environments: ['far-gpu'], last_seen: null },
  });
  expect((await put('far', settingsOf(tokens.far, 'far-gpu'))).body).toEqual(made.body);
  const bob = await outside.person('bob');
  expect((await put('far', settingsOf(tokens.far, 'far-gpu'), bob)).status).toBe(403);

  const near = await put('near', settingsOf(tokens.near, 'far-gpu'));
  expect(near).toMatchObject({ status: 409 });
  expect(near.body.message).toContain('Environment far-gpu is of worker stack far');
  const own = await put('near', settingsOf(tokens.near, world.slug));
  expect(own.body.message).toContain("is of the installation's own config");
  expect((await put('near', settingsOf(tokens.far, 'near-cpu'))).body.message).toContain(
    'far has that token',
  );
  // The same is found out before anything is made.
  expect((await check('near', ['near-cpu', 'far-gpu'])).body.message).toContain('is of worker stack far');
  expect((await check('near', [world.slug])).body.message).toContain("is of the installation's own config");
  expect((await check('near', ['near-cpu'], bob)).status).toBe(403);
  expect((await check('near', ['near-cpu'])).status).toBe(204);
  expect((await put('near', settingsOf(tokens.near, 'near-cpu'))).status).toBe(200);
  expect((await check('near', ['near-cpu', 'near-gpu'])).status).toBe(204);
  const all = await app.call('GET', '/api/v0/worker-stacks/', { as: admin });
  expect(all.body.results.map(({ name }: { name: string }) => name)).toEqual(['far', 'near']);
});

test('as long as its scaler is silent, who waits is told so; then it grows, and its machine joins it alone', async () => {
  const api = new Api(address, admin.token);
  const yaml = '- step: {name: go, image: none, command: echo from afar}\n';
  const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml });
  const execution = await api.create(world.projectId, commit, 'go', { environment: 'far-gpu' });
  await job.run(scheduler);
  expect(await detail(execution.id)).toContain('the scaler of worker stack far has not been heard of yet');

  const tokenFile = path(outside.scratch, 'scaler-token');
  mkdirSync(outside.scratch, { recursive: true });
  writeFileSync(tokenFile, tokens.far);
  const settings = {
    role: 'scaler' as const,
    name: 'far',
    apiUrl: address,
    tokenFile,
    groups: [{ kind: 'aws' as const, region, group }],
  };
  stopScaler = runScaler(settings);
  const report = async () =>
    (await app.call('GET', '/api/v0/worker-stacks/far/', { as: admin })).body.last_seen;
  await until('the scaler to be heard of', async () => (await report()) !== null);
  await job.run(scheduler);
  // Another run before the order is carried out orders nothing more.
  await job.run(scheduler);
  const machines = awsMachines({ region, group }, moto.endpoint);
  await until('a machine', async () => (await machines.look()).machines.length > 0);
  const { machines: made, wanted } = await machines.look();
  expect(wanted).toBe(1);
  const id = made[0]?.id ?? '';

  const token = newToken();
  let joined: Awaited<ReturnType<typeof join>> | undefined;
  await until('the machine to be told of', async () => {
    joined = await join(id, 'far', token);
    return joined.status !== 401 || !/belongs to no group/.test(joined.body.message);
  });
  expect(joined?.body).toMatchObject({ worker: { name: id }, environment: { slug: 'far-gpu' } });
  expect((await join(id)).body.message).toMatch(/proof does not hold/);
  expect((await join(id, 'near')).body.message).toContain('belongs to no group');
  expect((await join(id, 'nowhere')).body.message).toContain('There is no worker stack nowhere here');
  machines.close();
  const { body } = await app.call('GET', '/api/v0/worker-stacks/far/', { as: admin });
  expect(body.groups).toEqual([{ group, machines: 1, wanted: 1, trouble: null }]);

  writeFileSync(path(outside.scratch, 'worker-token'), token, { mode: 0o600 });
  worker = await startWorker(
    {
      role: 'worker',
      name: id,
      apiUrl: address,
      tokenFile: path(outside.scratch, 'worker-token'),
      folder: path(outside.scratch, 'worker'),
      executors: ['process'],
      slots: 1,
      dockerSocket: '/none',
      relay: true,
    },
    pino({ level: 'silent' }),
  );
  expect(await api.end(execution.id)).toMatchObject({ status: 'complete' });
  expect((await api.log(execution.id)).map(({ message }) => message)).toContain('from afar');
  await worker.close(0);
}, 90_000);

test('a scaler gets its own orders alone; where the job is gone, its machine is ended', async () => {
  const { db } = outside.platform;
  expect(await sync(tokens.near)).toMatchObject({ status: 200, body: { orders: [] } });
  expect((await sync(newToken())).status).toBe(401);
  await db.updateTable('executions').set({ status: 'stopped' }).execute();
  await db.updateTable('environments').set({ grace_seconds: 0 }).where('slug', '=', 'far-gpu').execute();
  // Joined long ago, heard of just now, and drained as it was asked to.
  await db
    .updateTable('workers')
    .set({ ctime: new Date(Date.now() - 3_600_000), last_seen: new Date() })
    .execute();
  await job.run(scheduler);
  await db.updateTable('workers').set({ drained_at: new Date() }).execute();
  const machines = awsMachines({ region, group }, moto.endpoint);
  await until('no machine', async () => {
    await job.run(scheduler);
    return (await machines.look()).wanted === 0;
  });
  machines.close();
}, 60_000);

test('forgotten, it takes no job, and its scaler is refused', async () => {
  const gone = await app.call('DELETE', '/api/v0/worker-stacks/far/', { as: admin });
  expect(gone.status).toBe(204);
  const { body } = await app.call('GET', '/api/v0/environments/', { as: admin });
  expect(body.results.map(({ slug }: { slug: string }) => slug)).not.toContain('far-gpu');
  expect((await sync(tokens.far)).status).toBe(401);
  expect((await put('near', settingsOf(tokens.near, 'far-gpu'))).status).toBe(200);
});

test('an installation without a registry takes none', async () => {
  const { joining } = outside.platform;
  delete outside.platform.joining;
  const refused = await put('other', settingsOf(newToken(), 'other'));
  expect(refused).toMatchObject({ status: 409 });
  expect(refused.body.message).toContain('Worker stacks join one in a cloud');
  expect((await check('other', ['other'])).body).toEqual(refused.body);
  if (joining) outside.platform.joining = joining;
});
