/** Why an execution's command has not started: what holds it up, in numbers, for how long, and what helps. Pure. */
import type { QuotaKind } from '../../../platform/words.ts';
import { LONGEST_PAUSE_SECONDS } from '../../lifecycle/retry.ts';

/** Of one run, from what is looked at in `look.ts`. Times are milliseconds since 1970. */
export interface State {
  status: 'created' | 'queued' | 'started';
  /** Since when it is in that status. */
  since: number;
  /** What was last told of it. */
  told: string;
  /** It was lost, and may begin again at that time; null: nothing was, or the pause is over. */
  pause?: { until: number; attempt: number; most: number } | null;
  /** It asks for more than any machine of its environment has, in numbers. */
  tooLarge?: string | null;
  /** It asks for what no worker of its environment knows yet. */
  tooOld?: string | null;
  /** What its worker does before the command runs; null: it runs, or its worker does not say. */
  phase: { kind: string; since: number } | null;
  environment: {
    slug: string;
    inConfig: boolean;
    enabled: boolean;
    pause: { since: number; by: string | null; reason: string } | null;
    /** Null: nobody starts or ends its machines. */
    machines: { most: number; there: number; starting: number; message: string } | null;
  };
  /** The one that was heard of last first. */
  workers: readonly {
    name: string;
    seen: number | null;
    unready: string | null;
    draining: boolean;
    running: number;
  }[];
  quotas: readonly { kind: QuotaKind; name: string; most: number; running: number }[];
  /** At most so many start before it; `more`: at least. */
  ahead: { count: number; more: boolean };
  /** How long the last ones here took, in seconds. */
  durations: readonly number[];
}

export type Code =
  | 'created'
  | 'disk'
  | 'image'
  | 'inputs'
  | 'repository'
  | 'environment_gone'
  | 'paused'
  | 'quota'
  | 'vault_sealed'
  | 'needs'
  | 'retry_pause'
  | 'too_large'
  | 'old_worker'
  | 'machine_starting'
  | 'max_scale'
  | 'no_machine'
  | 'no_worker'
  | 'unready'
  | 'draining'
  | 'queue';
export interface Answer {
  code: Code;
  /** One line for a person. */
  message: string;
  /** What helps, and who can do it; empty: nothing needs to be done. */
  cure: string;
  since: number;
  numbers: Record<string, number>;
  /** Until its command starts; null: nobody can say. */
  estimateSeconds: number | null;
}

/** As everywhere: one that was not heard of for longer does not count. */
const ALIVE_MS = 60_000;
/** From fewer nothing is told of the next one. */
const SAMPLES = 5;

/** Null: it waits for nothing. The first cause that holds is told: what keeps all others up, before what keeps this one. */
export function explain(state: State, now: number): Answer | null {
  const answer = (code: Code, message: string, cure: string, more: Partial<Answer> = {}): Answer => ({
    code,
    message,
    cure,
    since: state.since,
    numbers: {},
    estimateSeconds: null,
    ...more,
  });
  if (state.status === 'started') return preparing(state, answer);
  if (state.status === 'created') return answer('created', 'It is being made ready to be queued.', '');
  const alive = state.workers.filter(({ seen }) => seen !== null && now - seen < ALIVE_MS);
  return (
    closed(state, answer) ??
    quota(state, answer) ??
    needs(state, answer) ??
    retryPause(state, answer, now) ??
    tooLarge(state, answer) ??
    tooOld(state, answer) ??
    machines(state, alive, answer, now) ??
    queue(state, alive, answer)
  );
}
type Make = (code: Code, message: string, cure: string, more?: Partial<Answer>) => Answer;

const CURES: Record<string, string> = {
  disk: 'An administrator gives the machine a larger disk. What is kept for later jobs goes by itself.',
  image: 'A smaller image, or one that the machine has already, starts sooner.',
  inputs: 'Inputs that the machine has kept are not fetched again; large ones may be fetched on demand.',
  repository: '',
};

function preparing({ phase, told }: State, answer: Make): Answer | null {
  if (phase === null || !(phase.kind in CURES)) return null;
  const message = told === '' ? 'Its machine makes it ready.' : told;
  return answer(phase.kind as Code, message, CURES[phase.kind] ?? '', { since: phase.since });
}

function closed({ environment }: State, answer: Make): Answer | null {
  const { slug, inConfig, enabled, pause } = environment;
  if (!inConfig)
    return answer(
      'environment_gone',
      `Waits: environment ${slug} was taken out of the installation's config.`,
      'Stop this and start it in another environment, or wait until it is put back.',
    );
  if (pause === null && enabled) return null;
  const by = pause?.by ? ` by ${pause.by}` : '';
  const reason = pause?.reason ? `: ${pause.reason}` : '';
  const since = pause === null ? '' : ` since ${new Date(pause.since).toISOString().slice(0, 16)}Z`;
  return answer(
    'paused',
    `Waits: environment ${slug} is paused${by}${since}${reason}.`,
    'Who administers the environment resumes it. Or stop this and start it in another environment.',
    pause === null ? {} : { since: pause.since },
  );
}

