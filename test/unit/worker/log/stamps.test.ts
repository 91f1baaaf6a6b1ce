import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStamps, formatMicros } from '../../../../app/worker/log/stamps.ts';

test('the form is that of the protocol', () => {
  expect(formatMicros(Date.UTC(2026, 0, 2, 3, 4, 5) * 1000 + 42)).toBe('2026-01-02T03:04:05.000042');
});

test('stamps rise strictly, also while the clock stands still or jumps back', () => {
  const time = fc.integer({ min: Date.UTC(2020), max: Date.UTC(2060) });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1 }), (clock) => {
      let at = 0;
      const stamp = createStamps(() => clock[at] as number);
      const stamps: string[] = [];
      for (at = 0; at < clock.length; at++) stamps.push(formatMicros(stamp()), formatMicros(stamp()));
      expect(stamps).toEqual([...new Set(stamps)].sort());
      expect(stamps.every((s) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/.test(s))).toBe(true);
    }),
  );
});

test('a clock that goes well is followed', () => {
  let now = Date.UTC(2026);
  const stamp = createStamps(() => now);
  stamp();
  now += 5_000;
  expect(formatMicros(stamp())).toBe('2026-01-01T00:00:05.000000');
});
