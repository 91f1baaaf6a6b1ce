/** Answers that come a little at a time, until a test has seen enough. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 100;

export class Throttle {
  #perPause: number;

  /** Bytes a second; 0: none. */
  constructor(rate = 200_000) {
    this.#perPause = (rate * PAUSE_MS) / 1_000;
  }

  rate(bytes: number): void {
    this.#perPause = (bytes * PAUSE_MS) / 1_000;
  }
  /** All the rest at once. */
  hurry(): void {
    this.#perPause = Number.MAX_SAFE_INTEGER;
  }

  /** The body; its head was written. */
  async send(body: Buffer, response: ServerResponse): Promise<void> {
    response.flushHeaders();
    for (let sent = 0; sent < body.length && !response.destroyed; await sleep(PAUSE_MS)) {
      const part = body.subarray(sent, sent + this.#perPause);
      if (part.length > 0) response.write(part);
      sent += part.length;
    }
    response.end();
  }
}
