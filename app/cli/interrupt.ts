/** Ctrl-C and SIGTERM during long work: end after the step under way, so that nothing is left half-done. */
import type { Io } from './io.ts';

export interface Interrupt {
  /** Ends the engine after its current steps. */
  signal: AbortSignal;
  wasAsked(): boolean;
  dispose(): void;
}

export function onInterrupt(io: Io): Interrupt {
  const stop = new AbortController();
  let asked = false;
  const handler = (signal: NodeJS.Signals) => {
    if (!asked) io.say('Stopping after the step under way ...');
    asked = true;
    // A terminal sends Ctrl-C to the engine as well; twice would mean "at once".
    if (signal === 'SIGTERM' || !io.terminal) stop.abort();
  };
  process.on('SIGINT', handler).on('SIGTERM', handler);
  return {
    signal: stop.signal,
    wasAsked: () => asked,
    dispose: () => void process.off('SIGINT', handler).off('SIGTERM', handler),
  };
}
