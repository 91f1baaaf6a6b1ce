/** The live part of a log: what the Redis stream of an execution holds. */
import { LOG_START, type LogEntry } from '../../platform/redis.ts';
import type { Platform } from '../context.ts';

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

/** For showing: a Redis that does not answer costs the newest lines for a while, not the stored ones. */
export async function readLive(platform: Platform, log: LogOf): Promise<Batch[]> {
  try {
    return await readStream(platform, log);
  } catch (error) {
    platform.log.warn({ err: error, execution: log.executionId }, 'live log is not readable');
    return [];
  }
}

/** What a viewer that reads slower than the job writes may fall behind before it is sent back to stored chunks. */
const BUFFERED_BATCHES = 500;

/** New batches behind a cursor, as they come. */
export class Tail {
  readonly #waiting: Batch[] = [];
  readonly #end: () => void;
  #wake: (() => void) | null = null;
  /** Batches were dropped: go on with a new snapshot. */
  overflowed = false;

  constructor(platform: Platform, log: LogOf, after: string) {
    this.#end = platform.queue.followLog(log.slug, log.executionId, after, (entries) => {
      this.overflowed ||= this.#waiting.length + entries.length > BUFFERED_BATCHES;
      if (!this.overflowed) this.#waiting.push(...entries);
      this.#wake?.();
    });
  }

  /** What has come so far; else waits, and gives an empty list after `ms`. */
  async next(ms: number): Promise<Batch[]> {
    if (this.#waiting.length === 0 && !this.overflowed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, ms);
      await promise;
      clearTimeout(timer);
      this.#wake = null;
    }
    return this.#waiting.splice(0);
  }

  close(): void {
    this.#end();
    this.#wake?.();
  }
}
