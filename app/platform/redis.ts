/**
 * Redis as Cove uses it: a doorbell per environment, the living part of logs, and stop calls (design 1).
 * Nothing here is the truth; everything may be lost at any moment.
 */
import { DoorbellHub } from './doorbell-hub.ts';
import { LogEntry, type LogLine, logId, type RawEntry } from './log-entry.ts';
import { LOG_PAGE, LogHub } from './log-hub.ts';
import { Connection, type Password, type QueueAddress } from './redis-connection.ts';
import { Subscriptions } from './redis-subscriptions.ts';
import { setUser, workerRules, workerUser } from './redis-users.ts';

export { LOG_START, type LogEntry, type LogLine, logId, parseLogId } from './log-entry.ts';
export type { Password, QueueAddress } from './redis-connection.ts';

const queueKey = (slug: string) => `cove:${slug}:queue`;
const logKey = (slug: string, executionId: string) => `cove:${slug}:log:${executionId}`;
/** No environment's. */
const PROBE_KEY = 'cove::probe';
const stopChannel = (slug: string) => `cove:${slug}:stop`;

/** A write that went well says so for so long. */
const WRITTEN_MS = 3_000;

type Dial = (kind: 'plain' | 'blocking') => Promise<Connection>;

/** Connects and keeps connected; resolves after a second at most, also where Redis is away for now. */
export async function connectQueue(settings: QueueAddress, password: Password): Promise<Queue> {
  const dial: Dial = (kind) => Connection.open(settings, password, kind === 'blocking');
  return new Queue(await dial('plain'), dial);
}

/** Every method throws `unavailable` at once, or within seconds, while Redis does not answer. */
export class Queue {
  readonly #main: Connection;
  readonly #dial: Dial;
  #doorbell: Promise<Connection> | undefined;
  #stops: Promise<Subscriptions> | undefined;
  #hub: LogHub | undefined;
  #doorbells: DoorbellHub | undefined;
  #wroteAt = Number.NEGATIVE_INFINITY;

  constructor(main: Connection, dial: Dial) {
    this.#main = main;
    this.#dial = dial;
  }

