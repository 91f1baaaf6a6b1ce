/** Checksums of a large file beside its transfer: on threads of their own, since they cost more than sending the bytes. */
import { Worker } from 'node:worker_threads';
import type { Checksums } from './checksums.ts';
import type { HashTask } from './hash-thread.ts';

/** Starting a thread costs as much as the checksums of 20 MB: it waits so long for the next file. */
const IDLE_MS = 5_000;
const idle: HashThread[] = [];

class HashThread {
  readonly #thread = new Worker(new URL('./hash-thread.ts', import.meta.url), { execArgv: [] });
  readonly #answers: PromiseWithResolvers<unknown>[] = [];
  #ends: NodeJS.Timeout | undefined;

  constructor() {
    this.#thread.on('message', (answer) => this.#answers.shift()?.resolve(answer));
    this.#thread.on('error', (error) => {
      for (const waiting of this.#answers.splice(0)) waiting.reject(error);
    });
    this.#thread.on('exit', () => this.#forget());
  }

  static take(): HashThread {
    const thread = idle.pop() ?? new HashThread();
    clearTimeout(thread.#ends);
    thread.#thread.ref();
    return thread;
  }

  /** For the next file. */
  leave(): void {
    idle.push(this);
    this.#thread.unref();
    this.#ends = setTimeout(() => this.end(), IDLE_MS).unref();
  }

  async end(): Promise<void> {
    this.#forget();
    await this.#thread.terminate();
  }

  #forget(): void {
    const at = idle.indexOf(this);
    if (at >= 0) idle.splice(at, 1);
  }

  ask(task: HashTask): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    this.#answers.push(answer);
    this.#thread.postMessage(task);
    return answer.promise;
  }
}

/** Of a whole file. */
export class Hasher {
  readonly #thread = HashThread.take();
  #done = false;

  /** Pieces count in the order of the calls. Resolves once the piece may be overwritten. */
  async update(piece: Buffer): Promise<void> {
    await this.#thread.ask({ do: 'add', piece });
  }

  async digest(): Promise<Checksums> {
    const sums = (await this.#thread.ask({ do: 'digest' })) as Checksums;
    this.#done = true;
    return sums;
  }

  async close(): Promise<void> {
    if (this.#done) this.#thread.leave();
    else await this.#thread.end();
  }
}

/** Of each piece by itself. */
export class PieceHasher {
  readonly #thread = HashThread.take();
  #asked = 0;

  /** In hex. */
  async md5(piece: Buffer): Promise<string> {
    this.#asked++;
    const sum = (await this.#thread.ask({ do: 'md5', piece })) as string;
    this.#asked--;
    return sum;
  }

  async close(): Promise<void> {
    if (this.#asked === 0) this.#thread.leave();
    else await this.#thread.end();
  }
}
