/** What the numbers were measured on, and what an installation takes of it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Installation } from '../support/installation.ts';
import { processesOf } from '../support/processes.ts';

export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 1e9)} GB, ${process.platform} ${release()}`;

/** Proportional set size: memory shared by several processes is counted once among them. Linux only. */
export function memoryByService(at: Installation): Map<string, number> {
  const sums = new Map<string, number>();
  for (const pid of processesOf(at)) {
    const name = serviceOf(pid);
    sums.set(name, (sums.get(name) ?? 0) + pss(pid));
  }
  return sums;
}

function pss(pid: number): number {
  try {
    const kB = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kB ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Which service a process belongs to, by its command line. */
function serviceOf(pid: number): string {
  const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  const settings = /settings\/([\w-]+)\.json/.exec(line)?.[1];
  if (settings !== undefined) return settings;
  if (/postgres/.test(line)) return 'postgres';
  if (/redis|valkey/.test(line)) return 'redis';
  if (/\bbao\b/.test(line)) return 'vault';
  return /supervisor/.test(line) ? 'supervisor' : line.slice(0, 30);
}

/** Bytes on disk below a folder. */
export const diskUse = (folder: string): number =>
  Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) * 1024;
