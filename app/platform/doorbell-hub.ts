/** Waits at many doorbells over one connection: the API does, for the workers it relays. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from './redis-connection.ts';

export interface DoorbellSource {
  dial(): Promise<Connection>;
  /** Ends the blocking command of the connection with this id. */
  unblock(clientId: number): Promise<void>;
  /** Puts back what nobody waits for any more. */
  giveBack(key: string, id: string): Promise<void>;
}
type Give = (id: string | null) => void;

const BLOCK_SECONDS = 5;
const RETRY_MS = 250;

export class DoorbellHub {
  readonly #source: DoorbellSource;
  /** By key, who has waited longest first. */
  readonly #waiting = new Map<string, Set<Give>>();
  #connection: Promise<Connection> | undefined;
  #clientId: number | undefined;
  #round = 0;
  #running = false;
  #closed = false;

  constructor(source: DoorbellSource) {
    this.#source = source;
  }

  /** The next id of the list; null after the time, or when `signal` is aborted. */
  wait(key: string, seconds: number, signal: AbortSignal): Promise<string | null> {
    if (signal.aborted || this.#closed) return Promise.resolve(null);
    return new Promise((resolve) => {
      const waiters = this.#waiting.get(key) ?? new Set();
      const isNew = waiters.size === 0;
      const give: Give = (id) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        waiters.delete(give);
        if (waiters.size === 0 && this.#waiting.get(key) === waiters) this.#waiting.delete(key);
        resolve(id);
      };
      const leave = () => give(null);
      const timer = setTimeout(leave, seconds * 1000);
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.set(key, waiters.add(give));
      if (!this.#running) void this.#run();
      else if (isNew) void this.#wake();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiters of this.#waiting.values()) for (const give of [...waiters]) give(null);
    (await this.#connection)?.close();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.size > 0 && !this.#closed) {
      this.#round++;
      try {
        const popped = await this.#pop();
        if (popped) await this.#hand(...popped);
      } catch {
        // Redis is away; who waits goes on waiting until his time is over.
        await delay(RETRY_MS);
      }
    }
    this.#running = false;
  }

  /** A list that was just served stands last, so that a busy environment does not hold up the others. */
  async #hand(key: string, id: string): Promise<void> {
    const waiters = this.#waiting.get(key);
    const [give] = waiters ?? [];
    if (!waiters || !give) return this.#source.giveBack(key, id);
    this.#waiting.delete(key);
    this.#waiting.set(key, waiters);
    give(id);
  }

  async #pop(): Promise<[key: string, id: string] | null> {
    const connection = await this.#connect();
    return connection.run(async (redis) => {
      this.#clientId ??= await redis.client('ID');
      return redis.blpop([...this.#waiting.keys()], BLOCK_SECONDS);
    });
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#source.dial().then((connection) => {
      connection.client.on('close', () => {
        this.#clientId = undefined;
      });
      return connection;
    });
    return this.#connection;
  }

  /** The wait under way does not know the new list: ends it, also where it is only just being sent. */
  async #wake(): Promise<void> {
    for (const round = this.#round; this.#round === round && !this.#closed; ) {
      if (this.#clientId !== undefined) await this.#source.unblock(this.#clientId).catch(() => {});
      if (this.#round === round) await delay(5);
    }
  }
}
