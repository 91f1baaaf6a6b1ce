/** The real daemon with real processes: what an operator sees when things die. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base } from 'vitest';
import { askSupervisor } from '../../../../../components/local/supervisor/client.ts';
import { listen } from '../../../../../components/local/supervisor/control.ts';
import { endSupervisor, startSupervisor } from '../../../../../components/local/supervisor/daemon.ts';
import { socketPath, specFile, supervisorPlaces } from '../../../../../components/local/supervisor/places.ts';
import type { ServiceSpec } from '../../../../../components/local/supervisor/spec.ts';
import { installationStatus } from '../../../../../components/local/supervisor/status.ts';
import { startTime } from '../../../../../toolchain/lock.js';
import { until } from '../../../../support/process.ts';

class Trial {
  readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
  }
  start = () => startSupervisor(this.folder);
  async apply(spec: ServiceSpec): Promise<void> {
    const places = supervisorPlaces(this.folder);
    await mkdir(places.services, { recursive: true });
    await writeFile(specFile(places, spec.name), JSON.stringify(spec));
    await askSupervisor(this.folder, { action: 'apply', name: spec.name });
  }
  async report(name: string) {
    const { services } = await askSupervisor(this.folder, { action: 'status' });
    return services.find((service) => service.name === name)!;
  }
  pidOf = async (name: string) => (await this.report(name)).pid ?? 0;
  log = (name: string) => readFile(join(this.folder, 'logs', `${name}.log`), 'utf8');
}

/** Each test has an installation's folder and a supervisor of its own, so they run side by side. */
const test = base.extend<{ trial: Trial }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  trial: async ({}, use) => {
    const trial = new Trial(await mkdtemp(join(tmpdir(), "a supervisor's ")));
    await use(trial);
    await trial.start();
    await endSupervisor(trial.folder, 'stop');
    await rm(trial.folder, { recursive: true });
  },
}).concurrent;

const shell = (name: string, script: string, more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  name,
  command: '/bin/sh',
  args: ['-c', script],
  ...more,
});
const isGone = (pid: number) => startTime(pid) === undefined;

test('a service that is killed comes back, and its output goes on in the same log', async ({
  trial,
  expect,
}) => {
  await trial.start();
  await trial.apply(shell('hello', 'echo hello; exec sleep 1000'));
  const pid = await trial.pidOf('hello');
  await until('its first line', async () => (await trial.log('hello')).includes('hello'));
  process.kill(pid, 'SIGKILL');
  await until('another process', async () => ![0, pid].includes(await trial.pidOf('hello')));
  await until('its second line', async () => (await trial.log('hello')) === 'hello\nhello\n');
  expect(await trial.report('hello')).toMatchObject({
    state: 'running',
    restarts: 1,
    lastEnd: 'killed by SIGKILL',
  });
});

test('a service that keeps ending is started again after growing pauses', async ({ trial, expect }) => {
  await trial.start();
  await trial.apply(shell('failing', 'date +%s%N; exit 3'));
  await until('four starts', async () => (await trial.log('failing')).trim().split('\n').length >= 4);
  const times = (await trial.log('failing'))
    .trim()
    .split('\n')
    .map((line) => Number(line) / 1e6);
  const pauses = times.slice(1).map((time, index) => time - times[index]!);
  expect(pauses[0]).toBeGreaterThan(200);
  expect(pauses[1]).toBeGreaterThan(450);
  expect(pauses[2]).toBeGreaterThan(900);
  expect((await trial.report('failing')).lastEnd).toBe('exit code 3');
});

test('the supervisor killed: services go on, and the next one finds them again, without a second start', async ({
  trial,
  expect,
}) => {
  const first = await trial.start();
  await trial.apply(shell('kept', 'echo started; exec sleep 1000'));
  await trial.apply(shell('lost', 'exec sleep 1000'));
  const [kept, lost] = [await trial.pidOf('kept'), await trial.pidOf('lost')];
  await until('the first line of one', async () => (await trial.log('kept')).includes('started'));
  process.kill(first, 'SIGKILL');
  await until('its end', () => isGone(first));
  process.kill(lost, 'SIGKILL');
  await until('the end of one', () => isGone(lost));

  const { supervisor, services } = await installationStatus(trial.folder);
  expect(supervisor.pid).toBeNull();
  expect(services.map(({ name, health, pid }) => [name, health, pid])).toEqual([
    ['kept', 'ok', kept],
    ['lost', 'down', null],
  ]);

  const second = await trial.start();
  expect(second).not.toBe(first);
  expect(await trial.pidOf('kept')).toBe(kept);
  expect(await trial.pidOf('lost')).not.toBe(lost);
  expect(await trial.log('kept')).toBe('started\n');
  process.kill(kept, 'SIGKILL');
  await until(
    'one that was found again is watched like any',
    async () => ![0, kept].includes(await trial.pidOf('kept')),
  );
});

test('two supervisors started at once: one works, the other ends', async ({ trial, expect }) => {
  const pids = await Promise.all([trial.start(), trial.start(), trial.start()]);
  expect(new Set(pids).size).toBe(1);
});

