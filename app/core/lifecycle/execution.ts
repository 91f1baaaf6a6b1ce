/**
 * The life of an execution as a table: which event leads from which status to which, what must hold for it beside the
 * status, and which audit row tells of it. Pure; both stores obey it.
 */
import type { EndStatus, Status } from './run-store.ts';

/**
 * What can happen to an execution. `end`: its attempt came to an end of its own or was stopped. `crash`: its worker tells
 * of an end that is not the job's doing. `lose`: its worker's lease ran out.
 */
export type Event =
  | { kind: 'enqueue' }
  | { kind: 'claim' }
  | { kind: 'stop' }
  | { kind: 'lose' }
  | { kind: 'crash' }
  | { kind: 'end'; status: Exclude<EndStatus, 'crashed'> };
export type EventKind = Event['kind'];
/** Those that end an attempt. */
export type Ending = 'lose' | 'crash' | 'end';

/**
 * What must hold beside the status; each store asks in its own language. `free`: nobody deleted it, its environment is not
 * paused, the worker does not drain, no quota is reached, the pause after a loss is over. `retry`: its policy has attempts left.
 */
export type Guard = 'free' | 'retry';

interface Transition {
  from: Status;
  to: Status | 'as reported';
  if?: Guard;
  /** Null: the attempt's own row tells it. */
  audit: 'execution.create' | 'execution.stop' | 'execution.end' | 'execution.retry' | null;
}

/** The first row that holds counts. A pair that is not here cannot happen; an ended execution never changes again. */
const TABLE: Record<EventKind, readonly Transition[]> = {
  enqueue: [{ from: 'created', to: 'queued', audit: 'execution.create' }],
  claim: [{ from: 'queued', to: 'started', if: 'free', audit: null }],
  stop: [
    { from: 'created', to: 'stopped', audit: 'execution.stop' },
    { from: 'queued', to: 'stopped', audit: 'execution.stop' },
    { from: 'started', to: 'stopping', audit: 'execution.stop' },
  ],
  lose: [
    { from: 'started', to: 'queued', if: 'retry', audit: 'execution.retry' },
    { from: 'started', to: 'crashed', audit: 'execution.end' },
    { from: 'stopping', to: 'stopped', audit: 'execution.end' },
  ],
  crash: [
    { from: 'started', to: 'queued', if: 'retry', audit: 'execution.retry' },
    { from: 'started', to: 'crashed', audit: 'execution.end' },
    { from: 'stopping', to: 'crashed', audit: 'execution.end' },
  ],
  end: [
    { from: 'started', to: 'as reported', audit: 'execution.end' },
    { from: 'stopping', to: 'as reported', audit: 'execution.end' },
  ],
};

export const STATUSES: Status[] = [
  'created',
  'queued',
  'started',
  'stopping',
  'complete',
  'error',
  'crashed',
  'stopped',
];
export const END_STATUSES: EndStatus[] = ['complete', 'error', 'crashed', 'stopped'];

export const isEnd = (status: Status): status is EndStatus => (END_STATUSES as Status[]).includes(status);

/** The status after an event, or null where the event cannot happen. */
export function next(status: Status, event: Event, holds: (guard: Guard) => boolean): Status | null {
  const row = TABLE[event.kind].find(({ from, if: guard }) => from === status && (!guard || holds(guard)));
  if (row === undefined) return null;
  return row.to === 'as reported' ? (event as Event & { kind: 'end' }).status : row.to;
}

/** The rows of one event, for a store that changes many executions in one statement. */
export const transitions = (kind: EventKind): readonly Transition[] => TABLE[kind];

/** Statuses in which an event can happen. */
export const before = (kind: EventKind): Status[] => [...new Set(TABLE[kind].map(({ from }) => from))];

/** The action of the audit row that tells of an event which led to this status. */
export function auditOf(kind: EventKind, to: Status): string {
  const row = TABLE[kind].find((one) => one.to === to || one.to === 'as reported');
  if (row?.audit) return row.audit;
  throw new Error(`no audit row tells that ${kind} led to ${to}`);
}

/** What a worker's report of an end is to the table. */
export const reported = (status: EndStatus): Event & { kind: 'crash' | 'end' } =>
  status === 'crashed' ? { kind: 'crash' } : { kind: 'end', status };

/** How an attempt ended whose execution has this status now: one that is queued again was lost. */
export const attemptEnd = (now: Status): EndStatus => (isEnd(now) ? now : 'crashed');

/** What is told of an attempt whose worker fell silent. */
export const LOST_REASON: Record<'crashed' | 'stopped', string> = {
  crashed: 'The worker stopped answering: its lease ran out without a heartbeat',
  stopped: 'Stopped; the worker went away before it confirmed the end',
};
