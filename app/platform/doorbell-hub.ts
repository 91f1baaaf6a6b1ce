/** Waits at many doorbells over one connection: the API does, for the workers it relays. */
import { BlockingLoop, type BlockingSource } from './blocking-loop.ts';

export interface DoorbellSource extends BlockingSource {
  /** Puts back what nobody waits for any more. */
  giveBack(key: string, id: string): Promise<void>;
}
type Give = (id: string | null) => void;

const BLOCK_SECONDS = 5;

export class DoorbellHub {
  readonly #source: DoorbellSource;
  readonly #loop: BlockingLoop;
  /** By key, who has waited longest first. */
  readonly #waiting = new Map<string, Set<Give>>();

  constructor(source: DoorbellSource) {
    this.#source = source;
    // While Redis is away, who waits goes on waiting until his time is over.
    this.#loop = new BlockingLoop(
      source,
      () => this.#waiting.size > 0,
      () => this.#serveOne(),
    );
  }

  /** The next id of the list; null after the time, or when `signal` is aborted. */
  wait(key: string, seconds: number, signal: AbortSignal): Promise<string | null> {
    if (signal.aborted || this.#loop.closed) return Promise.resolve(null);
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
      this.#loop.ask(isNew);
    });
  }

  async close(): Promise<void> {
    const closed = this.#loop.close();
    for (const waiters of this.#waiting.values()) for (const give of [...waiters]) give(null);
    await closed;
  }

  async #serveOne(): Promise<void> {
    const popped = await this.#loop.read((redis) => redis.blpop([...this.#waiting.keys()], BLOCK_SECONDS));
    if (popped) await this.#hand(...popped);
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
}
