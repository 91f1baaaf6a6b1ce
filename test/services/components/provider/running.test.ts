/** Kinds that run something, with the real supervisor, a real PostgreSQL and real Git. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installationStatus } from '../../../../components/local/supervisor/status.ts';
import { gitRepository } from '../../../../components/provider/kinds/git-repository.ts';
import { postgresCluster } from '../../../../components/provider/kinds/postgres-cluster.ts';
import { messageOf, program } from '../../../../components/provider/kinds/program.ts';
import { secretFile } from '../../../../components/provider/kinds/secret-file.ts';
import { service } from '../../../../components/provider/kinds/service.ts';
import { supervisor } from '../../../../components/provider/kinds/supervisor.ts';
import { startTime } from '../../../../toolchain/lock.js';
import { ensure } from '../../../../toolchain/programs.js';
import { freePort, until } from '../../../support/process.ts';
import { made, scratch, silent } from '../../../support/resource.ts';

const installation = scratch();
let daemon: Awaited<
  ReturnType<typeof made<{ folder: string; program: string }, { manager: 'systemd' | 'own' }>>
>;
beforeAll(async () => {
  daemon = await made(supervisor, { folder: installation, program: 'a' });
});
afterAll(() => supervisor.delete(daemon.id, daemon.state, silent));

const web = async (name: string, script: string, startSeconds = 20) => ({
  installation,
  name,
  command: process.execPath,
  args: ['-e', script],
  rank: 30,
  probe: { kind: 'http' as const, url: `http://127.0.0.1:${await freePort()}/` },
  startSeconds,
  watch: {},
});
const serve = (url: string, status = 200) =>
  `require('http').createServer((_, r) => r.writeHead(${status}).end()).listen(${new URL(url).port}, '127.0.0.1')`;
const find = async (name: string) =>
  (await installationStatus(installation)).services.find((s) => s.name === name);

test('a service is created when it answers, told as gone when it is dead, and mended by an update', async () => {
  const wanted = await web('web', '');
  wanted.args = ['-e', serve(wanted.probe.url)];
  const { id, state } = await made(service, wanted);
  expect((await fetch(wanted.probe.url)).status).toBe(200);
  expect(await service.read(id, state, silent)).toEqual({});

  const first = await find('web');
  expect(first).toMatchObject({ health: 'ok', state: 'running', address: new URL(wanted.probe.url).origin });
  // Dead for good: the supervisor that would bring it back is dead too.
  const { supervisor: at } = await installationStatus(installation);
  process.kill(at.pid ?? 0, 'SIGKILL');
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await until('its end', () => startTime(first?.pid ?? 0) === undefined);
  expect(await service.read(id, state, silent)).toBeNull();
  expect(await supervisor.read(daemon.id, daemon.state, silent)).toBeNull();

  await supervisor.update(daemon.id, daemon.state, daemon.state, silent);
  await service.update(id, state, wanted, silent);
  expect((await fetch(wanted.probe.url)).status).toBe(200);
  await service.delete(id, state, silent);
  await expect(fetch(wanted.probe.url)).rejects.toThrow();
  expect(await find('web')).toBeUndefined();
});

test('a service that keeps ending fails with its last words and leaves nothing behind', async () => {
  const wanted = await web('broken', 'console.error("EADDRINUSE 8000"); process.exit(7)');
  await expect(made(service, wanted)).rejects.toThrow(/exit code 7[\s\S]*broken\.log[\s\S]*EADDRINUSE 8000/);
  expect(await find('broken')).toBeUndefined();
});

test('a service that runs and does not answer well fails with what was found', async () => {
  const wanted = await web('sick', '', 2);
  wanted.args = ['-e', serve(wanted.probe.url, 500)];
  await expect(made(service, wanted)).rejects.toThrow(/does not get well: .* answers 500/);
});

test('a service can be deleted when the supervisor is dead', async () => {
  const wanted = await web('orphan', '');
  wanted.args = ['-e', serve(wanted.probe.url)];
  const { id, state } = await made(service, wanted);
  const { pid } = (await installationStatus(installation)).supervisor;
  process.kill(pid ?? 0, 'SIGKILL');
  await until('its end', () => startTime(pid ?? 0) === undefined);
  await service.delete(id, state, silent);
  await expect(fetch(wanted.probe.url)).rejects.toThrow();
  await supervisor.update(daemon.id, daemon.state, daemon.state, silent);
});

test('a new supervisor program replaces the daemon, not the services', async () => {
  const wanted = await web('steady', '');
  wanted.args = ['-e', serve(wanted.probe.url)];
  const { id, state } = await made(service, wanted);
  const before = await installationStatus(installation);
  await supervisor.update(daemon.id, daemon.state, { folder: installation, program: 'b' }, silent);
  const after = await installationStatus(installation);
  expect(after.supervisor.pid).not.toBe(before.supervisor.pid);
  expect(after.services.map(({ pid }) => pid)).toEqual(before.services.map(({ pid }) => pid));
  await service.delete(id, state, silent);
});

const step = (name: string, script: string) => ({
  installation,
  name,
  command: '/bin/sh',
  args: ['-c', script],
  triggers: {},
  makes: [] as string[],
  seconds: 20,
});

test('a step tells its lines, leaves them in a log, and is run again when what it made is gone', async () => {
  const result = join(installation, 'token');
  const wanted = {
    ...step('make', `echo '{"level":30,"msg":"making"}'; touch "${result}"`),
    makes: [result],
  };
  const told: string[] = [];
  const { outputs } = await program.create(wanted, { ...silent, log: (message) => told.push(message) });
  expect(told).toEqual(['making']);
  expect(await readFile(join(installation, 'logs', 'make.log'), 'utf8')).toContain('"msg":"making"');
  const state = { ...wanted, ...outputs };
  expect(await program.read('make', state, silent)).toEqual({});
  await rm(result);
  expect(await program.read('make', state, silent)).toBeNull();
});

test('a step that fails says why', async () => {
  await expect(made(program, step('fail', 'echo "no database there" >&2; exit 2'))).rejects.toThrow(
    /Step fail ended with exit code 2: no database there\nAll it said is in .*fail\.log/,
  );
  await expect(made(program, { ...step('slow', 'sleep 60'), seconds: 0.3 })).rejects.toThrow(
    /SIGKILL \(it may take 0.3 s\)/,
  );
});

test('a step that outlived a killed run is ended before it is run again', async () => {
  const record = join(installation, 'supervisor', 'steps', 'left.json');
  const launcher = join(import.meta.dirname, '../../../../components/local/supervisor/launch.sh');
  const left = spawn('/bin/sh', [launcher, record, 'step', 'sleep', '1000'], {
    stdio: 'ignore',
    detached: true,
  });
  await until('its record', () => existsSync(record));
  await made(program, step('left', 'true'));
  expect(startTime(left.pid ?? 0)).toBeUndefined();
});

test('log lines: the message of a JSON line, any other as it is', () => {
  expect(messageOf('{"level":30,"msg":"hello"}')).toBe('hello');
  expect(messageOf('{"level":30}')).toBe('{"level":30}');
  expect(messageOf(' plain ')).toBe('plain');
});

test('a database folder is made once, kept when its resource goes, and refuses another password', async () => {
  const home = scratch();
  const password = { path: join(home, 'superuser'), bytes: 32, encoding: 'base64url' as const };
  const secret = await made(secretFile, password);
  const wanted = {
    folder: join(home, 'data', 'postgres'),
    programs: await ensure('postgres'),
    superuser: 'postgres',
    superuserPasswordFile: password.path,
    passwordMade: secret.state.made,
    installation,
    service: 'postgres',
  };
  const { id, state } = await made(postgresCluster, wanted);
  expect(state.version).toBe('18');
  expect(existsSync(join(id, 'pg_hba.conf'))).toBe(true);
  await postgresCluster.delete(id, state, silent);
  expect((await made(postgresCluster, wanted)).state.made).toBe(state.made);

  await rm(password.path);
  await made(secretFile, password);
  await expect(made(postgresCluster, wanted)).rejects.toThrow(
    /superuser is not the password that the database/,
  );

  await rm(id, { recursive: true });
  expect(await postgresCluster.read(id, state, silent)).toBeNull();
  // Half a folder of a run that was killed is cleared away.
  await mkdir(`${id}.draft-killed`);
  expect((await postgresCluster.update(id, state, wanted, silent)).made).not.toBe(state.made);
  expect(existsSync(`${id}.draft-killed`)).toBe(false);
});

test('the same files give the same commit; other files a commit on top', async () => {
  const source = scratch();
  await writeFile(join(source, 'valohai.yaml'), '- step: {name: a, image: b, command: c}\n');
  await mkdir(join(source, '__pycache__'));
  await writeFile(join(source, '__pycache__', 'x.pyc'), 'x');
  const wanted = {
    path: join(scratch(), 'example.git'),
    source,
    files: 'a',
    branch: 'main',
    message: 'Example',
  };
  const first = await made(gitRepository, wanted);
  const twin = await made(gitRepository, { ...wanted, path: join(scratch(), 'twin.git') });
  expect(first.state.commit).toBe(twin.state.commit);
  expect((await made(gitRepository, wanted)).state.commit).toBe(first.state.commit);

  await writeFile(join(source, 'train.py'), 'print(1)\n');
  const { commit } = await gitRepository.update(first.id, first.state, { ...wanted, files: 'b' }, silent);
  const { stdout } = await promisify(execFile)('git', ['--git-dir', first.id, 'rev-list', 'main']);
  expect(stdout.trim().split('\n')).toEqual([commit, first.state.commit]);
  const clone = join(scratch(), 'clone');
  await promisify(execFile)('git', ['clone', '--quiet', first.id, clone]);
  expect(existsSync(join(clone, 'train.py'))).toBe(true);
  expect(existsSync(join(clone, '__pycache__'))).toBe(false);
  await gitRepository.delete(first.id, first.state, silent);
  expect(existsSync(first.id)).toBe(false);
});
