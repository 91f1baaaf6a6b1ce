/** How long it may take, from how long others took. Pure. */
import { span } from '../../../platform/span.ts';
import type { Estimate, State } from './state.ts';

/** From fewer nothing is told of the next one. */
const SAMPLES = 5;
const TOO_FEW: Estimate = {
  unknown: `Fewer than ${SAMPLES} executions have ended here: nobody can say how long one takes.`,
};

/** Until the first of those that have run for so many seconds ends, if they take as long as those did that took longer. */
export function nextEnd(ran: readonly number[], durations: readonly number[]): Estimate {
  if (durations.length < SAMPLES) return TOO_FEW;
  const left = ran.flatMap((seconds) => {
    const longer = durations.filter((duration) => duration > seconds);
    return longer.length === 0 ? [] : [median(longer) - seconds];
  });
  if (left.length > 0) return { seconds: Math.round(Math.min(...left)) };
  return {
    unknown: `What runs has taken longer than the last ${durations.length} here did: nobody can say when it ends.`,
  };
}

/** Until its turn comes among so many that run side by side. */
export function turn({ ahead, durations }: Pick<State, 'ahead' | 'durations'>, running: number): Estimate {
  if (ahead.more) return { unknown: `More than ${ahead.count} start before it: too many to tell.` };
  if (running === 0) return { unknown: 'Nothing runs: a machine may take it at any moment.' };
  if (durations.length < SAMPLES) return TOO_FEW;
  return { seconds: Math.round(median(durations) * Math.ceil((ahead.count + 1) / running)) };
}

/** For the end of a message; empty where nobody can say. */
export function about(estimate: Estimate, durations: readonly number[]): string {
  if ('unknown' in estimate) return '';
  return ` About ${span(estimate.seconds)}, if they take as long as the last ${durations.length} here: half of those took less than ${span(median(durations))}.`;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
