/** One clock for several processes of a machine: milliseconds since it was started, which never jump. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** What to take from a time of day in milliseconds since 1970 to have it on that clock. */
export function dayOffset(): number {
  const tick = Date.now();
  for (;;) {
    const day = Date.now();
    if (day !== tick) return day - now();
  }
}
