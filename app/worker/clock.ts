/**
 * Time and chance as the worker's loop, leases and repetitions take them: real here, simulated in `test/sim`. What time
 * it is cannot be asked: a machine's wall clock may be wrong by an hour, or jump (design 2).
 */
export interface Clock {
  /** Calls `run` once, so many milliseconds from now. What it gives calls that off. */
  after(milliseconds: number, run: () => void): () => void;
  /** In [0, 1). */
  random(): number;
}

export const machineClock: Clock = {
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/** Calls `run` after each pause, until `signal` is aborted. */
export function every(clock: Clock, milliseconds: number, signal: AbortSignal, run: () => void): void {
  const again = () => {
    run();
    callOff = clock.after(milliseconds, again);
  };
  let callOff = clock.after(milliseconds, again);
  signal.addEventListener('abort', () => callOff(), { once: true });
}
