/**
 * A whole installation in a cluster of one real node, made by `cove up`: it serves its address, and runs jobs on workers
 * that are pods. Each test goes on where the one before left off.
 * Not asked here: Pulumi's own provider, in whose place one of ours applies to the cluster; a controller for Gateway API and cert-manager, which are the operator's; that a network enforces
 * NetworkPolicies, which this one does not.
 */
import { connect } from 'node:http2';
import { setGlobalDispatcher } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { Api, oneStep } from '../support/api.ts';
import {
  type ClusterInstallation,
  clusterInstallation,
  PUBLIC_NAME,
  SPACES,
} from '../support/cluster/installation.ts';
import { PYTHON_IMAGE } from '../support/docker.ts';
import { lacks } from '../support/machine.ts';
import { until } from '../support/process.ts';

const missing =
  process.platform === 'linux' && process.getuid?.() === 0
    ? (lacks('docker') ?? lacks('cluster') ?? lacks('docker-registry'))
    : 'a node needs root on Linux';
let at: ClusterInstallation;

beforeAll(async () => {
  if (missing === undefined) at = await clusterInstallation();
});
afterAll(() => at?.close());

const onFailure = () => onTestFailed(async () => console.error(await at.story()));
async function json(...args: string[]) {
  const outcome = await at.cove(...args, '--json');
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
  return JSON.parse(outcome.stdout);
}

describe.skipIf(missing)('a cluster of one node', () => {
  test('up makes the installation, waits for its address, and runs the example on a worker', async () => {
    onFailure();
    const up = await json('up', '--yes', '--wait', '20');
    expect(up).toMatchObject({ name: 'life', proof: expect.objectContaining({}) });
  });

  test('the address speaks HTTP/2, and port 80 only leads to it', async () => {
    onFailure();
    const { address } = at.node.machine;
    const session = connect(`https://${address}`, { ca: at.authority, servername: PUBLIC_NAME });
    const request = session.request({ ':path': '/api/v0/', ':authority': PUBLIC_NAME });
    const status = await new Promise((resolve, reject) => {
      session.once('error', reject);
      request.once('response', (headers) => resolve(headers[':status']));
      request.end();
    });
    expect(session.alpnProtocol).toBe('h2');
    expect(status).toBeLessThan(500);
    session.close();
    const plain = await fetch(`http://${address}/login`, { redirect: 'manual' });
    expect(plain.headers.get('location')).toBe(`https://${PUBLIC_NAME}/login`);
  });

  test('up again changes nothing', async () => {
    onFailure();
    expect(await json('up', '--yes')).toMatchObject({ changes: 0 });
  });

  test('status, doctor, logs, token and password work with the operator’s own login', async () => {
    onFailure();
    expect(JSON.stringify(await json('status'))).toContain(PUBLIC_NAME);
    const { checks } = await json('doctor');
    expect(checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    for (const service of ['api', 'scheduler', 'vault', 'database', 'queue', 'bootstrap'])
      expect((await at.cove('logs', service)).stdout.length).toBeGreaterThan(0);
    expect((await at.cove('token')).stdout).toMatch(/\w{20}/);
    expect((await at.cove('password')).stdout).toMatch(/\w{10}/);
  });

  test('a job runs from an image behind a login, and finds the volume that its environment shares', async () => {
    onFailure();
    setGlobalDispatcher(at.way);
    const said = (await at.cove('password')).stdout;
    const password = /password:\s+(\S+)/.exec(said)?.[1] ?? '';
    const person = await Api.login(`https://${PUBLIC_NAME}`, 'admin', password);
    const project = await person.ok('POST', '/projects/', { name: 'cluster' });
    const image = await at.push(PYTHON_IMAGE, 'team/python:1');
    const commands = ['echo kept > /mnt/shared/note', 'cp /mnt/shared/note /valohai/outputs/note', 'id -u'];
    const commit = await person.importPackage(project.id, { 'valohai.yaml': oneStep(commands, image) });
    const run = await person.end((await person.create(project.id, commit, 'go')).id, 300);
    const log = (await person.log(run.id)).map(({ message }) => message);
    expect(run, log.join('\n')).toMatchObject({ status: 'complete', outputs: [{ name: 'note' }] });
    expect(log).toContain('10001');
  });

  test('a pod that is gone is made again, and the address goes on', async () => {
    onFailure();
    const { cluster } = at.node;
    const path = `/api/v1/namespaces/${SPACES.platform}/pods`;
    const select = `?labelSelector=${encodeURIComponent('app.kubernetes.io/component=api')}`;
    const [pod] = (await cluster.ask(`${path}${select}`)).items;
    await cluster.ask(`${path}/${pod.metadata.name}`, { method: 'DELETE' });
    await until('another pod is ready', async () => (await at.cove('doctor', '--json')).code === 0, 240);
  });

  test('destroy leaves what holds data, and with --purge nothing', async () => {
    onFailure();
    const first = await at.cove('destroy', '--yes');
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const claims = `/api/v1/namespaces/${SPACES.platform}/persistentvolumeclaims`;
    expect((await at.node.cluster.ask(claims)).items.length).toBeGreaterThan(0);
    const second = await at.cove('destroy', '--yes', '--purge', 'life');
    expect(second, second.stderr).toMatchObject({ code: 0 });
    await until('no volume is left', async () => (await at.node.cluster.ask(claims)).items.length === 0, 60);
  });
});
