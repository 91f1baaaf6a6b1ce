/** The living log: batches into the run's Redis stream. What cannot go there waits on disk (design 7). */
import { backOff, pauseFor } from '../retry.ts';
import { asList, type Follower, follow } from './follow.ts';
import { Scratch } from './scratch.ts';
import type { Position, Slice, Spool } from './spool.ts';

/** Takes a batch: the JSON list of its lines, good until it is taken, and the number of the last one. */
export type AppendLog = (json: Buffer, last: number) => Promise<void>;

const BATCH = { maxLines: 2_000, maxBytes: 256 * 1024 };
/** After the run's end the stored chunks tell everything: a Redis that is away is not waited for any longer. */
const PATIENCE_AFTER_END_MS = 2_000;

interface LiveOptions {
  signal: AbortSignal;
  /** Whether all before a place is stored: viewers find it there, and it need not wait for Redis. */
  isStored?(position: Position): boolean;
  /** Told once when Redis goes away and once when it is back (null). */
  onTrouble?(error: Error | null): void;
  onRead?(): void;
}

/** Ships lines as they come. */
export function shipLive(
  spool: Spool,
  from: Position,
  append: AppendLog,
  { signal, isStored = () => false, onTrouble = () => {}, onRead }: LiveOptions,
): Follower {
  let given = false;
  let failures = 0;
  let notBefore = 0;
  const scratch = new Scratch();
  const send = async ({ data, next }: Slice) => {
    const json = asList(data, scratch);
    let endedAt: number | undefined;
    while (!given) {
      if (performance.now() < notBefore && isStored(next)) return;
      try {
        await append(json, next.seq);
        if (failures > 0) onTrouble(null);
        failures = 0;
        notBefore = 0;
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (++failures === 1) onTrouble(error as Error);
        if (spool.closed) endedAt ??= Date.now();
        given = endedAt !== undefined && Date.now() - endedAt > PATIENCE_AFTER_END_MS;
        const pause = backOff(failures, 50, spool.closed ? 500 : 2_000);
        notBefore = performance.now() + pause;
        if (!given && !isStored(next)) await pauseFor(pause, signal);
      }
    }
  };
  return follow(spool, from, BATCH, send, onRead);
}
