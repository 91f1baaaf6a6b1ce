/** One blocking read of Redis after the other over a connection of its own, for as long as anybody wants what it reads. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Connection } from './redis-connection.ts';

/** What a loop needs of the queue. */
export interface BlockingSource {
  dial(): Promise<Connection>;
  /** Ends the blocking command of the connection with this id. */
  unblock(clientId: number): Promise<void>;
}

/** Before Redis is asked again where it did not answer. */
export const RETRY_MS = 250;

export class BlockingLoop {
  readonly #source: BlockingSource;
  readonly #isWanted: () => boolean;
  readonly #turn: () => Promise<void>;
  #connection: Promise<Connection> | undefined;
  #clientId: number | undefined;
  /** Grows with every read begun: whoever waits for a new key to be in one waits for it to change. */
  #round = 0;
  #running = false;
  #closed = false;

  /** `turn` makes one read by `read` and deals with what came; where it throws, Redis is away, and it is called again. */
  constructor(source: BlockingSource, isWanted: () => boolean, turn: () => Promise<void>) {
    this.#source = source;
    this.#isWanted = isWanted;
    this.#turn = turn;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** To be called when somebody wants something; `isNew`: a key that the read under way does not know. */
  ask(isNew: boolean): void {
    if (!this.#running) void this.#run();
    else if (isNew) void this.#wake();
  }

  async read<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    const connection = await this.#connect();
    return connection.run(async (redis) => {
      this.#clientId ??= await redis.client('ID');
      return command(redis);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    (await this.#connection)?.close();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#isWanted() && !this.#closed) {
      this.#round++;
      await this.#turn().catch(() => delay(RETRY_MS));
    }
    this.#running = false;
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

  /** Ends the read under way, also where it is only just being sent. */
  async #wake(): Promise<void> {
    for (const round = this.#round; this.#round === round && !this.#closed; ) {
      if (this.#clientId !== undefined) await this.#source.unblock(this.#clientId).catch(() => {});
      if (this.#round === round) await delay(5);
    }
  }
}
