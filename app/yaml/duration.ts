/** Durations as `valohai.yaml` writes them: `90` (seconds) or `1h 30m 5s`. */

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const PIECE = /(?<count>[.\d]+)\s*(?<unit>\p{L}*)/gu;

/**
 * Seconds, or null for "none" (absent or blank). Only the first letter of a unit counts; pieces add up, and what
 * stands between them is passed over. Throws a RangeError that says what is wrong.
 */
export function parseDuration(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return positive(value, value);
  if (value.trim() === '') return null;
  const pieces = [...value.matchAll(PIECE)].map(({ groups }) => {
    const unit = SECONDS[groups?.unit?.charAt(0).toLowerCase() ?? ''];
    return unit === undefined ? Number.NaN : Number(groups?.count) * unit;
  });
  return positive(
    pieces.reduce((sum, seconds) => sum + seconds, 0),
    value,
  );
}

function positive(seconds: number, given: number | string): number {
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  const needed = 'write seconds as a number, or pieces like "1h 30m 5s", in all more than nothing';
  throw new RangeError(`"${given}" is no duration: ${needed}`);
}
