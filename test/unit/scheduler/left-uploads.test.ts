import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../../app/scheduler/jobs/left-uploads.ts';

const HOUR_MS = 3600_000;
const now = new Date('2026-01-10T12:00:00Z');
const after = (hours: number) => decide({ since: new Date(now.getTime() - hours * HOUR_MS) }, now);

test('parts are aborted once no address of theirs works any more, and gone within a day', () => {
  expect([0, 6, 11.9, 12, 24, 167, 168].map(after)).toEqual([
    'keep',
    'keep',
    'keep',
    'abort',
    'abort',
    'abort',
    'give up',
  ]);
});

test('time only ever brings a verdict nearer to the end', () => {
  const order = ['keep', 'abort', 'give up'];
  fc.assert(
    fc.property(fc.nat({ max: 400 }), fc.nat({ max: 400 }), (hours, more) => {
      const place = (age: number) => order.indexOf(after(age));
      expect(place(hours + more)).toBeGreaterThanOrEqual(place(hours));
    }),
  );
});
