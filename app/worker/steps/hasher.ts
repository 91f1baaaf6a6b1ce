/** Checksums of a large file beside its transfer: on a thread of its own, since they cost more than sending the bytes. */
import { Worker } from 'node:worker_threads';
import type { Checksums } from './checksums.ts';

/** Memory that the thread reads too, without a copy. */
export const sharedBuffer = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes));

export class Hasher {
  readonly #thread = new Worker(new URL('./hash-thread.ts', import.meta.url), { execArgv: [] });
  readonly #answers: PromiseWithResolvers<unknown>[] = [];

  constructor() {
    this.#thread.on('message', (answer) => this.#answers.shift()?.resolve(answer));
    this.#thread.on('error', (error) => {
      for (const waiting of this.#answers.splice(0)) waiting.reject(error);
    });
  }

  /** Pieces count in the order of the calls. Resolves once the piece may be overwritten. */
  async update(piece: Buffer): Promise<void> {
    await this.#ask(piece);
  }

  async digest(): Promise<Checksums> {
    return (await this.#ask(null)) as Checksums;
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #ask(message: Buffer | null): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    this.#answers.push(answer);
    this.#thread.postMessage(message);
    return answer.promise;
  }
}
