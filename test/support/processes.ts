/** Processes of an installation, found by its folder in their command line, as a suspicious operator would. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.ts';

const text = (file: string) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Whether the process exists and is not merely waiting to be collected. */
export const isRunning = (pid: number) =>
  !['', 'Z', 'X'].includes(text(`/proc/${pid}/stat`).split(') ')[1]?.[0] ?? '');

const parentOf = (pid: number) => Number(text(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[1]);

export function processesOf(at: Installation): number[] {
  const folder = join(at.home, at.name);
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && isRunning(pid));
  const ours = new Set(all.filter((pid) => text(`/proc/${pid}/cmdline`).includes(folder)));
  // Children that renamed themselves (PostgreSQL's back ends) belong to whoever started them.
  for (let grown = true; grown; ) {
    const children = all.filter((pid) => !ours.has(pid) && ours.has(parentOf(pid)));
    for (const pid of children) ours.add(pid);
    grown = children.length > 0;
  }
  return [...ours];
}

/** As a power cut ends them; one may take others along before its turn comes. */
export function killAll(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with another.
    }
  }
}

export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);

/** A process and all it started that did not leave for a session of its own: what a terminal's end would take along. */
export function familyOf(pid: number): number[] {
  const session = (p: number) => text(`/proc/${p}/stat`).split(') ')[1]?.split(' ')[3];
  const own = session(pid);
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
  const family = new Set([pid]);
  for (let grown = true; grown; ) {
    const children = all.filter((p) => !family.has(p) && family.has(parentOf(p)) && session(p) === own);
    for (const child of children) family.add(child);
    grown = children.length > 0;
  }
  return [...family];
}
