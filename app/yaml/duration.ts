/** Durations as `valohai.yaml` writes them: `90` (seconds) or `1h 30m 5s`. */

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const PIECE = /(\d+\.?\d*|\.\d+)\s*([a-z]+)/iy;
const BETWEEN = /[\s,]*/y;

/**
 * Seconds, or null for "none" (absent or blank). Only the first letter of a unit counts; pieces add up.
 * Throws a RangeError that says what is wrong.
 */
export function parseDuration(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return positive(value, value);
  if (value.trim() === '') return null;
  let seconds = 0;
  let at = skip(value, 0);
  while (at < value.length) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(value);
    const unit = SECONDS[piece?.[2]?.charAt(0).toLowerCase() ?? ''];
    if (piece === null || unit === undefined) {
      throw new RangeError(
        `"${value}" is no duration: write seconds as a number, or pieces like "1h 30m 5s"`,
      );
    }
    seconds += Number(piece[1]) * unit;
    at = skip(value, PIECE.lastIndex);
  }
  return positive(seconds, value);
}

function skip(text: string, at: number): number {
  BETWEEN.lastIndex = at;
  BETWEEN.exec(text);
  return BETWEEN.lastIndex;
}

function positive(seconds: number, given: number | string): number {
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new RangeError(`"${given}" is no duration: it must be longer than nothing`);
}
