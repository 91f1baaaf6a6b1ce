/**
 * Locks of the engine's file backend: one file per process below `.pulumi/locks`. They never expire, so a killed run
 * leaves its own behind; we tell a dead holder's from a living one's.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

export interface LockFile {
  file: string;
  pid: number;
  host: string;
  user: string;
  time: string;
}
export type Holder = 'dead' | 'alive' | 'elsewhere';

/** Every lock on the stack. */
export function readLocks(state: string, stack: string): LockFile[] {
  const folder = join(state, '.pulumi', 'locks', 'organization', 'cove', stack);
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const content = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      const { pid, hostname: host, username: user, timestamp: time } = content;
      return [{ file: join(folder, name), pid, host, user, time }];
    } catch (error) {
      // Released meanwhile.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      // Cut short by a full disk or a crash: nobody alive wrote half a lock.
      return [{ file: join(folder, name), pid: 0, host: hostname(), user: '', time: '' }];
    }
  });
}

/** Whose lock it is. A pid that now belongs to another program counts as dead. */
export function judgeHolder(
  lock: Pick<LockFile, 'pid' | 'host'>,
  here = hostname(),
  commandOf: (pid: number) => string | null = commandOfProcess,
): Holder {
  if (lock.host !== here) return 'elsewhere';
  const command = lock.pid > 0 ? commandOf(lock.pid) : null;
  return command !== null && /\bpulumi\b/.test(command) ? 'alive' : 'dead';
}

/** The command line of a process; null: there is none, or only a dead one not yet collected. */
function commandOfProcess(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') || null;
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

export function removeLocks(locks: LockFile[]): void {
  for (const { file } of locks) {
    rmSync(file, { force: true });
    rmSync(`${file}.attrs`, { force: true });
  }
}
