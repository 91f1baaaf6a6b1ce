import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A lock between processes: a file that names its holder by pid and start time, made by link(2) so that it never
 * exists half-written. A dead holder's lock is taken over, by one process only.
 *
 * @typedef {{ id: string, pid: number, started: string, host: string, what: string }} Holder
 */

const HEARTBEAT_MS = 5_000;
const SILENT_MS = 60_000;

/**
 * Runs `work` while holding the lock `file`; waits for a living holder, takes over from a dead one.
 *
 * @template T
 * @param {string} file
 * @param {string} what what is being done, told to those who wait
 * @param {() => Promise<T>} work
 * @param {(holder: Holder) => void} [onWait] called once, when the lock is another's
 * @returns {Promise<T>}
 */
export async function withLock(file, what, work, onWait = () => {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine = describe(what);
  for (let told = false; !take(file, mine); told = true) {
    const holder = read(file);
    if (!told && holder) onWait(holder);
    await sleep(200);
  }
  const beat = setInterval(() => touch(file), HEARTBEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (read(file)?.id === mine.id) fs.rmSync(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {Holder} mine
 * @returns {boolean}
 */
function take(file, mine) {
  if (create(file, mine)) return true;
  const held = read(file);
  if (!held || isAlive(held, file)) return false;
  // Only the holder of this guard may replace that very lock; a guard is itself a lock, so a dead one is replaced too.
  const guard = `${file}.${held.id}`;
  if (!take(guard, mine)) return false;
  try {
    if (read(file)?.id !== held.id) return false;
    replace(file, mine);
    return true;
  } finally {
    fs.rmSync(guard, { force: true });
  }
}

/**
 * @param {string} file
 * @param {Holder} mine
 */
function create(file, mine) {
  const draft = write(file, mine);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/**
 * @param {string} file
 * @param {Holder} mine
 */
function replace(file, mine) {
  fs.renameSync(write(file, mine), file);
}

/**
 * @param {string} file
 * @param {Holder} mine
 */
function write(file, mine) {
  const draft = `${file}.${mine.id}.draft`;
  fs.writeFileSync(draft, JSON.stringify(mine));
  return draft;
}

/**
 * @param {string} file
 * @returns {Holder | undefined}
 */
function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function touch(file) {
  try {
    const now = new Date();
    fs.utimesSync(file, now, now);
  } catch {
    // The cache was deleted under us; the work itself will say so.
  }
}

/**
 * @param {string} what
 * @returns {Holder}
 */
export function describe(what) {
  return {
    id: randomUUID(),
    pid: process.pid,
    started: startTime(process.pid) ?? '',
    host: os.hostname(),
    what,
  };
}

/**
 * @param {Holder} holder
 * @param {string} file
 */
function isAlive(holder, file) {
  // Another host's processes (a shared home, a container) cannot be seen: its holder touches the file while it works.
  if (holder.host !== os.hostname()) return Date.now() - fs.statSync(file).mtimeMs < SILENT_MS;
  return startTime(holder.pid) === holder.started;
}

/**
 * When a process started, in whatever form the system tells it; undefined for a process that is not there.
 *
 * @param {number} pid
 * @returns {string | undefined}
 */
export function startTime(pid) {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and brackets, so fields are counted after the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
