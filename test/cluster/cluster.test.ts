/**
 * A whole installation in a cluster of one real node, made by `cove up`: it serves its address, and runs jobs on workers
 * that are pods. Each test goes on where the one before left off.
 * Not asked here: Pulumi's own provider, in whose place one of ours applies to the cluster; and cert-manager.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setGlobalDispatcher } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { kubectl } from '../setup/kubernetes.ts';
import { Api, oneStep } from '../support/api.ts';
import {
  type ClusterInstallation,
  clusterInstallation,
  PUBLIC_NAME,
  SPACES,
} from '../support/cluster/installation.ts';
import { WAY_IN } from '../support/cluster/way-in.ts';
import { PYTHON_IMAGE } from '../support/docker.ts';
import { lacks } from '../support/machine.ts';
import { until } from '../support/process.ts';

const missing =
  process.platform === 'linux' && process.getuid?.() === 0
    ? (lacks('docker') ?? lacks('cluster') ?? lacks('docker-registry'))
    : 'a node needs root on Linux';
let at: ClusterInstallation;
/** In the registry behind a login. */
let image: string;
// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
type Any = any;
const execute = promisify(execFile);
const PAGE = fileURLToPath(new URL('../../docs/kubernetes.md', import.meta.url));
/** A project that a purge copied, and where to. */
let kept: { id: string; name: string };
let backup = '';

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

async function speaksHttp2() {
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
  const { stdout } = await execute('curl', [
    ...['--silent', '--include', '--resolve', `${PUBLIC_NAME}:80:${address}`],
    `http://${PUBLIC_NAME}/login`,
  ]);
  expect(stdout).toMatch(/^HTTP\/1\.1 301/);
  expect(stdout).toContain(`https://${PUBLIC_NAME}/login`);
}

/** What a section of the page tells to type, for this installation. */
const commandsOf = (title: string) =>
  [
    ...(readFileSync(PAGE, 'utf8').split(`## ${title}\n`)[1] ?? '')
      .split('\n## ')[0]!
      .matchAll(/```sh\n(.*?)```/gs),
  ].map(([, text = '']) => text.replaceAll('cove-prod', SPACES.platform));

/** As an operator types it, who stops at the first refusal. */
async function typed(commands: string) {
  const { kubeconfig } = at.node;
  // What it remembers of the cluster goes with it.
  const own = { HOME: dirname(kubeconfig), KUBECONFIG: kubeconfig };
  const env = { PATH: `${dirname(await kubectl())}:${process.env.PATH}`, ...own };
  const { stdout } = await execute('bash', ['-euo', 'pipefail', '-c', commands], { env });
  return stdout;
}

/** A person of the installation, with a project. */
async function asPerson() {
  setGlobalDispatcher(at.way);
  const said = (await at.cove('password')).stdout;
  const password = /password:\s+(\S+)/.exec(said)?.[1] ?? '';
  const person = await Api.login(`https://${PUBLIC_NAME}`, 'admin', password);
  const project = await person.ok('POST', '/projects/', { name: `cluster-${randomUUID().slice(0, 8)}` });
  return { person, project };
}

/** What a job of these commands wrote; it must end well. */
async function logOf(commands: string[], image: string, files: Record<string, string> = {}) {
  const { person, project } = await asPerson();
  const commit = await person.importPackage(project.id, {
    'valohai.yaml': oneStep(commands, image),
    ...files,
  });
  const run = await person.end((await person.create(project.id, commit, 'go')).id, 300);
  const log = (await person.log(run.id)).map(({ message }) => message);
  expect(run, log.join('\n')).toMatchObject({ status: 'complete' });
  return { log, run };
}

const PROBE = `import socket, sys
for at in sys.argv[1:]:
    host, port = at.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), 3).close()
        print("open", at)
    except OSError:
        print("closed", at)
`;

/** From a job nothing of the platform is reached, by name or by a pod's own address; what the config names is. */
async function jobsAreWalledIn() {
  const { items } = await at.node.cluster.ask(`/api/v1/namespaces/${SPACES.platform}/pods`);
  const ports = { database: 5432, queue: 6379, vault: 8200, api: 8000 };
  const closed = Object.entries(ports).flatMap(([part, port]) => {
    const pod = items.find(
      ({ metadata, status }: Any) =>
        metadata.labels['app.kubernetes.io/component'] === part && status.phase === 'Running',
    );
    return [`${part}.${SPACES.platform}.svc.cluster.local:${port}`, `${pod.status.podIP}:${port}`];
  });
  const reachable = at.registry.host.replace('127.0.0.1', at.node.machine.outside);
  const { log } = await logOf([`python3 probe.py ${reachable} ${closed.join(' ')}`], image, {
    'probe.py': PROBE,
  });
  expect(log).toContain(`open ${reachable}`);
  for (const one of closed) expect(log).toContain(`closed ${one}`);
}

