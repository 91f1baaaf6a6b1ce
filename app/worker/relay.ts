/** The queue by way of the API, for a worker that cannot reach Redis: same doorbell, same stops, same living log (design 5). */
import type { Queue } from '../platform/redis.ts';
import { DoorbellResponse, type LogLine } from '../protocol/worker.ts';
import type { WorkerApi } from './api.ts';
import { backOff, pauseFor } from './retry.ts';

/** A run as its log is told apart. */
export interface LogOf {
  execution_id: string;
  attempt: number;
  token: string;
}
/** What a worker needs of the queue. */
export interface WorkerQueue {
  /** The next rung execution, or null after the time. */
  waitForJob(slug: string, seconds: number): Promise<string | null>;
  ring(slug: string, executionId: string): Promise<void>;
  /** A batch: the JSON list of its lines, and the number of the last one. */
  appendLog(slug: string, run: LogOf, json: Buffer, last: number): Promise<void>;
  onStop(slug: string, handler: (executionId: string) => void): () => void;
  close(): Promise<void>;
}
/** The answer may come so much later than the wait is over. */
const MARGIN_MS = 10_000;

export const directQueue = (queue: Queue): WorkerQueue => ({
  waitForJob: (slug, seconds) => queue.waitForJob(slug, seconds),
  ring: (slug, id) => queue.ring(slug, id),
  appendLog: (slug, run, json, last) => queue.appendWritten(slug, run.execution_id, run.attempt, last, json),
  onStop: (slug, handler) => queue.onStop(slug, handler),
  close: () => queue.close(),
});

export class RelayedQueue implements WorkerQueue {
  readonly #api: WorkerApi;
  readonly #closed = new AbortController();

  constructor(api: WorkerApi) {
    this.#api = api;
  }

  async waitForJob(_slug: string, seconds: number): Promise<string | null> {
    const patience = seconds * 1000 + MARGIN_MS;
    const answer = await this.#api.call('doorbell', { seconds }, this.#closed.signal, patience);
    return DoorbellResponse.parse(answer).execution_id;
  }
  async ring(_slug: string, executionId: string): Promise<void> {
    await this.#api.call('ring', { execution_id: executionId }, this.#closed.signal);
  }
  async appendLog(_slug: string, run: LogOf, json: Buffer): Promise<void> {
    await this.#api.run(run.execution_id, run.token).logLines(JSON.parse(json.toString()) as LogLine[]);
  }
  onStop(_slug: string, handler: (executionId: string) => void): () => void {
    const ended = new AbortController();
    void this.#listen(handler, AbortSignal.any([ended.signal, this.#closed.signal]));
    return () => ended.abort();
  }
  async close(): Promise<void> {
    this.#closed.abort();
  }

  /** Again and again; what is missed in between, the next heartbeat tells. */
  async #listen(handler: (executionId: string) => void, signal: AbortSignal): Promise<void> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        for await (const line of this.#api.lines('stops', signal)) {
          failures = 0;
          if (line !== '') handler(line);
        }
      } catch {
        // Heartbeats tell of the API's absence.
      }
      await pauseFor(backOff(Math.max(1, failures)), signal).catch(() => {});
    }
  }
}
