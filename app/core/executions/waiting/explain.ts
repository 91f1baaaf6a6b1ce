/** Why an execution's command has not started: what holds it up, in numbers, for how long, and what helps. Pure. */
import type { QuotaKind } from '../../../platform/words.ts';
import { LONGEST_PAUSE_SECONDS } from '../../lifecycle/retry.ts';
import { about, nextEnd, turn } from './estimates.ts';
import { machines } from './machines.ts';
import { preparing } from './preparing.ts';
import type { Answer, Estimate, Make, State, Worker } from './state.ts';

/** As everywhere: one that was not heard of for longer does not count. */
const ALIVE_MS = 60_000;

/** Null: it waits for nothing. The first cause that holds is told: what keeps all others up, before what keeps this one. */
export function explain(state: State, now: number): Answer | null {
  const answer: Make = (code, message, cure, { numbers, ...more }) => {
    const { since = state.since } = more;
    const waited_seconds = Math.max(0, Math.round((now - since) / 1000));
    return { code, message, cure, since, ...more, numbers: { waited_seconds, ...numbers } };
  };
  if (state.status === 'started') return preparing(state, answer);
  if (state.status === 'created')
    return answer('created', 'It is being made ready to be queued.', 'Nothing needs to be done.', {
      estimate: { unknown: 'It takes a moment.' },
    });
  const alive = state.workers.filter(({ seen }) => seen !== null && now - seen < ALIVE_MS);
  return (
    closed(state, answer) ??
    quota(state, answer) ??
    needs(state, answer) ??
    retryPause(state, answer, now) ??
    tooLarge(state, alive, answer) ??
    tooOld(state, alive, answer) ??
    machines(state, alive, answer, now) ??
    queue(state, alive, answer)
  );
}

function closed({ environment }: State, answer: Make): Answer | null {
  const { slug, inConfig, enabled, pause, waiting, running } = environment;
  const numbers = { waiting, running: running.length };
  if (!inConfig)
    return answer(
      'environment_gone',
      `Waits: environment ${slug} was taken out of the installation's config.`,
      'Stop this and start it in another environment, or wait until it is put back.',
      { numbers, estimate: { unknown: 'Nobody can say when the operator puts it back.' } },
    );
  if (pause === null && enabled) return null;
  const by = pause?.by ? ` by ${pause.by}` : '';
  const reason = pause?.reason ? `: ${pause.reason}` : '';
  const since = pause === null ? '' : ` since ${new Date(pause.since).toISOString().slice(0, 16)}Z`;
  return answer(
    'paused',
    `Waits: environment ${slug} is paused${by}${since}${reason}.`,
    'Who administers the environment resumes it. Or stop this and start it in another environment.',
    {
      numbers,
      estimate: { unknown: 'Nobody can say when it is resumed.' },
      ...(pause !== null && { since: pause.since }),
    },
  );
}

const WHOSE: Record<QuotaKind, string> = {
  user: 'of the person',
  team: "of the team's projects",
  project: 'of the project',
};

function quota({ quotas, durations }: State, answer: Make): Answer | null {
  const full = quotas.find(({ most, running }) => running >= most);
  if (!full) return null;
  const { kind, name, most, running, ran } = full;
  const estimate: Estimate =
    most === 0
      ? { unknown: 'Nobody can say when an administrator raises the quota.' }
      : nextEnd(ran, durations);
  return answer(
    'quota',
    `Waits: ${running} of at most ${most} executions ${WHOSE[kind]} ${name} run.${about(estimate, durations)}`,
    most === 0
      ? 'The quota lets none run: an administrator of the organization raises it.'
      : 'It starts when one of them ends. An administrator of the organization can raise the quota.',
    { numbers: { running, most }, estimate },
  );
}

function needs({ told, environment: { waiting } }: State, answer: Make): Answer | null {
  if (!told.startsWith('Waits: ')) return null;
  return /sealed|vault/i.test(told)
    ? answer('vault_sealed', told, 'The operator unseals Vault; then it starts by itself.', {
        numbers: { waiting },
        estimate: { unknown: 'Nobody can say when the operator unseals it.' },
      })
    : answer('needs', told, 'It is tried again every few seconds.', {
        numbers: { waiting },
        estimate: { unknown: 'Nobody can say when that answers again.' },
      });
}

function retryPause({ pause, told }: State, answer: Make, now: number): Answer | null {
  if (pause === undefined || pause === null || pause.until <= now) return null;
  const seconds = Math.ceil((pause.until - now) / 1000);
  const { attempt, most } = pause;
  return answer(
    'retry_pause',
    `Waits: attempt ${attempt + 1} of at most ${most} begins in ${seconds} s at the earliest. ${told}`,
    `The pause gives time to mend what failed; each is longer than the last, to at most ${LONGEST_PAUSE_SECONDS} s.`,
    { numbers: { seconds, attempt: attempt + 1, most }, estimate: { seconds } },
  );
}

function tooLarge({ tooLarge: message }: State, alive: readonly Worker[], answer: Make): Answer | null {
  if (message === undefined || message === null) return null;
  const text = `${message} 0 of ${alive.length} machines could hold it.`;
  return answer('too_large', text, 'Ask for less, or choose another environment.', {
    numbers: { machines: alive.length, able: 0 },
    estimate: { unknown: 'As it is, it does not start here.' },
  });
}

function tooOld({ tooOld: message }: State, alive: readonly Worker[], answer: Make): Answer | null {
  if (message === undefined || message === null) return null;
  return answer('old_worker', message, 'The operator updates the workers; then it starts by itself.', {
    numbers: { workers: alive.length, able: 0 },
    estimate: { unknown: 'Nobody can say when the workers are updated.' },
  });
}

function queue(state: State, alive: readonly Worker[], answer: Make): Answer {
  const { ahead, durations, environment } = state;
  const able = alive.filter(({ unready, draining }) => unready === null && !draining);
  const busy = able.filter(({ running }) => running > 0).length;
  const running = able.reduce((sum, worker) => sum + worker.running, 0);
  const estimate = turn(state, running);
  const most = ahead.more ? 'more than' : 'at most';
  const before = ahead.count === 0 ? 'it is next' : `${most} ${ahead.count} start before it`;
  return answer(
    'queue',
    `Waits for its turn: ${before}; ${busy} of ${able.length} machines work.${about(estimate, durations)}`,
    busy < able.length
      ? 'It starts once a machine has room for what it asks for.'
      : `A higher priority goes first within the project; more machines in environment ${environment.slug} help everybody.`,
    { numbers: { ahead: ahead.count, machines: able.length, busy, running }, estimate },
  );
}