describe.skipIf(missing)('a cluster of one node', () => {
  test('up makes the installation, waits for its address, and runs the example on a worker', async () => {
    onFailure();
    const up = await json('up', '--yes', '--wait', '20');
    expect(up).toMatchObject({ name: 'life', proof: expect.objectContaining({}) });
  });

  test('the address speaks HTTP/2, and port 80 only leads to it', async () => {
    onFailure();
    await speaksHttp2();
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
    image = await at.push(PYTHON_IMAGE, 'team/python:1');
    const commands = ['echo kept > /mnt/shared/note', 'cp /mnt/shared/note /valohai/outputs/note', 'id -u'];
    const { log, run } = await logOf(commands, image);
    expect(run).toMatchObject({ outputs: [{ name: 'note' }] });
    expect(log).toContain('10001');
  });

  test('a job reaches neither PostgreSQL, Valkey, Vault nor the API’s pod, and what the config names it does', async () => {
    onFailure();
    await jobsAreWalledIn();
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

  test('a stack of workers joins it from namespaces of its own, is proven by a job, and goes again', async () => {
    onFailure();
    const token = (await at.cove('token')).stdout.trim().split(/\s+/).at(-1) ?? '';
    const far = async (...args: string[]) => {
      const outcome = await at.far(token, ...args);
      expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ code: 0 });
      return outcome.stdout;
    };
    expect(JSON.parse(await far('up', '--yes', '--wait', '20', '--json'))).toMatchObject({
      name: 'far',
      proof: expect.objectContaining({}),
    });
    expect(JSON.parse(await far('status', '--json'))).toMatchObject({ well: true });
    expect(await far('logs', 'scaler')).toContain('scaler of worker stack far runs');
    await far('destroy', '--yes', '--purge', 'far');
  });

  test('an Ingress in place of the Gateway, in private mode: the address goes on, and jobs are walled in', async () => {
    onFailure();
    const annotations = { 'ingress.kubernetes.io/force-ssl-redirect': 'true' };
    await at.change({
      ingress: { kind: 'ingress', ...WAY_IN, annotations },
      network: { private: true },
    });
    await json('up', '--yes', '--wait', '20');
    await speaksHttp2();
    await jobsAreWalledIn();
  });

  test('the nightly dump brings back what was there, by the commands of the page', async () => {
    onFailure();
    const { person, project } = await asPerson();
    const cronjob = ['create', 'job', 'now', '--from', 'cronjob/database-backup'];
    await typed(`kubectl -n ${SPACES.platform} ${cronjob.join(' ')}
      kubectl -n ${SPACES.platform} wait job/now --for condition=complete --timeout 5m`);
    await person.ok('DELETE', `/projects/${project.id}/`);
    const [look = '', restore = ''] = commandsOf('Bringing a dump back');
    const [dump = ''] = /\S+\.sql\.gz/.exec(await typed(look)) ?? [];
    await typed(restore.replace(/RESTORE=\S+/, `RESTORE=${dump}`));
    const { person: again } = await asPerson();
    expect(await again.ok('GET', `/projects/${project.id}/`)).toMatchObject({ name: project.name });
    await logOf(['true'], image);
  });

  test('destroy leaves what holds data, and with --purge a copy of PostgreSQL and its secrets alone', async () => {
    onFailure();
    ({ project: kept } = await asPerson());
    const first = await at.cove('destroy', '--yes');
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const claims = `/api/v1/namespaces/${SPACES.platform}/persistentvolumeclaims`;
    expect((await at.node.cluster.ask(claims)).items.length).toBeGreaterThan(0);
    // No copy is made of a PostgreSQL that does not run.
    const purge = ['destroy', '--yes', '--purge', 'life', '--allow-data-loss', 'storage'];
    const refused = await at.cove(...purge);
    expect(refused, refused.stderr).toMatchObject({ code: 4 });
    expect(refused.stderr).toContain('--allow-data-loss database');
    await json('up', '--yes', '--wait', '20');
    const { copies } = await json(...purge);
    [, backup = ''] = /is in (.*);/.exec(copies[0]) ?? [];
    await until('no volume is left', async () => (await at.node.cluster.ask(claims)).items.length === 0, 60);
  });

  test('the copy comes back in a new installation, by the commands of the page', async () => {
    onFailure();
    await json('up', '--yes', '--wait', '20');
    const [restore = ''] = commandsOf('Taking it down');
    await typed(restore.replace(/FROM=\S+/, `FROM=${backup}`));
    const { person } = await asPerson();
    expect(await person.ok('GET', `/projects/${kept.id}/`)).toMatchObject({ name: kept.name });
    await logOf(['true'], image);
    expect(await json('up', '--yes')).toMatchObject({ changes: 0 });
  });
});
