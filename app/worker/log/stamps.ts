/** Time stamps of log lines: microseconds, and each later than the one before, whatever the machine's clock does. */

/** `YYYY-MM-DDTHH:MM:SS.ffffff` in UTC. */
export function formatMicros(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${date}.${String(micros - seconds * 1e6).padStart(6, '0')}`;
}

/** Gives the next stamp, in microseconds since 1970, at every call. `now` in milliseconds; it may stand still or jump back. */
export function createStamps(now: () => number = Date.now): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1000));
    return last;
  };
}
