/** The local target on the real engine: made, made again, changed, mended, destroyed, and made of what was kept. */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installationStatus } from '../../stacks/services.ts';
import { planInstallation } from '../support/installation.ts';
import { until } from '../support/process.ts';
import { isRunning, killAll, processesOf } from '../support/processes.ts';
import { Driven } from './support.ts';

let it: Driven;
let folder: string;
const file = (...path: string[]) => join(folder, ...path);
const pids = async () =>
  Object.fromEntries((await installationStatus(folder)).services.map(({ name, pid }) => [name, pid]));
const sick = async () =>
  (await installationStatus(folder)).services
    .filter(({ health }) => health !== 'ok')
    .map(({ name, found }) => `${name}: ${found}`);
const change = async (from: RegExp, to: string) =>
  writeFile(it.at.configFile, (await readFile(it.at.configFile, 'utf8')).replace(from, to));
const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });

beforeAll(async () => {
  it = new Driven(await planInstallation('engine'));
  folder = join(it.at.home, it.at.name);
});
afterAll(async () => {
  await it.destroy();
  await rm(it.at.home, { recursive: true, force: true });
});

test('a preview makes nothing', async () => {
  expect((await it.preview()).length).toBeGreaterThan(40);
  expect((await readdir(folder)).sort()).toEqual(['keys', 'state']);
  expect(await readdir(file('keys'))).toEqual(['passphrase']);
});

test('up makes everything, and all of it is well', async () => {
  const changes = await it.up();
  expect(changes).toContain('create Service api');
  expect(await sick()).toEqual([]);
  expect(Object.keys(await pids())).toEqual([
    ...['postgres', 'redis', 'vault', 'api', 'scheduler', 'worker-local', 'worker-local-process'],
  ]);
  const outputs = await it.outputs();
  expect(outputs).toMatchObject({ httpUrl: it.at.httpUrl, folder });
  expect(JSON.parse(await readFile(file('outputs.json'), 'utf8'))).toEqual(outputs);
});

test('keys are for their owner alone', async () => {
  expect((await stat(file('keys'))).mode & 0o777).toBe(0o700);
  for (const key of await readdir(file('keys'))) {
    expect({ key, mode: (await stat(file('keys', key))).mode & 0o777 }).toEqual({ key, mode: 0o600 });
  }
});

test('HTTP/2 over a certificate of the installation’s own authority', async () => {
  const ca = await readFile(file('certificates', 'authority.pem'));
  const port = Number(new URL(it.at.httpsUrl).port);
  const protocol = await new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', ca, ALPNProtocols: ['h2', 'http/1.1'] }, () => {
      resolve(socket.alpnProtocol);
      socket.end();
    });
    socket.on('error', reject);
  });
  expect(protocol).toBe('h2');
});

test('up again changes nothing; neither does a plain `pulumi up`', async () => {
  const before = await pids();
  expect(await it.up()).toEqual([]);
  const { changeSummary } = JSON.parse(await it.pulumi('preview', '--json')) as { changeSummary: object };
  expect(Object.keys(changeSummary)).toEqual(['same']);
  await it.pulumi('up', '--yes', '--skip-preview', '--expect-no-changes');
  expect(await pids()).toEqual(before);
});

test('another number of slots changes one worker, and nothing else', async () => {
  const before = await pids();
  const environments = ['docker', 'process'].map(
    (executor) =>
      `  - {slug: local${executor === 'docker' ? '' : '-process'}, name: Mine, executor: ${executor}, slots: 1}\n`,
  );
  await change(/$/, `environments:\n${environments.join('')}`);
  expect(await it.up()).toEqual(['update File bootstrap.json', ...steps]);
  expect(await pids()).toEqual(before);

  await change(/executor: process, slots: 1/, 'executor: process, slots: 3');
  expect(await it.up()).toEqual([
    'update File worker-local-process.json',
    'update Service worker-local-process',
  ]);
  const after = await pids();
  expect(after['worker-local-process']).not.toBe(before['worker-local-process']);
  expect({ ...after, 'worker-local-process': 0 }).toEqual({ ...before, 'worker-local-process': 0 });
});
const steps = [
  'update Program bootstrap-database',
  'update Program bootstrap-platform',
  'update Program bootstrap-vault',
];

