/** One supervised process: started or found again, watched, stopped. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive, isOfThisBoot, readIdentity } from './identity.ts';
import { logFile, recordFile, type SupervisorPlaces } from './places.ts';
import { hashOf, type ServiceSpec } from './spec.ts';

const LAUNCHER = fileURLToPath(new URL('launch.sh', import.meta.url));
const WATCH_MS = 200;

/** What every service sees of the environment that the supervisor was started in; nothing else is passed on. */
const INHERITED = [
  ...['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
];

export function serviceEnvironment(spec: ServiceSpec, own = process.env): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]));
  return { ...Object.fromEntries(inherited), ...spec.environment };
}

export interface Ended {
  /** In words. */
  how: string;
  uptimeMs: number;
}

export interface RunningProcess {
  pid: number;
  spec: string;
  since: Date;
  ended: Promise<Ended>;
}

/** Starts it in a session and process group of its own, so that it outlives the supervisor. */
export function startProcess(places: SupervisorPlaces, spec: ServiceSpec): RunningProcess {
  const hash = hashOf(spec);
  const since = new Date();
  removeStaleFiles(places, spec);
  const log = openSync(logFile(places, spec.name), 'a', 0o600);
  const child = spawn(
    '/bin/sh',
    [LAUNCHER, recordFile(places, spec.name), hash, spec.command, ...spec.args],
    {
      cwd: spec.folder ?? places.folder,
      env: serviceEnvironment(spec),
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  const pid = child.pid ?? 0;
  const ended = new Promise<Ended>((resolve) => {
    const end = (how: string) => resolve({ how, uptimeMs: Date.now() - since.getTime() });
    child.once('error', (error) => end(`it could not be started: ${error.message}`));
    child.once('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `killed by ${signal}`));
  });
  return { pid, spec: hash, since, ended: ended.finally(() => killGroup(pid)) };
}

function removeStaleFiles(places: SupervisorPlaces, { name, staleFiles = [] }: ServiceSpec): void {
  const last = readIdentity(recordFile(places, name));
  if (last !== null && !isOfThisBoot(last)) for (const file of staleFiles) rmSync(file, { force: true });
}

/** Finds a service that an earlier supervisor started and that still runs. */
export function adoptProcess(places: SupervisorPlaces, name: string): RunningProcess | null {
  const record = recordFile(places, name);
  const identity = readIdentity(record);
  if (identity === null || !isAlive(identity)) return null;
  const since = statSync(record).mtime;
  const watch = async (): Promise<Ended> => {
    while (isAlive(identity)) await delay(WATCH_MS);
    killGroup(identity.pid);
    return { how: 'ended; how cannot be known', uptimeMs: Date.now() - since.getTime() };
  };
  return { pid: identity.pid, spec: identity.spec, since, ended: watch() };
}

/** Asks it to stop, kills it and what it started when it does not. */
export async function stopProcess(running: RunningProcess, spec: ServiceSpec | null): Promise<void> {
  signal(running.pid, spec?.stopSignal ?? 'SIGTERM');
  const timer = setTimeout(() => killGroup(running.pid), (spec?.stopSeconds ?? 20) * 1000);
  await running.ended;
  clearTimeout(timer);
}

/** Ends a recorded process that nobody supervises. Returns whether there was one. */
export async function endRecorded(
  places: SupervisorPlaces,
  name: string,
  spec: ServiceSpec | null,
): Promise<boolean> {
  const running = adoptProcess(places, name);
  if (running !== null) await stopProcess(running, spec);
  rmSync(recordFile(places, name), { force: true });
  return running !== null;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (pid !== 0) process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

/** Whatever a service that ended left behind must not stand in the way of the next one. */
function killGroup(pid: number): void {
  if (pid > 1) signal(-pid, 'SIGKILL');
}
