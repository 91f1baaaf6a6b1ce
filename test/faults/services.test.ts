/** Services die, the supervisor dies, the machine restarts: nothing is lost and `up` mends what is left. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installationStatus } from '../../stacks/services.ts';
import { type Api, oneStep } from '../support/api.ts';
import { containersLabelled, docker } from '../support/docker.ts';
import { cove, coveOk, type Installation, login, planInstallation } from '../support/installation.ts';
import { isRunning, killAll, processesOf } from '../support/processes.ts';

interface Service {
  name: string;
  health: string;
  pid: number | null;
}
let at: Installation;
let api: Api;
beforeAll(async () => {
  at = await planInstallation('faults');
  await coveOk(at, ['up', '--yes']);
  api = await login(at);
});
afterAll(async () => {
  await coveOk(at, ['destroy', '--yes', '--purge', at.name]);
  await rm(at.home, { recursive: true, force: true });
});

const status = async (): Promise<{ services: Service[]; supervisor: { pid: number | null } }> =>
  JSON.parse((await cove(at, ['status', '--json'])).stdout);
/** What `cove status` asks first, without its start-up: for asking again and again. */
const services = async () => (await installationStatus(join(at.home, at.name))).services;
const service = async (name: string) => (await services()).find((s) => s.name === name);
const allWell = async () =>
  (await services()).every((s) => s.health === 'ok') &&
  (await status()).services.every((s) => s.health === 'ok');

test.for(['postgres', 'redis', 'vault', 'api', 'scheduler', 'worker'])(
  '%s killed: the supervisor brings it back',
  async (name) => {
    const before = (await services()).find((s) => s.name.startsWith(name));
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await expect
      .poll(async () => (await service(before?.name ?? ''))?.pid, { timeout: 30_000, interval: 250 })
      .not.toBe(before?.pid);
    await expect.poll(allWell, { timeout: 45_000, interval: 500 }).toBe(true);
  },
);

test('the supervisor and a service killed: status says so, up mends it, and only it', async () => {
  const before = await status();
  const apiBefore = before.services.find((s) => s.name === 'api');
  const postgresBefore = before.services.find((s) => s.name === 'postgres');
  process.kill(before.supervisor.pid ?? 0, 'SIGKILL');
  process.kill(apiBefore?.pid ?? 0, 'SIGKILL');
  const broken = await status();
  expect(broken.services.find((s) => s.name === 'api')?.health).not.toBe('ok');
  expect(broken.services.find((s) => s.name === 'postgres')?.health).toBe('ok');
  await coveOk(at, ['up', '--yes']);
  await expect.poll(allWell, { timeout: 45_000, interval: 500 }).toBe(true);
  expect((await status()).services.find((s) => s.name === 'postgres')?.pid).toBe(postgresBefore?.pid);
});

test('everything killed at once, as by a power cut: up brings all back with nothing lost', async () => {
  const runs = await api.ok('GET', '/executions/?limit=100');
  const first = runs.results[0];
  const log = await api.log(first.id);
  killAll(processesOf(at));
  await coveOk(at, ['up', '--yes']);
  await expect.poll(allWell, { timeout: 45_000, interval: 500 }).toBe(true);
  expect((await api.ok('GET', '/executions/?limit=100')).count).toBe(runs.count);
  expect(await api.log(first.id)).toEqual(log);
});

test('destroy leaves no process, port, container or cache volume, also of a killed worker, and no file but data, state and keys', async () => {
  const { id: project } = await api.ok('POST', '/projects/', { name: 'left' });
  const commit = await api.importPackage(project, {
    'valohai.yaml': oneStep('sleep 600', 'python:3.12-slim', '    cache-volumes: [left]\n'),
  });
  const run = await api.create(project, commit, 'go', { environment: 'local' });
  await api.until(run.id, ({ status }) => status === 'started');
  const owner = `cove.owner=${join(at.home, at.name, 'data/worker/local')}`;
  await expect.poll(() => containersLabelled(owner)).toHaveLength(1);
  const volumes = () => docker('volume', 'ls', '-q', '--filter', `label=${owner}`);
  expect(await volumes()).toMatch(/^cove-cache-/);
  const before = processesOf(at);
  expect(before.length).toBeGreaterThan(5);
  const { supervisor } = await status();
  killAll([supervisor.pid ?? 0, (await service('worker-local'))?.pid ?? 0]);

  await coveOk(at, ['destroy', '--yes']);
  expect(before.filter(isRunning)).toEqual([]);
  expect(processesOf(at)).toEqual([]);
  expect(await containersLabelled(owner)).toEqual([]);
  expect(await volumes()).toBe('');
  await expect(fetch(at.httpUrl)).rejects.toThrow();
  expect((await readdir(join(at.home, at.name))).sort()).toEqual(['data', 'keys', 'state']);

  await coveOk(at, ['up', '--yes']);
  expect((await login(at)).token).not.toBe('');
  expect((await api.end(run.id)).status).toBe('crashed');
});
