/** The live part of a log: what the Redis stream of an execution holds. */
import { LOG_PAGE } from '../../platform/log-hub.ts';
import { LOG_START, type LogEntry, logId } from '../../platform/redis.ts';
import type { LogLine } from '../../protocol/worker.ts';
import type { Platform } from '../context.ts';
import { type Event, later, type Position, START } from './window.ts';

/** One batch of lines as the worker sent it; batches may overlap. */
export type Batch = LogEntry;
/** Whose log: the environment's slug is part of the stream's key. */
export interface LogOf {
  executionId: string;
  slug: string;
}
export const BEGINNING = LOG_START;
/** Bytes of lines that a look holds; behind a flood, whose stream may be larger than this process, it holds none. */
const HELD_BYTES = 2_000_000;

const ONWARD_BATCHES = 10;

/** What a look knows of a batch. */
export interface Seen {
  id: string;
  attempt: number;
  first: number;
  last: number;
  /** Null: to be read when it is wanted. */
  batch: Batch | null;
}

/** Everything the stream holds now, oldest first. */
export async function readStream(platform: Platform, log: LogOf): Promise<Batch[]> {
  return (await Array.fromAsync(pages(platform, log))).flat();
}

async function* pages(platform: Platform, { slug, executionId }: LogOf): AsyncGenerator<Batch[]> {
  for (let cursor = BEGINNING; ; ) {
    const some = await platform.queue.readLog(slug, executionId, cursor);
    yield some;
    cursor = some.at(-1)?.id ?? cursor;
    if (some.length < LOG_PAGE) return;
  }
}

/** For showing: a Redis that does not answer (null) costs the newest lines for a while, not the stored ones. */
export async function readLive(platform: Platform, log: LogOf): Promise<Seen[] | null> {
  const found: Seen[] = [];
  let held = 0;
  try {
    for await (const page of pages(platform, log)) {
      for (const batch of page) {
        const { id, attempt, first, last } = batch;
        if (first === undefined) continue;
        held += batch.json.length;
        found.push({ id, attempt, first, last, batch: held > HELD_BYTES ? null : batch });
      }
    }
    return held > HELD_BYTES ? found.map((seen) => ({ ...seen, batch: null })) : found;
  } catch (error) {
    platform.log.warn({ err: error, execution: log.executionId }, 'live log is not readable');
    return null;
  }
}

/** The lines of a batch that was seen; null: the stream has them no more. */
export async function linesOf(
  { queue }: Platform,
  { slug, executionId }: LogOf,
  { attempt, first, last, batch }: Seen,
): Promise<LogLine[] | null> {
  if (batch !== null) return batch.lines;
  const [again] = await queue.readLog(slug, executionId, logId(attempt, last - 1), { count: 1 });
  return again?.attempt === attempt && again.first !== undefined && again.first <= first ? again.lines : null;
}

/** What the stream holds right behind a place, as far as it goes on there without a hole: some megabytes of it at most. */
export async function streamBehind(platform: Platform, log: LogOf, place: Position): Promise<Lines[]> {
  const { queue } = platform;
  const after = place.attempt === 0 ? BEGINNING : logId(place.attempt, place.seq);
  const found: Lines[] = [];
  let seen = place;
  for (const batch of await queue.readLog(log.slug, log.executionId, after, { count: ONWARD_BATCHES })) {
    if (!continues(seen, batch)) break;
    const lines = unseen(seen, batch);
    if (lines === null) continue;
    found.push(lines);
    seen = endOf(lines);
  }
  return found;
}

/** Whether a batch begins at or before the line that comes next. One of an attempt before was shown. */
export const continues = (
  seen: Position,
  { attempt, first }: { attempt: number; first?: number | undefined },
): boolean => {
  if (first === undefined || attempt < seen.attempt) return true;
  if (attempt === seen.attempt) return first <= seen.seq + 1;
  return seen.attempt === 0 && attempt === 1 && first === 1;
};

/** Of a batch, what is behind a place; null: nothing. Where that is all of it, it is not looked into. */
export function unseen(seen: Position, batch: Batch): Lines | null {
  const { attempt, first, last } = batch;
  if (first === undefined || !later({ attempt, seq: last }, seen)) return null;
  if (later({ attempt, seq: first }, seen)) return batch;
  return asEvents(attempt, batch.lines).filter(({ seq }) => seq > seen.seq);
}

/** Lines in order, as events or as a whole batch that nobody has looked into. */
export type Lines = Event[] | Batch;
export const endOf = (lines: Lines): Position => {
  if (!Array.isArray(lines)) return { attempt: lines.attempt, seq: lines.last };
  const { attempt, seq } = lines.at(-1) ?? START;
  return { attempt, seq };
};
export const eventsOf = (some: readonly Lines[]): Event[] =>
  some.flatMap((lines) => (Array.isArray(lines) ? lines : asEvents(lines.attempt, lines.lines)));

const asEvents = (attempt: number, lines: readonly LogLine[]): Event[] =>
  lines.map(([seq, time, stream, message]) => ({ attempt, seq, time, stream, message }));
