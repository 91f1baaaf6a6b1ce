/** Pure decisions about windows of a log: which lines, from which pieces, and what to say of lines that are missing. */
import type { LogLine } from '../../protocol/worker.ts';

/** What is known of one attempt's log: it has lines 1..last. */
export interface Extent {
  attempt: number;
  last: number;
}
/** Lines `from`..`to` of one attempt, both included. */
export interface Span {
  attempt: number;
  from: number;
  to: number;
}
/** One line of an execution's log as it is shown. */
export interface Event {
  attempt: number;
  seq: number;
  time: string;
  stream: LogLine[2];
  message: string;
}
/** The last line a viewer has seen; `seq` 0: none of this attempt. */
export interface Position {
  attempt: number;
  seq: number;
}
export const START: Position = { attempt: 0, seq: 0 };
export const later = (a: Position, b: Position): boolean =>
  a.attempt > b.attempt || (a.attempt === b.attempt && a.seq > b.seq);

export const totalLines = (extents: readonly Extent[]): number =>
  extents.reduce((sum, extent) => sum + extent.last, 0);

/** The spans that hold the last `limit` lines over all attempts, oldest first; 0 is everything. */
export function lastLines(extents: readonly Extent[], limit: number): Span[] {
  const spans: Span[] = [];
  let wanted = limit === 0 ? Number.POSITIVE_INFINITY : limit;
  for (const { attempt, last } of extents.toSorted((a, b) => b.attempt - a.attempt)) {
    if (wanted <= 0) break;
    if (last < 1) continue;
    spans.unshift({ attempt, from: Math.max(1, last - wanted + 1), to: last });
    wanted -= last;
  }
  return spans;
}

/** The spans behind a position, oldest first. */
export const linesAfter = (extents: readonly Extent[], seen: Position): Span[] =>
  extents
    .filter(({ attempt, last }) => attempt > seen.attempt || (attempt === seen.attempt && last > seen.seq))
    .toSorted((a, b) => a.attempt - b.attempt)
    .map(({ attempt, last }) => ({ attempt, from: attempt === seen.attempt ? seen.seq + 1 : 1, to: last }));

/** One microsecond later; the stamp of a line put between two others. */
export function justAfter(time: string): string {
  const micros = Number(time.slice(20)) + 1;
  if (micros < 1_000_000) return `${time.slice(0, 20)}${String(micros).padStart(6, '0')}`;
  return `${new Date(Date.parse(`${time.slice(0, 19)}Z`) + 1000).toISOString().slice(0, 19)}.000000`;
}

/** Says that lines are missing, in their place. Its number is that of the last missing one. */
function gap(attempt: number, from: number, to: number, time: string): Event {
  const what = from === to ? `Line ${from} of this log is` : `Lines ${from}–${to} of this log are`;
  const message = `${what} missing: not received from the worker.`;
  return { attempt, seq: to, time, stream: 'status', message };
}

/**
 * Puts the pieces of one span in order: a line that was already shown is left out, missing lines are told.
 * Feed batches by ascending first line; `close` tells what is missing at the end.
 */
export function assemble(span: Span) {
  let next = span.from;
  let lastTime = '1970-01-01T00:00:00.000000';
  return {
    get next() {
      return next;
    },
    feed(lines: readonly LogLine[]): Event[] {
      const events: Event[] = [];
      for (const [seq, time, stream, message] of lines) {
        if (seq < next || seq > span.to) continue;
        if (seq > next)
          events.push(gap(span.attempt, next, seq - 1, next === span.from ? time : justAfter(lastTime)));
        events.push({ attempt: span.attempt, seq, time, stream, message });
        next = seq + 1;
        lastTime = time;
      }
      return events;
    },
    close(): Event[] {
      if (next > span.to) return [];
      const event = gap(span.attempt, next, span.to, justAfter(lastTime));
      next = span.to + 1;
      return [event];
    },
  };
}
