/** Heartbeats of a worker: one keeps the leases of all its runs, and carries back whose end somebody wants. */
import type { RunName, WorkerApi } from './api.ts';
import type { Clock } from './clock.ts';
import type { Control } from './control.ts';

export interface Lease {
  /** Beats at once, e.g. because a stop was announced. */
  now(): void;
  release(): void;
}
export interface Leases {
  /** Keeps a run's lease from now on. */
  hold(run: RunName, control: Control): Lease;
}
interface HeldRun extends RunName {
  control: Control;
}

/**
 * `seconds` between beats, a third of them after one that failed: a second try must fit into the lease. All give or take a
 * tenth, so that many workers do not beat as one. `onTrouble` is told of the first of several failures in a row, `onDrain`
 * whenever the worker shall take no new job.
 */
export function keepLeases(
  api: Pick<WorkerApi, 'heartbeats'> & { clock: Clock },
  seconds: number,
  onTrouble: (error: Error) => void,
  onDrain: () => void,
): Leases {
  const { clock } = api;
  const held = new Set<HeldRun>();
  let callOff = () => {};
  let beating = false;
  let again = false;
  let failing = false;
  const schedule = () => {
    callOff();
    if (held.size === 0) return;
    const pause = failing ? seconds / 3 : seconds;
    callOff = clock.after(pause * 1000 * (0.9 + 0.2 * clock.random()), beat);
  };
  const beat = () => {
    if (beating) {
      again = true; // the answer under way may be older than what was announced
      return;
    }
    callOff();
    beating = true;
    void ask().finally(() => {
      beating = false;
      if (!again) return schedule();
      again = false;
      beat();
    });
  };
  const ask = async () => {
    const runs = [...held].filter(({ control }) => !control.lost.aborted);
    if (runs.length === 0) return;
    try {
      const { runs: answers, drain } = await api.heartbeats(runs);
      failing = false;
      if (drain) onDrain();
      for (const [at, { control }] of runs.entries()) {
        if (answers[at] === 'stop') control.end({ kind: 'stop' });
        else if (answers[at] !== 'held') control.lose();
      }
    } catch (error) {
      if (!failing) onTrouble(error as Error);
      failing = true;
    }
  };
  return {
    hold(run, control) {
      const one = { ...run, control };
      held.add(one);
      if (held.size === 1 && !beating) schedule();
      return {
        now: () => {
          if (held.has(one)) beat();
        },
        release: () => {
          held.delete(one);
          if (held.size === 0) callOff();
        },
      };
    },
  };
}
