/** Starts and ends an installation's supervisor, where no systemd does it. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTime } from '../../../toolchain/lock.js';
import { askSupervisor, SupervisorAway } from './client.ts';
import { supervisorPlaces } from './places.ts';

const PROGRAM = fileURLToPath(new URL('main.ts', import.meta.url));
const PATIENCE_MS = 20_000;

/** The supervisor's own command line: a small heap, for it lives as long as the machine runs. */
export const supervisorCommand = (folder: string): [string, ...string[]] => [
  process.execPath,
  '--max-old-space-size=32',
  '--max-semi-space-size=1',
  '--no-warnings',
  PROGRAM,
  folder,
];

/** Pid of the supervisor that answers, or null. */
export const supervisorPid = (folder: string): Promise<number | null> =>
  askSupervisor(folder, { action: 'status' }).then(
    ({ pid }) => pid,
    () => null,
  );

/** Starts it in a session of its own, so that it outlives this process, and waits until it answers. */
export async function startSupervisor(folder: string): Promise<number> {
  const running = await supervisorPid(folder);
  if (running !== null) return running;
  const { logs, log } = supervisorPlaces(folder);
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const output = openSync(log, 'a', 0o600);
  const [command, ...args] = supervisorCommand(folder);
  const child = spawn(command, args, { cwd: folder, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  child.unref();
  const pid = await awaitSupervisor(folder, () => failure);
  // Somebody else's was first; ours would end by itself, but perhaps only after theirs has.
  if (pid !== child.pid) child.kill();
  return pid;
}

/** Waits until a supervisor answers that somebody (we, or systemd) has started. */
export async function awaitSupervisor(folder: string, failed: () => Error | undefined = () => undefined) {
  for (const end = Date.now() + PATIENCE_MS; ; await delay(50)) {
    const pid = await supervisorPid(folder);
    if (pid !== null) return pid;
    if (failed() || Date.now() > end) {
      const { log } = supervisorPlaces(folder);
      throw new Error(
        `The supervisor did not start${failed() ? ` (${failed()?.message})` : ''}. Last lines of ${log}:\n${lastLines(log)}`,
      );
    }
  }
}

/** Ends it and waits until it is gone. */
export async function endSupervisor(folder: string, services: 'keep' | 'stop'): Promise<void> {
  try {
    const { pid } = await askSupervisor(folder, { action: 'shutdown', services });
    const started = startTime(pid);
    while (started !== undefined && startTime(pid) === started) await delay(20);
  } catch (error) {
    if (!(error instanceof SupervisorAway)) throw error;
  }
}

/** The end of a log file, for an error message. */
export function lastLines(file: string, count = 15): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '(none)';
  }
}
