/** Trying again, with growing pauses and some chance in them. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  signal?: AbortSignal | undefined;
  /** Whether another try can help. */
  again: (error: unknown) => boolean;
  /** Tries in all; without: for ever. */
  tries?: number;
  /** Pause after the first failure, doubled each time up to `longest`, in milliseconds. */
  first?: number;
  longest?: number;
  /** Told before each pause. */
  onFailure?: (error: unknown, pause: number) => void;
}

/** Milliseconds to wait after so many failures: half of it is certain, half is chance. */
export function backOff(failures: number, first = 200, longest = 10_000, random = Math.random): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return full / 2 + (full / 2) * random();
}

/** Runs `work` until it succeeds, fails for good, runs out of tries or is aborted. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 1; ; failures++) {
    options.signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!options.again(error) || failures === options.tries) throw error;
      const pause = backOff(failures, options.first, options.longest);
      options.onFailure?.(error, pause);
      await pauseFor(pause, options.signal);
    }
  }
}

/** Sleeps; ends early, with the signal's reason, where it is aborted. */
export async function pauseFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => signal?.throwIfAborted());
}