test('another spec restarts a service, the same one does not', async ({ trial, expect }) => {
  await trial.start();
  await trial.apply(shell('api', 'exec sleep 1000', { watch: { settings: 'a' } }));
  const pid = await trial.pidOf('api');
  await trial.apply(shell('api', 'exec sleep 1000', { watch: { settings: 'a' } }));
  expect(await trial.pidOf('api')).toBe(pid);
  await trial.apply(shell('api', 'exec sleep 1000', { watch: { settings: 'b' } }));
  expect(await trial.pidOf('api')).not.toBe(pid);
  expect(isGone(pid)).toBe(true);
});

test('stopping asks first, waits, then kills it with all that it started', async ({ trial, expect }) => {
  await trial.start();
  await trial.apply(shell('polite', 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.05; done'));
  await trial.apply(
    shell('deaf', 'trap "" TERM; sleep 1000 & echo $!; while :; do sleep 0.05; done', { stopSeconds: 0.3 }),
  );
  await until('both', async () => (await trial.log('polite')) !== '' && (await trial.log('deaf')) !== '');
  await askSupervisor(trial.folder, { action: 'stop', name: 'polite' });
  expect(await trial.log('polite')).toBe('up\nbye\n');
  const [deaf, child] = [await trial.pidOf('deaf'), Number(await trial.log('deaf'))];
  await askSupervisor(trial.folder, { action: 'remove', name: 'deaf' });
  expect(isGone(deaf)).toBe(true);
  await until('its child', () => isGone(child));
  expect((await trial.report('polite')).state).toBe('stopped');
  expect(await trial.report('deaf')).toBeUndefined();
});

test('SIGTERM ends the services in the order of their ranks, then the supervisor', async ({
  trial,
  expect,
}) => {
  const pid = await trial.start();
  const script = (name: string) =>
    `trap "echo ${name} >> order; exit 0" TERM; echo up; while :; do sleep 0.02; done`;
  for (const [name, rank] of [
    ['database', 10],
    ['worker', 40],
    ['api', 30],
  ] as const) {
    await trial.apply(shell(name, script(name), { rank }));
    await until('it is up', async () => (await trial.log(name)) === 'up\n');
  }
  process.kill(pid, 'SIGTERM');
  await until('its end', () => isGone(pid));
  expect(await readFile(join(trial.folder, 'order'), 'utf8')).toBe('worker\napi\ndatabase\n');
});

test('a lock file of another boot is removed before the first start, one of this boot is not', async ({
  trial,
}) => {
  await trial.start();
  const file = join(trial.folder, 'postmaster.pid');
  const spec = shell('database', '[ -e postmaster.pid ] && echo locked || echo free; exec sleep 1000', {
    staleFiles: [file],
  });
  await writeFile(file, '1');
  await trial.apply(spec);
  await until('a line', async () => (await trial.log('database')) === 'locked\n');
  await endSupervisor(trial.folder, 'stop');
  const record = { pid: 1, started: '1', boot: 'another', spec: '' };
  await writeFile(join(trial.folder, 'supervisor', 'running', 'database.json'), JSON.stringify(record));
  await trial.start();
  await until('a second line', async () => (await trial.log('database')) === 'locked\nfree\n');
});

test('a service removed while no supervisor ran is ended by the next one', async ({ trial }) => {
  const first = await trial.start();
  await trial.apply(shell('old', 'exec sleep 1000'));
  const pid = await trial.pidOf('old');
  process.kill(first, 'SIGKILL');
  await until('its end', () => isGone(first));
  await rm(specFile(supervisorPlaces(trial.folder), 'old'));
  await trial.start();
  await until('the end of the service', () => isGone(pid));
});

test('a name that is none is refused', async ({ trial, expect }) => {
  await trial.start();
  await expect(askSupervisor(trial.folder, { action: 'start', name: '../../etc' })).rejects.toThrow(
    /not the name/,
  );
  await expect(askSupervisor(trial.folder, { action: 'apply', name: 'unknown' })).rejects.toThrow(
    /unknown\.json/,
  );
});

test('only its owner may enter the folder of the control socket', async ({ trial, expect }) => {
  // Too deep for a socket, so it goes below the system's own folder, where anybody may have been first.
  const folder = join(trial.folder, 'x'.repeat(120));
  const { address } = supervisorPlaces(folder);
  await mkdir(dirname(address), { recursive: true });
  const socketFolder = dirname(socketPath(dirname(address)));
  await mkdir(socketFolder, { mode: 0o777 });
  const handle = async () => ({ ok: true as const, pid: 0, services: [] });
  await expect(listen(supervisorPlaces(folder), handle)).rejects.toThrow(
    /must be a folder of this user alone/,
  );
  await rm(socketFolder, { recursive: true });
  const { server } = await listen(supervisorPlaces(folder), handle);
  expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
  expect(await askSupervisor(folder, { action: 'status' })).toMatchObject({ pid: 0 });
  server.close();
  await rm(socketFolder, { recursive: true });
});

test('its folder deleted under it: the old supervisor ends with its services, the next one starts them anew', async ({
  trial,
  expect,
}) => {
  const first = await trial.start();
  await trial.apply(shell('only', 'exec sleep 1000'));
  const pid = await trial.pidOf('only');
  // It may just be writing there.
  await rm(join(trial.folder, 'supervisor'), { recursive: true, maxRetries: 20 });
  const second = await trial.start();
  expect(second).not.toBe(first);
  await until('the end of the first', () => isGone(first) && isGone(pid));
  await trial.apply(shell('only', 'exec sleep 1000'));
  expect(await trial.pidOf('only')).toBeGreaterThan(0);
});
