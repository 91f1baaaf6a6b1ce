/** What is looked at to say why an execution waits (`look.ts`), and what is answered (`explain.ts`). */
import type { QuotaKind } from '../../../platform/words.ts';

/** Of one run. Times are milliseconds since 1970. */
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
  /** What its worker does before the command runs, and how far that is; null: it runs, or its worker does not say. */
  phase: {
    kind: string;
    since: number;
    progress: { numbers: Record<string, number>; estimate: number | null } | null;
  } | null;
  /** For how many seconds the others on its worker have run, where it waits for these. */
  neighbours: readonly number[];
  environment: {
    slug: string;
    inConfig: boolean;
    enabled: boolean;
    pause: { since: number; by: string | null; reason: string } | null;
    /** Null: nobody starts or ends its machines. */
    machines: Machines | null;
    /** At least so many wait in it. */
    waiting: number;
    /** For how many seconds those have run that run in it. */
    running: readonly number[];
  };
  /** The one that was heard of last first. */
  workers: readonly Worker[];
  quotas: readonly Quota[];
  /** At most so many start before it; `more`: at least. */
  ahead: { count: number; more: boolean };
  /** How long the last ones here took, in seconds. */
  durations: readonly number[];
}
export interface Machines {
  most: number;
  there: number;
  starting: number;
  /** When the first of those that start was asked for; null: the cloud shows none yet. */
  launched: number | null;
  /** How long those that are there took to start, in seconds. */
  took: readonly number[];
  /** So many in a row never came. */
  failures: number;
  message: string;
}
export interface Worker {
  name: string;
  seen: number | null;
  unready: string | null;
  draining: boolean;
  running: number;
}
export interface Quota {
  kind: QuotaKind;
  name: string;
  most: number;
  running: number;
  /** For how many seconds those have run, of a quota that is full. */
  ran: readonly number[];
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
  /** Always `waited_seconds`, and what there is to count of this cause. */
  numbers: Record<string, number>;
  /** Until its command starts, at the earliest; or why nobody can say. */
  estimate: Estimate;
}
export type Estimate = { seconds: number } | { unknown: string };
/** Makes an answer; what is not told is as the execution has it. */
export type Make = (
  code: Code,
  message: string,
  cure: string,
  more: Pick<Answer, 'estimate'> & Partial<Answer>,
) => Answer;
