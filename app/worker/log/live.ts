/** The living log: batches into the run's Redis stream. What cannot go there waits on disk (design 7). */
import type { LogLine } from '../../protocol/worker.ts';
import { backOff, pauseFor } from '../retry.ts';
import { type Follower, follow, parseLines } from './follow.ts';
import type { Position, Spool } from './spool.ts';

export type AppendLog = (lines: LogLine[]) => Promise<void>;

const BATCH = { maxLines: 500, maxBytes: 512 * 1024 };
/** After the run's end the stored chunks tell everything: a Redis that is away is not waited for any longer. */
const PATIENCE_AFTER_END_MS = 2_000;

/** Ships lines as they come. `onTrouble` is told once when Redis goes away and once when it is back (null). */
export function shipLive(
  spool: Spool,
  from: Position,
  append: AppendLog,
  signal: AbortSignal,
  onTrouble: (error: Error | null) => void = () => {},
): Follower {
  let given = false;
  return follow(spool, from, BATCH, async ({ data }) => {
    if (given) return;
    const lines = parseLines<LogLine>(data);
    let endedAt: number | undefined;
    for (let failures = 1; ; failures++) {
      try {
        await append(lines);
        if (failures > 1) onTrouble(null);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (failures === 1) onTrouble(error as Error);
        if (spool.closed) endedAt ??= Date.now();
        if (endedAt !== undefined && Date.now() - endedAt > PATIENCE_AFTER_END_MS) {
          given = true;
          return;
        }
        await pauseFor(backOff(failures, 50, spool.closed ? 500 : 2_000), signal);
      }
    }
  });
}
