/** A worker has it, and makes it ready: how far that is, as the worker told. Pure. */
import { span } from '../../../platform/span.ts';
import { nextEnd } from './estimates.ts';
import type { Answer, Estimate, Make, State } from './state.ts';

const CURES = {
  disk: 'It goes on when another job on that machine ends. An administrator gives the machine a larger disk; what is kept for later jobs goes by itself.',
  image:
    'A smaller image starts sooner, and one that the machine has already at once; a registry nearer to the machine sends it faster.',
  inputs:
    'Inputs that the machine has kept are not fetched again; large ones may be fetched on demand, and a store nearer to the machine sends them faster.',
  repository: 'A smaller repository starts sooner: large files are better inputs.',
};
const NODE_CURE =
  'It starts once its node has room: when another pod there ends. Ask for less, or choose another environment.';
type Kind = keyof typeof CURES;
const isKind = (kind: string): kind is Kind => Object.hasOwn(CURES, kind);

export function preparing(state: State, answer: Make): Answer | null {
  const { phase, told } = state;
  if (phase === null || !isKind(phase.kind)) return null;
  const { kind, since, progress } = phase;
  const numbers = progress?.numbers ?? {};
  const message = told === '' ? 'Its machine makes it ready.' : told;
  if (kind === 'disk') return disk(state, answer, { message, since, numbers });
  const cure = kind === 'image' && /Waiting for room on the node/.test(message) ? NODE_CURE : CURES[kind];
  return answer(kind, message, cure, { since, numbers, estimate: estimateOf(kind, progress) });
}

/** Room comes when another job of the machine ends; whether that is enough, its end will show. */
function disk(
  { neighbours, durations }: State,
  answer: Make,
  { message, since, numbers }: Pick<Answer, 'message' | 'since' | 'numbers'>,
): Answer {
  const others = neighbours.length;
  const estimate: Estimate =
    others === 0
      ? { unknown: 'No other job runs on its machine: nobody can say when somebody makes room there.' }
      : nextEnd(neighbours, durations);
  const when = 'seconds' in estimate ? `; the next to end may do so in about ${span(estimate.seconds)}` : '';
  const run = others === 1 ? '1 other job runs' : `${others} other jobs run`;
  const text = `${message}. ${run} on its machine${when}.`;
  return answer('disk', text, CURES.disk, { since, numbers: { ...numbers, running: others }, estimate });
}

function estimateOf(kind: Kind, progress: NonNullable<State['phase']>['progress']): Estimate {
  if (progress === null)
    return { unknown: 'Its worker is of an earlier version and does not say how far it is.' };
  const { numbers, estimate } = progress;
  if (estimate !== null) return { seconds: estimate };
  if (numbers.bytes_per_second === 0) return { unknown: 'Nothing arrives at the moment.' };
  if (numbers.bytes_done === undefined) return { unknown: 'Nobody tells how far it is.' };
  if (numbers.bytes_total === undefined) return { unknown: 'Nobody tells how much is still to come.' };
  if (numbers.bytes_done >= numbers.bytes_total)
    return {
      unknown: `All has arrived; how long ${kind === 'image' ? 'unpacking' : 'the rest'} takes is not known.`,
    };
  return {
    unknown: 'Something else goes on beside it, and nobody can say for how long; or it has only begun.',
  };
}
