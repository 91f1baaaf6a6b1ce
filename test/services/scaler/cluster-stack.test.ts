/** A worker stack in a cluster that the installation does not reach: its scaler tells who signs there. The API server is real. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJoining } from '../../../app/platform/join.ts';
import { kubernetesMachines } from '../../../app/platform/machines/kubernetes.ts';
import { PROTOCOL_VERSION } from '../../../app/protocol/worker.ts';
import { startScaler } from '../../../app/scaler/main.ts';
import { type ControlPlane, startControlPlane } from '../../support/control-plane.ts';
import { lacks } from '../../support/machine.ts';
import { type TestApp, type TestPlatform, testApp, testPlatform } from '../../support/platform.ts';
import { until } from '../../support/process.ts';

const missing = lacks('cluster');
const JOBS = 'cove-far-jobs';
const GROUP = 'worker-far';
const AUDIENCE = 'https://cove.example.org';
const scalerToken = randomBytes(20).toString('hex');
const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');
let plane: ControlPlane;
let outside: TestPlatform;
let app: TestApp;
let address: string;
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  if (missing) return;
  [plane, outside] = await Promise.all([startControlPlane(), testPlatform()]);
  const { platform } = outside;
  const admin = await outside.person('ada');
  await outside.operator('cove', [[admin, 'admin']]);
  // Of an installation in another cloud: it is in no cluster, and has no login to one.
  platform.joining = openJoining({
    proof: { kind: 'aws', accountId: '123456789012', region: 'eu-north-1' },
    image: 'registry.example.org/cove/platform@sha256:1',
    registry: { kind: 'none' },
    withinMinutes: 60,
  });
  app = await testApp(platform);
  address = await app.app.listen({ host: '127.0.0.1', port: 0 });
  const group = { kind: 'kubernetes', namespace: JOBS, group: GROUP, ceiling: 2 };
  const machines = { group, machineType: '4 CPU, 16 GiB', ceiling: 2 };
  const made = await app.call('PUT', '/api/v0/worker-stacks/far/', {
    as: admin,
    json: {
      proof: { kind: 'kubernetes', audience: AUDIENCE, namespace: JOBS },
      token_sha256: sha256(scalerToken),
      environments: [{ slug: 'far', name: 'Far', executor: 'kubernetes', machines }],
    },
  });
  expect(made).toMatchObject({ status: 200, body: { cloud: 'kubernetes' } });
  const post = (at: string, body: object) => plane.cluster.ask(at, { method: 'POST', body });
  await post('/api/v1/namespaces', { metadata: { name: JOBS } });
  await post(`/api/v1/namespaces/${JOBS}/serviceaccounts`, { metadata: { name: 'default' } });
}, 180_000);
afterAll(async () => {
  await stop?.();
  await app?.close();
  await Promise.all([outside?.close(), plane?.close()]);
});

/** A Job of the group, its pod, and a token that its cluster gave that. */
async function podWithToken(audience: string) {
  const at = `/api/v1/namespaces/${JOBS}`;
  const post = (to: string, body: object) => plane.cluster.ask(`${at}/${to}`, { method: 'POST', body });
  const containers = [{ name: 'worker', image: 'worker' }];
  const labels = { 'cove/group': GROUP };
  const job = await plane.cluster.ask(`/apis/batch/v1/namespaces/${JOBS}/jobs`, {
    method: 'POST',
    body: {
      metadata: { generateName: 'worker-', labels },
      spec: { template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers } } },
    },
  });
  const { metadata } = await post('pods', {
    metadata: {
      generateName: 'worker-',
      labels: { ...labels, 'batch.kubernetes.io/job-name': job.metadata.name },
    },
    spec: { nodeName: 'node', containers },
  });
  const { name, uid } = metadata;
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name, uid };
  const spec = { audiences: [audience], boundObjectRef };
  const { status } = await post('serviceaccounts/default/token', { spec });
  return { uid, token: String(status.token) };
}
const join = (token: string) =>
  app.call('POST', '/api/worker/v1/join', {
    json: {
      protocol: PROTOCOL_VERSION,
      stack: 'far',
      proof: { kind: 'kubernetes', token },
      token_sha256: sha256(randomBytes(20).toString('hex')),
    },
  });

test.skipIf(missing)('a pod there joins once its scaler has told of it, and of who signs there', async () => {
  const pod = await podWithToken(AUDIENCE);
  expect((await join(pod.token)).body.message).toContain('has not told yet who signs there');

  mkdirSync(outside.scratch, { recursive: true });
  const tokenFile = path(outside.scratch, 'scaler-token');
  writeFileSync(tokenFile, scalerToken, { mode: 0o600 });
  const scaler = await startScaler(
    {
      role: 'scaler',
      name: 'far',
      apiUrl: address,
      tokenFile,
      groups: [{ kind: 'kubernetes', namespace: JOBS, group: GROUP, ceiling: 2 }],
    },
    (group) => kubernetesMachines(group as typeof group & { kind: 'kubernetes' }, plane.address),
    pino({ level: 'silent' }),
  );
  stop = () => scaler.close();
  let joined: Awaited<ReturnType<typeof join>> | undefined;
  await until('the pod has joined', async () => {
    joined = await join(pod.token);
    return joined.status === 200;
  });
  expect(joined?.body).toMatchObject({ worker: { name: pod.uid }, environment: { slug: 'far' } });

  const stranger = await podWithToken('https://another.example.org');
  expect((await join(stranger.token)).body.message).toContain('"aud"');
});
