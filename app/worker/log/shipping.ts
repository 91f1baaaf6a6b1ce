/** Everybody who reads a run's spool: the living log, the stored one, and metadata. */
import type { RunApi } from '../api.ts';
import { Fenced } from '../api.ts';
import { storeChunks } from './chunks.ts';
import { type AppendLog, shipLive } from './live.ts';
import { reportPoints } from './points.ts';
import type { Position, Spool } from './spool.ts';

export interface ShippingOptions {
  spool: Spool;
  /** Where all of them begin. */
  from: Position;
  api: RunApi;
  append: AppendLog;
  /** Aborted where the run is no longer ours. */
  signal: AbortSignal;
  /** The log is safe up to there; called before anything of the spool is dropped. */
  onStored(position: Position): Promise<void>;
  /** One of them has given up, so that nothing of the spool will be dropped any more. */
  onStuck(): void;
  warn(message: string, error: Error): void;
}

/** Starts all three; `finish` waits, after the spool was closed, until each has read it to its end. */
export function ship(options: ShippingOptions): { finish(): Promise<void> } {
  const { spool, from, api, append, signal, warn } = options;
  let safe = from;
  // By each: a job may wait for the room that the slowest of them makes.
  const release = () => {
    const offset = Math.min(safe.offset, live.position.offset, points.position.offset);
    spool.release(offset).catch((error: Error) => warn('a read piece of a log stays on disk', error));
  };
  const live = shipLive(spool, from, append, {
    signal,
    isStored: ({ offset }) => offset <= safe.offset,
    onTrouble(error) {
      if (error !== null) warn('the live log waits on disk: Redis does not take it', error);
    },
    onRead: release,
  });
  const refused = (error: Error) => warn('the API refused metadata points', error);
  const points = reportPoints(spool, from, api, refused, release);
  const chunks = storeChunks(spool, from, api, signal, async (position) => {
    await options.onStored(position);
    safe = position;
    release();
  });
  for (const { done } of [live, points, chunks]) done.catch(options.onStuck);
  return {
    async finish() {
      const parts = { 'the live log': live, metadata: points, 'the stored log': chunks };
      for (const [name, { done }] of Object.entries(parts)) {
        try {
          await done;
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof Fenced) throw error;
          warn(`${name} of a run is not complete`, error as Error);
        }
      }
    },
  };
}
