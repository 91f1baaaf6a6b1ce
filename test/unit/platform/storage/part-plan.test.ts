import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlatformKey } from '../../../../app/platform/storage/buckets.ts';
import { MIB, missingParts, partSize, partsOf } from '../../../../app/platform/storage/part-plan.ts';

const LIMITS = [
  { smallest: 5 * MIB, largest: 5 * 1024 * MIB, count: 10_000 },
  { smallest: MIB, largest: 4_000 * MIB, count: 50_000 },
  { smallest: MIB, largest: 5 * 1024 * 1024 * MIB, count: 1_024 },
];
const TIB = 1024 ** 4;

test('the parts of any file are the file, within the limits of its store', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LIMITS), fc.nat({ max: 4 * TIB }), (limits, size) => {
      const each = partSize(size, limits);
      const parts = partsOf(size, each);
      expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(size);
      expect(parts.length).toBeLessThanOrEqual(limits.count);
      expect(parts.every((part, i) => part.number === i + 1 && part.size <= limits.largest)).toBe(true);
      expect(parts.slice(0, -1).every((part) => part.size === each && each >= limits.smallest)).toBe(true);
    }),
  );
});

test('a file that no store of a kind can hold is refused', () => {
  expect(() => partSize(60 * TIB, LIMITS[0] as (typeof LIMITS)[0])).toThrow(/more than 10000 parts/);
});

test('a part that is not there, not whole or not the same bytes is missing', () => {
  const wanted = partsOf(10, 4);
  expect(missingParts(wanted, wanted)).toEqual([]);
  expect(missingParts(wanted, [wanted[2] as never, { number: 1, size: 3 }])).toEqual([1, 2]);
  const named = wanted.map((part) => ({ ...part, etag: `of ${part.number}` }));
  expect(missingParts(wanted, named)).toEqual([]);
  expect(missingParts(named, named.with(1, { ...named[1]!, etag: 'of others' }))).toEqual([2]);
  expect(missingParts(named, wanted)).toEqual([1, 2, 3]);
});

test('snapshots and logs are the platform’s, all else is data', () => {
  expect(['vcs/a/b.tar.gz', 'logs/e/1/1-2.ndjson.gz'].every(isPlatformKey)).toBe(true);
  expect(['projects/a/outputs/b/c', 'vcs.txt', 'uploads/logs/x'].some(isPlatformKey)).toBe(false);
});
