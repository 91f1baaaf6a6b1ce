/** The life of an execution as a table: which event leads from which status to which. Pure; both stores obey it. */
import type { EndStatus, Status } from './run-store.ts';

/** What can happen to an execution. `lose`: its worker's lease ran out. */
export type Event =
  | { kind: 'enqueue' }
  | { kind: 'claim' }
  | { kind: 'stop' }
  | { kind: 'lose' }
  | { kind: 'end'; status: EndStatus };
export type EventKind = Event['kind'];

type Target = Status | 'as reported';

/** A pair that is not here cannot happen; an ended execution never changes again. */
const TABLE: Record<EventKind, Partial<Record<Status, Target>>> = {
  enqueue: { created: 'queued' },
  claim: { queued: 'started' },
  stop: { created: 'stopped', queued: 'stopped', started: 'stopping' },
  lose: { started: 'crashed', stopping: 'stopped' },
  end: { started: 'as reported', stopping: 'as reported' },
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
export function next(status: Status, event: Event): Status | null {
  const target = TABLE[event.kind][status];
  if (target === undefined) return null;
  return target === 'as reported' ? (event as Event & { kind: 'end' }).status : target;
}

/** The rows of one event, for a store that changes many executions in one statement. */
export function transitions(kind: Exclude<EventKind, 'end'>): [from: Status, to: Status][] {
  return Object.entries(TABLE[kind]) as [Status, Status][];
}

/** Statuses in which an event can happen. */
export function before(kind: EventKind): Status[] {
  return Object.keys(TABLE[kind]) as Status[];
}

/** What is told of an attempt whose worker fell silent. */
export const LOST_REASON: Record<'crashed' | 'stopped', string> = {
  crashed: 'The worker stopped answering: its lease ran out without a heartbeat',
  stopped: 'Stopped; the worker went away before it confirmed the end',
};
