/** How a file is cut into parts. Pure. */
import { CoveError } from '../errors.ts';
import type { Part, Parts } from './store.ts';

export const MIB = 1024 * 1024;
/** Smaller files go in one request. Large enough that a part's round trip does not count, small enough to send again. */
export const PART_BYTES = 16 * MIB;

/** Bytes of every part but the last, in whole MiB. Throws `too_large` for a file that no store of this kind can hold. */
export function partSize(size: number, { smallest, largest, count }: Parts['limits']): number {
  const needed = Math.max(PART_BYTES, smallest, Math.ceil(size / count));
  const rounded = Math.ceil(needed / MIB) * MIB;
  if (rounded > largest)
    throw new CoveError(
      'too_large',
      `${size} bytes are more than ${count} parts of ${largest} bytes can hold`,
    );
  return rounded;
}

/** The parts of a file of `size` bytes, in order; together they are the file. */
export function partsOf(size: number, each: number): Part[] {
  const count = Math.max(1, Math.ceil(size / each));
  return Array.from({ length: count }, (_, i) => ({ number: i + 1, size: Math.min(each, size - i * each) }));
}

/** Numbers of the parts that are not there, or are not of the right size or, where that is known, ETag. */
export function missingParts(wanted: readonly Part[], found: readonly Part[]): number[] {
  const there = new Map(found.map((part) => [part.number, part]));
  return wanted
    .filter(({ number, size, etag }) => {
      const part = there.get(number);
      return part?.size !== size || (etag !== undefined && part.etag !== etag);
    })
    .map(({ number }) => number);
}
