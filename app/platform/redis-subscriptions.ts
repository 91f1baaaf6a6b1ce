/** Pub/sub on one connection: subscriptions are made again after every reconnection. */
import type { Connection } from './redis-connection.ts';

const RETRY_MS = 500;

export class Subscriptions {
  readonly #connection: Connection;
  readonly #handlers = new Map<string, Set<(message: string) => void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.client.on('message', (channel: string, message: string) => {
      for (const handler of this.#handlers.get(channel) ?? []) handler(message);
    });
    connection.client.on('ready', () => void this.#subscribe());
  }

  /** Adds a handler; returns what removes it. */
  add(channel: string, handler: (message: string) => void): () => void {
    const handlers = this.#handlers.get(channel) ?? new Set();
    this.#handlers.set(channel, handlers.add(handler));
    void this.#subscribe();
    return () => {
      handlers.delete(handler);
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#handlers.clear();
    this.#connection.close();
  }

  /** Subscribing to a channel again does no harm, so a failed try is simply repeated. */
  async #subscribe(): Promise<void> {
    if (this.#handlers.size === 0) return;
    try {
      await this.#connection.run((redis) => redis.subscribe(...this.#handlers.keys()));
    } catch {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#subscribe(), RETRY_MS);
    }
  }
}
