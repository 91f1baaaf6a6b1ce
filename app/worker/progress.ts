/** How far a step is that a job waits for: in words, and in numbers for who asks why its command has not started. */
import { span } from '../platform/span.ts';
import type { Numbers } from '../protocol/worker.ts';
import { size } from './steps/checksums.ts';

const TELL_MS = 5_000;
const WINDOW_MS = 30_000;
/** What has not grown for so long stands still, whatever came before. */
const STILL_MS = 9_000;

/** Where a step tells how it goes: `status` in the job's log, `progress` to who asks. */
export interface Teller {
  status(message: string): void;
  progress?: ((message: string, numbers: Numbers) => void) | undefined;
}
export interface Told {
  message: string;
  numbers: Numbers;
}

/** Tells who asks at once, and every few seconds the log, too. Gives what ends it. */
export function tellOften({ status, progress }: Teller, look: () => Told): () => void {
  const say = () => {
    const { message, numbers } = look();
    progress?.(message, numbers);
    return message;
  };
  say();
  const timer = setInterval(() => status(say()), TELL_MS);
  return () => clearInterval(timer);
}

/** How fast bytes came of late, from looks a few seconds apart. */
export class Pace {
  readonly #seen: { at: number; bytes: number }[] = [];
  #grown = { at: 0, bytes: -1 };

  /** Bytes a second in the last half minute; 0: it stands still; undefined: it has only begun. `at`: milliseconds. */
  look(bytes: number, at = performance.now()): number | undefined {
    this.#seen.push({ at, bytes });
    if (bytes !== this.#grown.bytes) this.#grown = { at, bytes };
    while ((this.#seen[1]?.at ?? at) < at - WINDOW_MS) this.#seen.shift();
    const [first] = this.#seen;
    if (first === undefined || at - first.at < 1_000) return undefined;
    if (at - this.#grown.at >= STILL_MS) return 0;
    return Math.max(0, Math.round(((bytes - first.bytes) * 1_000) / (at - first.at)));
  }
}

/** `total`: undefined where nobody knows it; `rate`: bytes a second. Pure. */
export function transferred(done: number, total: number | undefined, rate: number | undefined): Told {
  const left = total === undefined ? undefined : Math.max(0, total - done);
  const seconds = left && rate ? Math.ceil(left / rate) : undefined;
  const words = [
    left === undefined || total === undefined ? `${size(done)} so far` : `${size(done)} of ${size(total)}`,
    ...(rate === undefined || left === 0 ? [] : [rate === 0 ? 'nothing arrives' : `${size(rate)} a second`]),
    ...(seconds === undefined ? [] : [`about ${span(seconds)} left`]),
  ];
  return {
    message: words.join(', '),
    numbers: {
      bytes_done: done,
      ...(total !== undefined && { bytes_total: total }),
      ...(rate !== undefined && left !== 0 && { bytes_per_second: rate }),
      ...(seconds !== undefined && { seconds_left: seconds }),
    },
  };
}
