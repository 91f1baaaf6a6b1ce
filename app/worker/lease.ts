/** Heartbeats of one run: they keep its lease and carry back whether somebody wants its end. */
import { Fenced, type RunApi } from './api.ts';
import { type Clock, machineClock } from './clock.ts';
import type { Control } from './control.ts';
import { HttpError } from './http.ts';

export interface Lease {
  /** Beats at once, e.g. because a stop was announced. */
  now(): void;
  release(): void;
}

/**
 * `seconds` between beats, a third of them after one that failed: a second try must fit into the lease. All give or take a
 * tenth, so that many workers do not beat as one. `onTrouble` is told of the first of several failures in a row, `onDrain`
 * whenever the worker shall take no new job.
 */
export function keepLease(
  api: Pick<RunApi, 'heartbeat'>,
  seconds: number,
  control: Control,
  onTrouble: (error: Error) => void = () => {},
  onDrain: () => void = () => {},
  clock: Clock = machineClock,
): Lease {
  let released = false;
  let callOff = () => {};
  let beating: Promise<void> | undefined;
  let again = false;
  let failing = false;
  const schedule = () => {
    const pause = failing ? seconds / 3 : seconds;
    callOff = clock.after(pause * 1000 * (0.9 + 0.2 * clock.random()), beat);
  };
  const beat = () => {
    if (beating !== undefined) {
      again = true; // the answer under way may be older than what was announced
      return;
    }
    callOff();
    beating = ask().finally(() => {
      beating = undefined;
      if (released) return;
      if (!again) return schedule();
      again = false;
      beat();
    });
  };
  const ask = async () => {
    try {
      const { stop, drain } = await api.heartbeat();
      failing = false;
      if (drain) onDrain();
      if (stop) control.end({ kind: 'stop' });
    } catch (error) {
      const foreign = error instanceof Fenced || (error instanceof HttpError && error.status === 404);
      if (foreign) control.lose();
      else if (!control.lost.aborted && !failing) onTrouble(error as Error);
      failing = true;
    }
  };
  schedule();
  return {
    now: () => {
      if (!released) beat();
    },
    release: () => {
      released = true;
      callOff();
    },
  };
}
