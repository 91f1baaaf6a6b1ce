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
  warn(message: string, error: Error): void;
}

/** Starts all three; `finish` waits, after the spool was closed, until each has read it to its end. */
export function ship(options: ShippingOptions): { finish(): Promise<void> } {
  const { spool, from, api, append, signal, warn } = options;
  const live = shipLive(spool, from, append, signal, (error) => {
    if (error !== null) warn('the live log waits on disk: Redis does not take it', error);
  });
  const points = reportPoints(spool, from, api, (error) => warn('the API refused metadata points', error));
  const chunks = storeChunks(spool, from, api, signal, async (position) => {
    await options.onStored(position);
    const read = Math.min(position.offset, live.position.offset, points.position.offset);
    await spool.release(read);
  });
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
