/** A Docker Engine for the tests, where none runs: started by hand, stopped when its last user has gone. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTime, withLock } from '../../toolchain/lock.js';
import { command, folder, has, isRoot, Unavailable } from './machine.ts';

/** Of the machine, not of one cache: runs with caches of their own share one engine. */
const home = isRoot && process.platform === 'linux' ? '/run/cove-docker' : join(folder, 'docker');
const users = join(home, 'users');
const pidFile = join(home, 'engine.pid');
const USUAL = '/var/run/docker.sock';
const lock = <T>(work: () => Promise<T>) => withLock(join(home, 'lock'), 'starting a Docker Engine', work);

/** Gives `DOCKER_HOST` of an engine that answers, and counts `user` (a process) among its users. */
export async function startEngine(user: number): Promise<string> {
  mkdirSync(users, { recursive: true });
  return lock(async () => {
    writeFileSync(join(users, String(user)), startTime(user) ?? '');
    const hosts = [process.env.DOCKER_HOST, `unix://${USUAL}`, `unix://${ownSocket()}`];
    for (const host of hosts) if (host !== undefined && host !== '' && (await answers(host))) return host;
    if (!isRoot || process.platform !== 'linux')
      throw new Unavailable('no Docker Engine answers, and only root on Linux may start one');
    if (!has('dockerd')) throw new Unavailable('dockerd is not installed');
    return start();
  });
}

/** Takes `user` off the list; the engine stops with the last one, if it was started here. */
export async function stopEngine(user: number): Promise<void> {
  if (!existsSync(users)) return;
  await lock(async () => {
    rmSync(join(users, String(user)), { force: true });
    for (const other of readdirSync(users)) {
      if (readFileSync(join(users, other), 'utf8') === startTime(Number(other))) return;
      rmSync(join(users, other));
    }
    const engine = running();
    if (engine === undefined) return;
    process.kill(engine, 'SIGTERM');
    while (startTime(engine) !== undefined) await sleep(100);
    rmSync(pidFile, { force: true });
  });
}

/** Removes what killed workers of a test run left in the engine: job containers whose files lie below its folder. */
export async function removeContainers(below: string): Promise<void> {
  const ids = (await command('docker', ['ps', '-aq', '--filter', 'label=cove.execution']))
    .split('\n')
    .filter(Boolean);
  for (const id of ids) {
    const sources = await command('docker', [
      'inspect',
      '--format',
      '{{range .Mounts}}{{.Source}}\n{{end}}',
      id,
    ]);
    if (sources.includes(`${below}/`)) await command('docker', ['rm', '--force', '--volumes', id]);
  }
}

async function start(): Promise<string> {
  const socket = (await isTaken(USUAL)) ? ownSocket() : USUAL;
  const log = join(home, 'engine.log');
  const out = openSync(log, 'w');
  // Of one that was killed; the engine would not start where another process has its number by now.
  rmSync(join(home, 'dockerd.pid'), { force: true });
  // It outlives this run while another one uses it, so nothing marks it as this run's.
  const { COVE_TEST_RUN: _run, TMPDIR: _folder, ...env } = process.env;
  const child = spawn(
    'dockerd',
    [
      '--data-root',
      join(folder, 'docker', 'data'),
      '--exec-root',
      join(home, 'exec'),
      '--pidfile',
      join(home, 'dockerd.pid'),
      '-H',
      `unix://${socket}`,
    ],
    { detached: true, stdio: ['ignore', out, out], env },
  );
  child.unref();
  const pid = child.pid ?? 0;
  writeFileSync(pidFile, `${pid} ${startTime(pid)}`);
  const deadline = Date.now() + 60_000;
  while (!(await answers(`unix://${socket}`))) {
    if (startTime(pid) === undefined || Date.now() > deadline) {
      const words = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n');
      throw new Unavailable(`the Docker Engine does not start here: ${words}`);
    }
    await sleep(200);
  }
  return `unix://${socket}`;
}

/** The engine started here, while it lives. */
function running(): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const [pid, ...started] = readFileSync(pidFile, 'utf8').split(' ');
  return startTime(Number(pid)) === started.join(' ') ? Number(pid) : undefined;
}

function ownSocket(): string {
  return join(home, 'docker.sock');
}

/** Whether something listens there: an engine that was killed leaves its socket behind. */
const isTaken = (socket: string) =>
  new Promise<boolean>((resolve) => {
    const client = connect(socket, () => {
      client.destroy();
      resolve(true);
    });
    client.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED'),
    );
  });

const answers = (host: string) =>
  command('docker', ['-H', host, 'version', '--format', '{{.Server.Version}}']).then(
    () => true,
    () => false,
  );
