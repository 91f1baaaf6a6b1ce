/** The live part of a log: what the Redis stream of an execution holds. */
import { LOG_PAGE } from '../../platform/log-hub.ts';
import { LOG_START, type LogEntry, logId } from '../../platform/redis.ts';
import type { LogLine } from '../../protocol/worker.ts';
import type { Platform } from '../context.ts';
import { type Event, later, type Position } from './window.ts';

/** One batch of lines as the worker sent it; batches may overlap. */
export type Batch = LogEntry;
/** Whose log: the environment's slug is part of the stream's key. */
export interface LogOf {
  executionId: string;
  slug: string;
}
export const BEGINNING = LOG_START;
/** Characters of lines that a look holds; behind a flood, whose stream may be larger than this process, it holds none. */
const HELD_CHARACTERS = 2_000_000;

/** What a look knows of a batch. */
export interface Seen {
  id: string;
  attempt: number;
  first: number;
  last: number;
  /** Null: to be read when they are wanted. */
  lines: LogLine[] | null;
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
      for (const { id, attempt, lines } of page) {
        const [first, last] = [lines[0]?.[0], lines.at(-1)?.[0]];
        if (first === undefined || last === undefined) continue;
        held += lines.reduce((sum, [, , , message]) => sum + message.length + 100, 0);
        found.push({ id, attempt, first, last, lines: held > HELD_CHARACTERS ? null : lines });
      }
    }
    return held > HELD_CHARACTERS ? found.map((seen) => ({ ...seen, lines: null })) : found;
  } catch (error) {
    platform.log.warn({ err: error, execution: log.executionId }, 'live log is not readable');
    return null;
  }
}

/** The lines of a batch that was seen; null: the stream has them no more. */
export async function linesOf(
  { queue }: Platform,
  { slug, executionId }: LogOf,
  { attempt, first, last, lines }: Seen,
): Promise<LogLine[] | null> {
  if (lines !== null) return lines;
  const [batch] = await queue.readLog(slug, executionId, logId(attempt, last - 1), { count: 1 });
  return batch?.attempt === attempt && batch.lines[0] && batch.lines[0][0] <= first ? batch.lines : null;
}

/** Whether a batch begins at or before the line that comes next. One of an attempt before was shown. */
export const continues = (seen: Position, { attempt, lines }: Pick<Batch, 'attempt' | 'lines'>): boolean => {
  const first = lines[0]?.[0];
  if (first === undefined || attempt < seen.attempt) return true;
  if (attempt === seen.attempt) return first <= seen.seq + 1;
  return seen.attempt === 0 && attempt === 1 && first === 1;
};

/** Of a batch, what is behind a place. */
export function unseen(seen: Position, { attempt, lines }: Batch): Event[] {
  return lines
    .filter(([seq]) => later({ attempt, seq }, seen))
    .map(([seq, time, stream, message]) => ({ attempt, seq, time, stream, message }));
}