const WHOSE: Record<QuotaKind, string> = {
  user: 'of the person',
  team: "of the team's projects",
  project: 'of the project',
};

function quota({ quotas }: State, answer: Make): Answer | null {
  const full = quotas.find(({ most, running }) => running >= most);
  if (!full) return null;
  const { kind, name, most, running } = full;
  return answer(
    'quota',
    `Waits: ${running} of at most ${most} executions ${WHOSE[kind]} ${name} run.`,
    most === 0
      ? 'The quota lets none run: an administrator of the organization raises it.'
      : 'It starts when one of them ends. An administrator of the organization can raise the quota.',
    { numbers: { running, most } },
  );
}

function needs({ told }: State, answer: Make): Answer | null {
  if (!told.startsWith('Waits: ')) return null;
  return /sealed|vault/i.test(told)
    ? answer('vault_sealed', told, 'The operator unseals Vault; then it starts by itself.')
    : answer('needs', told, 'It is tried again every few seconds.');
}

function retryPause({ pause, told }: State, answer: Make, now: number): Answer | null {
  if (pause === undefined || pause === null || pause.until <= now) return null;
  const seconds = Math.ceil((pause.until - now) / 1000);
  const { attempt, most } = pause;
  return answer(
    'retry_pause',
    `Waits: attempt ${attempt + 1} of at most ${most} begins in ${seconds} s at the earliest. ${told}`,
    `The pause gives time to mend what failed; each is longer than the last, to at most ${LONGEST_PAUSE_SECONDS} s.`,
    { numbers: { seconds, attempt: attempt + 1, most }, estimateSeconds: seconds },
  );
}

function tooLarge({ tooLarge: message }: State, answer: Make): Answer | null {
  if (message === undefined || message === null) return null;
  return answer('too_large', message, 'Ask for less, or choose another environment.');
}

function tooOld({ tooOld: message }: State, answer: Make): Answer | null {
  if (message === undefined || message === null) return null;
  return answer('old_worker', message, 'The operator updates the workers; then it starts by itself.');
}

function machines(
  { environment, workers }: State,
  alive: State['workers'],
  answer: Make,
  now: number,
): Answer | null {
  const { machines: scaled, slug } = environment;
  if (scaled !== null && scaled.message !== '') {
    const { most, there, starting, message } = scaled;
    const numbers = { machines: there, starting, most };
    if (starting > 0) return answer('machine_starting', message, '', { numbers });
    if (most > 0 && there >= most)
      return answer(
        'max_scale',
        message,
        `It starts when another one ends. Who administers environment ${slug} can allow more than ${most} machines.`,
        { numbers },
      );
    return answer('no_machine', message, 'It is tried again. The operator can see what the cloud says.', {
      numbers,
    });
  }
  if (alive.length === 0) {
    const [last] = workers;
    const seen = last?.seen ?? null;
    const heard =
      last === undefined || seen === null
        ? 'none was ever heard of'
        : `the last, ${last.name}, was heard of ${ago(now - seen)} ago`;
    return answer(
      'no_worker',
      `Waits: no worker serves environment ${slug}; ${heard}.`,
      'The operator starts one, or brings a machine in: `cove worker join`.',
      {
        numbers: { workers: 0 },
      },
    );
  }
  const unready = alive.filter((worker) => worker.unready !== null);
  if (unready.length === alive.length)
    return answer(
      'unready',
      `Waits: worker ${unready[0]?.name} ${unready[0]?.unready}`,
      'The operator mends that machine; then it starts by itself.',
      {
        numbers: { workers: alive.length },
      },
    );
  if (alive.every(({ draining }) => draining))
    return answer(
      'draining',
      `Waits: every worker of environment ${slug} is about to go.`,
      'It starts on the next machine.',
      {
        numbers: { workers: alive.length },
      },
    );
  return null;
}

function queue({ ahead, durations, environment }: State, alive: State['workers'], answer: Make): Answer {
  const able = alive.filter(({ unready, draining }) => unready === null && !draining);
  const busy = able.filter(({ running }) => running > 0).length;
  const running = able.reduce((sum, worker) => sum + worker.running, 0);
  const typical = durations.length < SAMPLES ? null : median(durations);
  const estimate =
    typical === null || running === 0 || ahead.more
      ? null
      : Math.round(typical * Math.ceil((ahead.count + 1) / running));
  const most = ahead.more ? 'more than' : 'at most';
  const before = ahead.count === 0 ? 'it is next' : `${most} ${ahead.count} start before it`;
  const about =
    estimate === null || typical === null
      ? ''
      : ` About ${span(estimate)}, if they take as long as the last ${durations.length} here: half of those took less than ${span(typical)}.`;
  return answer(
    'queue',
    `Waits for its turn: ${before}; ${busy} of ${able.length} machines work.${about}`,
    busy < able.length
      ? ''
      : `A higher priority goes first within the project; more machines in environment ${environment.slug} help everybody.`,
    {
      numbers: { ahead: ahead.count, machines: able.length, busy, running },
      estimateSeconds: estimate,
    },
  );
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
function span(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
const ago = (ms: number) => span(ms / 1000);