  /** Tells the environment's workers that a job waits. Ringing twice does no harm: the claim decides. */
  async ring(slug: string, executionId: string): Promise<void> {
    await this.#main.run((redis) => redis.rpush(queueKey(slug), executionId));
  }
  /** Whether it was there. */
  async removeFromQueue(slug: string, executionId: string): Promise<boolean> {
    return (await this.#main.run((redis) => redis.lrem(queueKey(slug), 0, executionId))) > 0;
  }
  /** First to be popped first. */
  async queueMembers(slug: string): Promise<string[]> {
    return this.#main.run((redis) => redis.lrange(queueKey(slug), 0, -1));
  }
  /** The next execution's id, or null after the timeout. Calls wait for one another: one waiter per process. */
  async waitForJob(slug: string, timeoutSeconds: number): Promise<string | null> {
    this.#doorbell ??= this.#dial('blocking');
    const popped = await (await this.#doorbell).run((redis) => redis.blpop(queueKey(slug), timeoutSeconds));
    return popped?.[1] ?? null;
  }

  /** As `waitForJob`, for any number of waiters and environments at once. Null also when `signal` is aborted. */
  async waitAmongMany(slug: string, seconds: number, signal: AbortSignal): Promise<string | null> {
    this.#doorbells ??= new DoorbellHub({
      dial: () => this.#dial('blocking'),
      unblock: (id) => this.#unblock(id),
      giveBack: async (key, id) => void (await this.#main.run((redis) => redis.rpush(key, id))),
    });
    return this.#doorbells.wait(queueKey(slug), seconds, signal);
  }

  /** Appends one batch; a repeated one changes nothing. */
  async appendLog(slug: string, executionId: string, attempt: number, lines: LogLine[]): Promise<void> {
    const last = lines.at(-1);
    if (last !== undefined)
      await this.appendWritten(slug, executionId, attempt, last[0], JSON.stringify(lines));
  }
  /** As `appendLog`, for a batch that is written out already: the JSON list of its lines, and the last one's number. */
  async appendWritten(
    slug: string,
    executionId: string,
    attempt: number,
    last: number,
    json: Buffer | string,
  ): Promise<void> {
    const id = logId(attempt, last);
    const entry = ['a', attempt, 'l', json] as const;
    try {
      await this.#main.run((redis) => redis.xadd(logKey(slug, executionId), id, ...entry));
    } catch (error) {
      if (!/equal or smaller than/.test((error as Error).message)) throw error;
    }
  }
  /** Batches after `afterId` (see `logId`), at most `count` (`LOG_PAGE`). `block`: milliseconds to wait for the first one. */
  async readLog(
    slug: string,
    executionId: string,
    afterId: string,
    options: { block?: number; count?: number } = {},
  ): Promise<LogEntry[]> {
    const found = await this.#read(logKey(slug, executionId), afterId, options.count);
    if (found.length > 0 || options.block === undefined) return found;
    const { promise, resolve } = Promise.withResolvers<LogEntry[]>();
    const end = this.followLog(slug, executionId, afterId, resolve);
    const timer = setTimeout(resolve, options.block, []);
    return promise.finally(() => {
      clearTimeout(timer);
      end();
    });
  }
  /** Delivers every batch after `afterId`, past and to come, until the returned function is called. */
  followLog(
    slug: string,
    executionId: string,
    afterId: string,
    deliver: (entries: LogEntry[]) => void,
  ): () => void {
    this.#hub ??= new LogHub({
      dial: () => this.#dial('blocking'),
      unblock: (id) => this.#unblock(id),
      read: (key, after) => this.#read(key, after),
    });
    return this.#hub.subscribe(logKey(slug, executionId), afterId, deliver);
  }
  /** Forgets the lines of an attempt up to `seq`, and those of earlier attempts: they are in stored chunks. */
  async trimLog(slug: string, executionId: string, attempt: number, seq: number): Promise<void> {
    await this.#main.run((redis) => redis.xtrim(logKey(slug, executionId), 'MINID', logId(attempt, seq + 1)));
  }
  async deleteLog(slug: string, executionId: string): Promise<void> {
    await this.#main.run((redis) => redis.del(logKey(slug, executionId)));
  }
  /** Every execution that has lines in Redis. */
  async logsHeld(): Promise<{ slug: string; executionId: string }[]> {
    const keys = new Set<string>();
    let cursor = '0';
    do {
      const [next, found] = await this.#main.run((redis) =>
        redis.scan(cursor, 'MATCH', logKey('*', '*'), 'COUNT', 1000),
      );
      for (const key of found) keys.add(key);
      cursor = next;
    } while (cursor !== '0');
    return [...keys].map((key) => {
      const [, slug = '', , executionId = ''] = key.split(':');
      return { slug, executionId };
    });
  }

  /** Tells the worker that runs it, if one listens; the next heartbeat tells it in any case. */
  async announceStop(slug: string, executionId: string): Promise<void> {
    await this.#main.run((redis) => redis.publish(stopChannel(slug), executionId));
  }
  /** Calls `handler` with the id of every execution of the environment that shall stop. */
  onStop(slug: string, handler: (executionId: string) => void): () => void {
    this.#stops ??= this.#dial('plain').then((connection) => new Subscriptions(connection));
    const channel = stopChannel(slug);
    const added = this.#stops.then((stops) => stops.add(channel, handler));
    return () => void added.then((remove) => remove());
  }

  /** Makes or renews a worker group's user, limited to its environment's names. Needs an administrator's login. */
  async setWorkerUser(slug: string, password: string): Promise<void> {
    await this.#main.run((redis) => setUser(redis, workerUser(slug), password, workerRules(slug)));
  }

  async ping(): Promise<void> {
    await this.#main.run((redis) => redis.ping());
  }
  /**
   * Writes a word and takes it away again: a Redis that is full, or cannot write to its disk, answers all else. Many look
   * at an installation's health: shortly after one that went well, it only asks whether Redis is there.
   */
  async tryToWrite(): Promise<void> {
    if (performance.now() - this.#wroteAt < WRITTEN_MS) return this.ping();
    await this.#main.run((redis) => redis.rpush(PROBE_KEY, 'x').finally(() => redis.del(PROBE_KEY)));
    this.#wroteAt = performance.now();
  }
  async close(): Promise<void> {
    await Promise.all([this.#hub?.close(), this.#doorbells?.close()]);
    for (const connection of [this.#doorbell, this.#stops]) (await connection)?.close();
    this.#main.close();
  }

  async #unblock(clientId: number): Promise<void> {
    await this.#main.run((redis) => redis.client('UNBLOCK', clientId));
  }

  async #read(key: string, afterId: string, count = LOG_PAGE): Promise<LogEntry[]> {
    const raw = await this.#main.run((redis) => redis.xrangeBuffer(key, `(${afterId}`, '+', 'COUNT', count));
    return (raw as RawEntry[]).map(LogEntry.from);
  }
}
