/** When a service that ended by itself is started again. */

const FIRST_MS = 250;
const LONGEST_MS = 30_000;
/** Who ran as long as this was well: the next end counts as the first. */
export const HEALTHY_MS = 60_000;

/** Ends in a row, this one included. */
export const endsInARow = (before: number, uptimeMs: number): number =>
  uptimeMs >= HEALTHY_MS ? 1 : before + 1;

/** Milliseconds to wait after so many ends in a row. */
export const pauseAfter = (ends: number): number =>
  Math.min(FIRST_MS * 2 ** Math.max(0, ends - 1), LONGEST_MS);
