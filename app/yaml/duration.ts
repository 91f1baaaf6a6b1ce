/** Durations as `valohai.yaml` writes them: `90` (seconds) or `1h 30m 5s`. */
import { strip } from './python.ts';

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const PIECE = /(?<count>[.\d]+)\s*(?<unit>[a-z]*)/g;
/** More than two million years, which is all that Python counts. */
const MOST = 86_400 * 999_999_999;

/**
 * Seconds, or null for "none" (absent, blank, or a number that is not above 0). Only the first letter of a unit
 * counts; pieces add up, and what stands between them is passed over. Throws a RangeError that says what is wrong.
 */
export function parseDuration(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') {
    if (Math.abs(value) <= MOST) return value > 0 ? value : null;
    throw refusal(value);
  }
  if (strip(value) === '') return null;
  const pieces = [...value.matchAll(PIECE)].map(({ groups }) => {
    const unit = SECONDS[groups?.unit?.charAt(0) ?? ''];
    return unit === undefined ? Number.NaN : Number(groups?.count) * unit;
  });
  const seconds = pieces.reduce((sum, piece) => sum + piece, 0);
  if (seconds > 0 && seconds <= MOST) return seconds;
  throw refusal(value);
}

const refusal = (given: number | string) =>
  new RangeError(
    `"${given}" is no duration: write seconds as a number, or pieces like "1h 30m 5s", in all more than nothing`,
  );