test('another public name replaces the certificate and restarts the API alone', async () => {
  const before = await pids();
  await change(/target: local\n/, 'target: local\npublicName: cove.lab.org\n');
  const changes = await it.up();
  expect(changes).toContain('replace Certificate certificate');
  expect(changes).toContain('update Service api');
  expect(changes.filter((line) => /Authority|postgres|redis|vault|worker|Program/.test(line))).toEqual([]);
  const after = await pids();
  expect(after.api).not.toBe(before.api);
  expect({ ...after, api: 0 }).toEqual({ ...before, api: 0 });
});

test('an environment taken out takes its worker along', async () => {
  const { 'worker-local-process': gone } = await pids();
  await change(/ {2}- \{slug: local-process.*\n/, '');
  expect(await it.up()).toContain('delete Service worker-local-process');
  expect(isRunning(gone ?? 0)).toBe(false);
  expect(await sick()).toEqual([]);
});

test('a settings file that was deleted, another that was changed: up mends both', async () => {
  await rm(file('settings', 'scheduler.json'));
  await writeFile(file('settings', 'api.json'), '{}');
  expect(await it.up()).toEqual(['update File api.json', 'update File scheduler.json']);
  expect(JSON.parse(await readFile(file('settings', 'api.json'), 'utf8')).role).toBe('api');
});

test('supervisor and a service killed: refresh sees it, up mends it, and only it', async () => {
  const before = await pids();
  const { supervisor } = await installationStatus(folder);
  process.kill(supervisor.pid ?? 0, 'SIGKILL');
  process.kill(before.api ?? 0, 'SIGKILL');
  await until('their end', () => !isRunning(supervisor.pid ?? 0) && !isRunning(before.api ?? 0));
  expect(await it.refresh()).toEqual(['delete Service api', 'delete Supervisor supervisor']);
  expect(await it.up()).toEqual(['create Service api', 'create Supervisor supervisor']);
  expect({ ...(await pids()), api: 0 }).toEqual({ ...before, api: 0 });
  expect(await sick()).toEqual([]);
});

test('everything killed, as by a power cut: up alone brings all back', async () => {
  killAll(processesOf(it.at));
  await until('their end', () => processesOf(it.at).length === 0);
  expect((await it.up()).filter((line) => !/Service|Supervisor/.test(line))).toEqual([]);
  expect(await sick()).toEqual([]);
});

test('destroy leaves no process, no port, and no file but data, state and keys; up goes on from these', async () => {
  const ports = JSON.parse(await readFile(file('settings', 'bootstrap.json'), 'utf8'));
  const key = await readFile(file('keys', 'authority.key'), 'utf8');
  const api = await readFile(file('keys', 'approle-api.json'), 'utf8');
  const before = processesOf(it.at);
  await it.destroy();
  expect(before.filter(isRunning)).toEqual([]);
  for (const port of [Number(new URL(it.at.httpUrl).port), ports.database.port, ports.queue.port]) {
    expect(await answers(port)).toBe(false);
  }
  expect((await readdir(folder)).sort()).toEqual(['data', 'keys', 'state']);

  await it.up();
  expect(await sick()).toEqual([]);
  expect(await readFile(file('keys', 'authority.key'), 'utf8')).toBe(key);
  expect(await readFile(file('keys', 'approle-api.json'), 'utf8')).toBe(api);
});

test('two installations side by side do not touch each other', async () => {
  const other = new Driven(await planInstallation('other'));
  try {
    await other.up();
    const before = await pids();
    await other.destroy();
    expect(await pids()).toEqual(before);
    expect(await sick()).toEqual([]);
    expect(existsSync(file('data'))).toBe(true);
  } finally {
    await other.destroy();
    await rm(other.at.home, { recursive: true, force: true });
  }
});
