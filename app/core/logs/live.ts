/** The live part of a log: what the Redis stream of an execution holds. */
import { LOG_START, type LogEntry } from '../../platform/redis.ts';
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
const PAGE = 1000;

/** Everything the stream holds now, oldest first. */
export async function readStream(platform: Platform, log: LogOf): Promise<Batch[]> {
  const found: Batch[] = [];
  for (let cursor = BEGINNING; ; ) {
    const some = await platform.queue.readLog(log.slug, log.executionId, cursor, { count: PAGE });
    found.push(...some);
    cursor = some.at(-1)?.id ?? cursor;
    if (some.length < PAGE) return found;
  }
}

/** For showing: a Redis that does not answer (null) costs the newest lines for a while, not the stored ones. */
export async function readLive(platform: Platform, log: LogOf): Promise<Batch[] | null> {
  try {
    return await readStream(platform, log);
  } catch (error) {
    platform.log.warn({ err: error, execution: log.executionId }, 'live log is not readable');
    return null;
  }
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
