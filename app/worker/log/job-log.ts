/** The front of a run's log: bytes and status lines in, numbered lines on disk out. */
import type { LogLine } from '../../protocol/worker.ts';
import { Patterns, Redactor } from './redactor.ts';
import { LineSplitter } from './splitter.ts';
import type { Spool } from './spool.ts';
import { createStamps } from './stamps.ts';
import { WrittenLines } from './written-lines.ts';

type Stream = LogLine[2];
/** A batch waits for at most this long or this many bytes; the first after a silence does not wait at all. */
const BATCH_MS = 20;
const BATCH_BYTES = 100 * 1024;
/** So much may wait in memory before the job's output is held back. */
const HELD_BYTES = 1024 * 1024;

/** So much of a log may lie on disk that is not stored yet; a job that writes more waits. */
const SPOOLED_BYTES = 512 * 1024 * 1024;

interface Input {
  redactor: Redactor;
  splitter: LineSplitter;
}

export class JobLog {
  readonly #spool: Spool;
  readonly #patterns: Patterns;
  readonly #stamp = createStamps();
  readonly #inputs: Record<'stdout' | 'stderr', Input>;
  readonly #pending = new WrittenLines();
  #seq: number;
  #flushedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #flushing: Promise<void> | undefined;
  #failure: Error | undefined;
  #outputAt = performance.now();
  #most: number;
  /** Writes that wait for room. */
  #waits = 0;
  #toldOfWait = false;

  constructor(spool: Spool, secrets: readonly string[], most = SPOOLED_BYTES) {
    this.#spool = spool;
    this.#most = most;
    this.#seq = spool.end.seq;
    this.#patterns = new Patterns(secrets);
    const input = (stream: Stream): Input => ({
      redactor: new Redactor(this.#patterns),
      splitter: new LineSplitter((bytes, start, end) => this.#line(stream, bytes, start, end)),
    });
    this.#inputs = { stdout: input('stdout'), stderr: input('stderr') };
  }

  /** When the job last wrote anything, by `performance.now`: a clock that is set does not move it. */
  get outputAt(): number {
    return this.#waits > 0 ? performance.now() : this.#outputAt;
  }

  /** A line by the platform itself; secrets are masked here too. */
  status(message: string): void {
    for (const line of this.redact(message).split('\n')) {
      const bytes = Buffer.from(line);
      this.#line('status', bytes, 0, bytes.length);
    }
    this.#schedule();
  }

  /** A text with the run's secrets masked. */
  redact(text: string): string {
    return this.#patterns.redact(text);
  }

  /** Output of the job. A promise means: wait for it before giving more. Rejects where the disk refuses. */
  write(stream: 'stdout' | 'stderr', bytes: Buffer): Promise<void> | undefined {
    this.#outputAt = performance.now();
    const { redactor, splitter } = this.#inputs[stream];
    splitter.push(redactor.push(bytes));
    this.#schedule();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#spool.held > this.#most) return this.#untilRoom();
    return this.#pending.bytes > HELD_BYTES ? this.flush() : undefined;
  }

  /** The command is over: what it left in the pipes is little, and waits for nothing. */
  letGo(): void {
    this.#most = Number.POSITIVE_INFINITY;
    this.#spool.wake();
  }

  async #untilRoom(): Promise<void> {
    if (!this.#toldOfWait) {
      const mebibytes = Math.round(this.#most / 1024 / 1024);
      this.status(`The output waits: ${mebibytes} MiB of this log are not stored yet. Nothing is lost.`);
    }
    this.#toldOfWait = true;
    await this.flush();
    this.#waits++;
    await this.#spool.room(() => this.#most);
    this.#waits--;
    this.#outputAt = performance.now();
  }

  /** The job writes no more: lines that have no end get one. */
  endOutput(): void {
    for (const { redactor, splitter } of Object.values(this.#inputs)) {
      splitter.push(redactor.end());
      splitter.end();
    }
    this.#schedule();
  }

  /** Everything said so far is on disk afterwards. */
  async flush(): Promise<void> {
    this.#unschedule();
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.#pending.count > 0) {
      this.#flushing = this.#append();
      await this.#flushing;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends the log; gives the number of its last line. */
  async close(): Promise<number> {
    this.endOutput();
    await this.flush();
    this.#spool.close();
    return this.#seq;
  }

  #line(stream: Stream, bytes: Buffer, start: number, end: number): void {
    this.#pending.add(++this.#seq, this.#stamp(), stream, bytes, start, end);
  }

  #schedule(): void {
    if (this.#pending.count === 0 || this.#flushing !== undefined || this.#soon !== undefined) return;
    const wait = this.#flushedAt + BATCH_MS - performance.now();
    const flush = () => void this.flush().catch(() => {}); // the next write tells of the failure
    if (wait <= 0 || this.#pending.bytes >= BATCH_BYTES) {
      this.#unschedule();
      this.#soon = setImmediate(flush);
    } else this.#timer ??= setTimeout(flush, wait);
  }

  #unschedule(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#timer = undefined;
    this.#soon = undefined;
  }

  async #append(): Promise<void> {
    const { data, lines } = this.#pending.take();
    this.#flushedAt = performance.now();
    try {
      await this.#spool.append(data, lines);
    } catch (error) {
      this.#failure ??= error as Error;
    }
    this.#flushing = undefined;
    this.#schedule();
  }
}
