/** Nobody takes it: machines that are not there, or not able. Pure. */
import { span } from '../../../platform/span.ts';
import { TAKES_SOON } from '../../environments/scaling.ts';
import { about, median, turn } from './estimates.ts';
import type { Answer, Estimate, Machines, Make, State, Worker } from './state.ts';

/** `alive`: of its workers, who was heard of. */
export function machines(state: State, alive: readonly Worker[], answer: Make, now: number): Answer | null {
  const { machines: scaled } = state.environment;
  if (scaled !== null && scaled.message !== '' && scaled.message !== TAKES_SOON)
    return scaling(state, scaled, answer, now);
  return alive.length === 0 ? nobody(state, answer, now) : unable(state, alive, answer);
}

function scaling(state: State, scaled: Machines, answer: Make, now: number): Answer {
  const { slug, running } = state.environment;
  const { most, there, starting, failures, message } = scaled;
  const numbers = { machines: there, starting, most };
  if (starting > 0)
    return answer('machine_starting', message, 'Nothing needs to be done: it starts on that machine.', {
      numbers: {
        ...numbers,
        ...(scaled.launched !== null && { starting_seconds: secondsSince(scaled.launched, now) }),
      },
      estimate: startingIn(scaled, now),
    });
  if (most > 0 && there >= most) {
    const estimate = turn(state, running.length);
    return answer(
      'max_scale',
      `${message}${message.endsWith('.') ? '' : '.'}${about(estimate, state.durations)}`,
      `It starts when another one ends. Who administers environment ${slug} can allow more than ${most} machines.`,
      { numbers: { ...numbers, running: running.length, ahead: state.ahead.count }, estimate },
    );
  }
  const cure =
    most === 0
      ? `Who administers environment ${slug} allows machines there. Or stop this and start it in another environment.`
      : 'It is tried again. The operator can see what the cloud says; another environment may have machines.';
  return answer('no_machine', message, cure, {
    numbers: { ...numbers, failures },
    estimate: { unknown: 'Nobody can say when there is a machine.' },
  });
}

function startingIn({ launched, took }: Machines, now: number): Estimate {
  if (launched === null) return { unknown: 'The cloud shows no machine yet.' };
  if (took.length === 0) return { unknown: 'No machine is there that tells how long one takes to start.' };
  const left = median(took) - secondsSince(launched, now);
  return left > 0
    ? { seconds: Math.round(left) }
    : { unknown: `It takes longer than the others did, of which half took less than ${span(median(took))}.` };
}

function nobody({ environment, workers }: State, answer: Make, now: number): Answer {
  const { slug, waiting } = environment;
  const [last] = workers;
  const seen = last?.seen ?? null;
  const heard =
    last === undefined || seen === null
      ? 'none was ever heard of'
      : `the last, ${last.name}, was heard of ${span((now - seen) / 1000)} ago`;
  return answer(
    'no_worker',
    `Waits: no worker serves environment ${slug}; ${heard}.`,
    'The operator starts one, or brings a machine in: `cove worker join`.',
    {
      numbers: { workers: 0, waiting, ...(seen !== null && { silent_seconds: secondsSince(seen, now) }) },
      estimate: { unknown: 'Nobody can say when a worker comes.' },
    },
  );
}

function unable(
  { environment: { slug, waiting } }: State,
  alive: readonly Worker[],
  answer: Make,
): Answer | null {
  const unready = alive.filter((worker) => worker.unready !== null);
  const numbers = { workers: alive.length, waiting };
  if (unready.length === alive.length)
    return answer(
      'unready',
      `Waits: worker ${unready[0]?.name} ${unready[0]?.unready}`,
      'The operator mends that machine; then it starts by itself.',
      {
        numbers: { ...numbers, unready: unready.length },
        estimate: { unknown: 'Nobody can say when it is mended.' },
      },
    );
  const draining = alive.filter((worker) => worker.draining).length;
  if (draining === alive.length)
    return answer(
      'draining',
      `Waits: every worker of environment ${slug} is about to go (${draining} of ${alive.length}).`,
      'It starts on the next machine.',
      {
        numbers: { ...numbers, draining },
        estimate: { unknown: 'Nobody can say when the next machine comes.' },
      },
    );
  return null;
}

const secondsSince = (time: number, now: number) => Math.max(0, Math.round((now - time) / 1000));
