/** What is decided about a run from outside: that it shall end, or that it is no longer ours. */
import { Fenced } from './api.ts';
import type { Ending } from './outcome.ts';

/** Thrown out of whatever was under way when the run was ended. */
export class RunEnded extends Error {
  readonly ending: Ending;
  constructor(ending: Ending) {
    super(`the run shall end: ${ending.kind}`);
    this.name = 'RunEnded';
    this.ending = ending;
  }
}

export class Control {
  readonly #ended = new AbortController();
  readonly #lost = new AbortController();
  #ending: Ending | null = null;
  #closed = false;

  /** The first one counts. */
  end(ending: Ending): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    this.#ended.abort(new RunEnded(ending));
  }
  /** The end is being reported. A heartbeat may learn of that end before its report is answered. */
  close(): void {
    this.#closed = true;
  }
  /** Somebody else has the run: nothing more is said about it. */
  lose(): void {
    if (this.#closed) return;
    this.#lost.abort(new Fenced());
    this.#ended.abort(new Fenced());
  }
  get ending(): Ending | null {
    return this.#ending;
  }
  /** Aborted when the command shall not go on. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }
  /** Aborted when the run is no longer ours: reports and uploads end too. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }
}
