/** What autoscaling looks at, and what it decides, for one environment. Times are milliseconds since 1970. */
import type { Asked, Resources } from '../../../core/workers/room.ts';

/** Bounds as they hold now: the row's, or those of the schedule's window. */
export interface Bounds {
  min: number;
  /** Already under the config's ceiling. */
  max: number;
}
export interface Machine {
  id: string;
  state: 'starting' | 'running' | 'ending';
  launchedAt: number;
  /** Since when it has been seen outside its group, which it bears the mark of; null: it is inside. */
  strayedAt: number | null;
  /** When the cloud was last asked to end it. */
  endedAt: number | null;
}
/** The worker of a machine of the group. */
export interface MachineWorker {
  id: string;
  instanceId: string;
  /** Attempts that it holds. */
  running: number;
  /** What they asked for. */
  holds: readonly Asked[];
  /** End of its last attempt, or when it joined. */
  idleSince: number;
  lastSeen: number;
  /** It was told, or has said itself, that it takes no new job. */
  drainingSince: number | null;
  /** It has no job any more, and will never claim one. */
  drained: boolean;
}
/** Kept from one decision to the next. */
export interface Memory {
  wanted: number | null;
  wantedAt: number | null;
  failures: number;
  failedAt: number | null;
}
export interface Waiting {
  asked: Asked;
  jobs: number;
}
export interface State {
  bounds: Bounds;
  graceSeconds: number;
  /** The most jobs that a machine runs at a time. */
  slots: number;
  /** What a machine has, as the newest one told when it joined, at `at`; null: none has told. */
  size: (Resources & { at: number }) | null;
  /** The jobs that wait and may start, by what they ask for. */
  waiting: readonly Waiting[];
  /** As the cloud tells. */
  wanted: number;
  largest: number;
  machines: readonly Machine[];
  refusal: string | null;
  workers: readonly MachineWorker[];
  memory: Memory;
  /** Until then a worker's silence says nothing: it could not reach us. */
  trustSilenceFrom: number;
}

export type EndReason = 'drained' | 'never joined' | 'lost' | 'stray';
export interface Decision {
  /** Ask the cloud for so many; null: ask for nothing. */
  grow: number | null;
  /** Give up what was asked for and is not there. */
  forgo: boolean;
  /** Workers to be told to take no new job. */
  drain: { workerId: string; reason: string }[];
  end: { instanceId: string; reason: EndReason }[];
  memory: Memory;
  /** What people who wait are told; empty: nothing to tell. */
  message: string;
}

/** A machine that has not joined by then never will: a GPU image with its driver takes its time. */
export const JOIN_MS = 20 * 60_000;
/** A worker not heard of for so long, and without a lease, is lost. */
export const LOST_MS = 3 * 60_000;
/** The cloud's answers may be older than our last wish for so long; a machine is a stray only after it. */
export const SETTLE_MS = 60_000;
const BACK_OFF_MS = 60_000;
const LONGEST_BACK_OFF_MS = 30 * 60_000;

/** After so many failures in a row nothing is asked for until then. */
export function retryAt({ failures, failedAt }: Memory): number {
  if (failures === 0 || failedAt === null) return 0;
  return failedAt + Math.min(BACK_OFF_MS * 2 ** Math.min(failures - 1, 10), LONGEST_BACK_OFF_MS);
}
