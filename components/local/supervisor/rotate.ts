/** Keeps a log file small. The writer holds it open for appending, so it is copied and emptied, never moved. */
import { copyFileSync, existsSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';

export interface Limits {
  bytes: number;
  /** Old files kept as `.1` (newest), `.2` … */
  keep: number;
}
export const LIMITS: Limits = { bytes: 10 * 2 ** 20, keep: 3 };

/** Returns whether the file was rotated. */
export function rotate(file: string, { bytes, keep }: Limits = LIMITS): boolean {
  if (!existsSync(file) || statSync(file).size <= bytes) return false;
  rmSync(`${file}.${keep}`, { force: true });
  for (let age = keep - 1; age >= 1; age--) {
    if (existsSync(`${file}.${age}`)) renameSync(`${file}.${age}`, `${file}.${age + 1}`);
  }
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    // A full disk: old lines are worth less than a service that can go on writing.
    rmSync(`${file}.1`, { force: true });
  }
  truncateSync(file, 0);
  return true;
}
