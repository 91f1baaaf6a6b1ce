/** What a run is waiting for, in its status line: told only where it takes long enough for somebody to wonder. */
import type { Numbers, Phase, Progress } from '../protocol/worker.ts';
import type { RunApi } from './api.ts';
import type { Told } from './progress.ts';

const LOOK_MS = 1_500;

export interface Detail {
  /** How far something is that goes on, maybe beside others. */
  say(phase: Phase, message: string, numbers: Numbers): void;
  /** That is done. */
  done(phase: Phase): void;
  /** The wait is over: the line is empty again. */
  over(): void;
}

/** Reports in passing: a failure is of no interest, the next look comes soon. */
export function reportDetail(api: Pick<RunApi, 'status'>): Detail {
  const parts = new Map<Phase, Told>();
  let told = '';
  let telling = Promise.resolve();
  const tell = () => {
    const { message, phase, progress } = summary(parts);
    if (message === told) return;
    told = message;
    telling = telling.then(() => api.status(message.slice(0, 4000), phase, progress)).catch(() => {});
  };
  const timer = setInterval(tell, LOOK_MS);
  return {
    say: (phase, message, numbers) => void parts.set(phase, { message, numbers }),
    done: (phase) => void parts.delete(phase),
    over: () => {
      clearInterval(timer);
      parts.clear();
      tell();
    },
  };
}

/** What goes on side by side as one: first what takes longest, as far as that is known, with its numbers. Pure. */
export function summary(parts: ReadonlyMap<Phase, Told>): {
  message: string;
  phase: Phase | null;
  progress: Progress | null;
} {
  const slowest = [...parts].toSorted(([, a], [, b]) => left(b.numbers) - left(a.numbers));
  const [first] = slowest;
  if (first === undefined) return { message: '', phase: null, progress: null };
  const seconds = slowest.map(([, { numbers }]) => numbers.seconds_left);
  return {
    message: slowest.map(([, { message }]) => message).join('; '),
    phase: first[0],
    progress: {
      numbers: first[1].numbers,
      estimate: seconds.includes(undefined) ? null : Math.max(...(seconds as number[])),
    },
  };
}

/** What stands still takes longest; of what tells nothing, nobody knows. */
function left({ seconds_left, bytes_per_second, ...others }: Numbers): number {
  if (bytes_per_second === 0) return Number.MAX_VALUE;
  return seconds_left ?? (Object.keys(others).length > 0 ? -1 : -2);
}
