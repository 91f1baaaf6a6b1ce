import { setTimeout as delay } from 'node:timers/promises';
import { CoveError } from '../platform/errors.ts';
import type { Log } from './main.ts';

/** Services that were started a moment ago get so long to answer. */
const PATIENCE_SECONDS = 120;

/** Repeats `work` while it is `unavailable`, saying so once; then its last error stands. */
export async function patiently<T>(
  what: string,
  log: Log,
  work: () => Promise<T>,
  seconds = PATIENCE_SECONDS,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (let told = false; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CoveError) || error.code !== 'unavailable' || Date.now() > end) throw error;
      if (!told) log(`waiting for ${what}: ${error.message}`);
      told = true;
      await delay(100);
    }
  }
}
