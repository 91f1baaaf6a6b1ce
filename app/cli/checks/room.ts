/** Disk and memory: what is free, what an installation needs. */
import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { size } from '../table.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const MB = 1_000_000;
/** Below the first number an installation cannot be made; below the second it soon runs full. */
export const DISK = { least: 1_000 * MB, good: 5_000 * MB };
/** All services idle need about 600 MB; a job comes on top. */
export const MEMORY = { least: 700 * MB, good: 2_000 * MB };

export function judgeDisk(free: number, folder: string): Finding {
  const found = `${size(free)} free at ${folder}`;
  if (free < DISK.least) {
    return fail(
      'disk',
      found,
      size(DISK.least),
      'Free some space, or set COVE_HOME to a folder on a larger disk.',
    );
  }
  if (free < DISK.good) {
    return warn('disk', found, `${size(DISK.good)} for some weeks of jobs`, 'Free some space soon.');
  }
  return ok('disk', found);
}

export function judgeMemory(available: number, total: number): Finding {
  const found = `${size(available)} of ${size(total)} available`;
  if (total < MEMORY.least) {
    return fail('memory', found, size(MEMORY.least), 'Use a machine with more memory.');
  }
  if (available < MEMORY.least) {
    return warn('memory', found, size(MEMORY.least), 'End some programs, or the kernel may end a service.');
  }
  return ok('memory', found);
}

/** Free bytes for this user at the nearest existing folder. */
export async function checkDisk(folder: string): Promise<Finding> {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  return judgeDisk(bavail * bsize, existing);
}

export const checkMemory = (): Finding => judgeMemory(availableMemory(), totalmem());

/** Linux counts caches as used in `freemem`; the kernel's own estimate does not. */
function availableMemory(): number {
  try {
    const line = /MemAvailable:\s+(\d+) kB/.exec(readFileSync('/proc/meminfo', 'utf8'));
    return line === null ? freemem() : Number(line[1]) * 1024;
  } catch {
    return freemem();
  }
}
