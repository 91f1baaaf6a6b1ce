/** Trying again, with growing pauses and some chance in them. */
import { type Clock, machineClock } from './clock.ts';

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
  clock?: Clock;
}

/** Milliseconds to wait after so many failures: half of it is certain, half is chance. */
export function backOff(failures: number, first = 200, longest = 10_000, random = Math.random): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return full / 2 + (full / 2) * random();
}

/** Runs `work` until it succeeds, fails for good, runs out of tries or is aborted. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, clock = machineClock } = options;
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!options.again(error) || failures === options.tries) throw error;
      const pause = backOff(failures, options.first, options.longest, clock.random);
      options.onFailure?.(error, pause);
      await pauseFor(pause, signal, clock);
    }
  }
}

/** Sleeps; ends early, with the signal's reason, where it is aborted. */
export function pauseFor(milliseconds: number, signal?: AbortSignal, clock = machineClock): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const callOff = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = () => {
      callOff();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
