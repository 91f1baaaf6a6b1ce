/** Time stamps of log lines: microseconds, and each later than the one before, whatever the machine's clock does. */

/** `YYYY-MM-DDTHH:MM:SS.ffffff` in UTC. */
export function formatMicros(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${date}.${String(micros - seconds * 1e6).padStart(6, '0')}`;
}

/** Gives the next stamp at every call. `now` in milliseconds; it may stand still or jump back. */
export function createStamps(now: () => number = Date.now): () => string {
  let last = 0;
  // Written out once a second, not once a line: it was a seventh of what a line costs.
  let second = -1;
  let written = '';
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1000));
    const seconds = Math.floor(last / 1e6);
    if (seconds !== second) written = formatMicros(seconds * 1e6).slice(0, -6);
    second = seconds;
    return written + String(last - seconds * 1e6).padStart(6, '0');
  };
}
