import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '../core/context.ts';
import { PULSE_SECONDS, touchControlPlane } from '../core/workers/control-plane.ts';

/** Says every `PULSE_SECONDS` that API and database answer. `stop` resolves when the last one is done. */
export function startPulse(platform: Platform): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const beat = async () => {
    while (!stopped.signal.aborted) {
      // The database being away is told by every request; here the silence itself is what counts.
      await touchControlPlane(platform).catch((error) => platform.log.debug({ err: error }, 'no pulse'));
      await delay(PULSE_SECONDS * 1000, null, { signal: stopped.signal }).catch(() => null);
    }
  };
  const beating = beat();
  return {
    async stop() {
      stopped.abort();
      await beating;
    },
  };
}
