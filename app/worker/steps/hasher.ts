/** Checksums of a large file beside its transfer: on threads of their own, since they cost more than sending the bytes. */
import { Worker } from 'node:worker_threads';
import type { Checksums } from './checksums.ts';

/** Memory that the threads read too, without a copy. */
export const sharedBuffer = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes));

class HashThread {
  readonly #thread: Worker;
  readonly #answers: PromiseWithResolvers<unknown>[] = [];

  constructor(of: 'all' | 'each') {
    this.#thread = new Worker(new URL('./hash-thread.ts', import.meta.url), { execArgv: [], workerData: of });
    this.#thread.on('message', (answer) => this.#answers.shift()?.resolve(answer));
    this.#thread.on('error', (error) => {
      for (const waiting of this.#answers.splice(0)) waiting.reject(error);
    });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  protected ask(message: Buffer | null): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    this.#answers.push(answer);
    this.#thread.postMessage(message);
    return answer.promise;
  }
}

/** Of a whole file. */
export class Hasher extends HashThread {
  constructor() {
    super('all');
  }

  /** Pieces count in the order of the calls. Resolves once the piece may be overwritten. */
  async update(piece: Buffer): Promise<void> {
    await this.ask(piece);
  }

  async digest(): Promise<Checksums> {
    return (await this.ask(null)) as Checksums;
  }
}

/** Of each piece by itself. */
export class PieceHasher extends HashThread {
  constructor() {
    super('each');
  }

  /** In hex. */
  async md5(piece: Buffer): Promise<string> {
    return (await this.ask(piece)) as string;
  }
}
