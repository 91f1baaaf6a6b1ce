import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assemble,
  type Extent,
  justAfter,
  lastLines,
  linesAfter,
  totalLines,
} from '../../../../app/core/logs/window.ts';
import type { LogLine } from '../../../../app/protocol/worker.ts';

const extents = fc
  .array(fc.nat(40), { maxLength: 5 })
  .map((lengths): Extent[] => lengths.map((last, index) => ({ attempt: index + 1, last })));
const all = (of: Extent[]) =>
  of.flatMap(({ attempt, last }) => Array.from({ length: last }, (_, i) => `${attempt}-${i + 1}`));
const named = (spans: ReturnType<typeof lastLines>) =>
  spans.flatMap(({ attempt, from, to }) =>
    Array.from({ length: to - from + 1 }, (_, i) => `${attempt}-${from + i}`),
  );
const line = (seq: number): LogLine => [
  seq,
  `2026-01-31T12:00:00.${String(seq).padStart(6, '0')}`,
  'stdout',
  `${seq}`,
];

describe('lastLines', () => {
  it('names just the last lines over all attempts, in order', () => {
    fc.assert(
      fc.property(extents, fc.nat(120), (of, limit) => {
        const expected = limit === 0 ? all(of) : all(of).slice(-limit);
        expect(named(lastLines(of, limit))).toEqual(expected);
        expect(totalLines(of)).toBe(all(of).length);
      }),
    );
  });
});

describe('linesAfter', () => {
  it('names just what is behind the last line seen', () => {
    fc.assert(
      fc.property(extents, fc.nat(200), (of, at) => {
        const lines = all(of);
        const index = lines.length === 0 ? -1 : at % lines.length;
        const [attempt = 0, seq = 0] = (lines[index] ?? '0-0').split('-').map(Number);
        expect(named(linesAfter(of, { attempt, seq }))).toEqual(lines.slice(index + 1));
      }),
    );
  });
});

describe('assemble', () => {
  /** Pieces of 1..60 that begin in ascending order, may overlap and may leave holes. */
  const pieces = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(20)), { maxLength: 12 })
    .map((list) =>
      list.map(([from, length]) => ({ from, to: from + length })).sort((a, b) => a.from - b.from),
    );
  const span = fc
    .tuple(fc.integer({ min: 1, max: 70 }), fc.nat(70))
    .map(([from, length]) => ({ attempt: 1, from, to: from + length }));

  it('shows every line once and in order, and tells of every missing one', () => {
    fc.assert(
      fc.property(pieces, span, (list, wanted) => {
        const order = assemble(wanted);
        const events = list.flatMap(({ from, to }) =>
          order.feed(Array.from({ length: to - from + 1 }, (_, i) => line(from + i))),
        );
        events.push(...order.close());
        const present = new Set<number>();
        for (const { from, to } of list) for (let seq = from; seq <= to; seq++) present.add(seq);
        let next = wanted.from;
        for (const event of events) {
          if (event.stream === 'stdout') {
            expect(event.seq).toBe(next);
            expect(present.has(event.seq)).toBe(true);
          } else {
            // A gap stands for all lines from the next one up to its own number, and none of them is there.
            for (let seq = next; seq <= event.seq; seq++) expect(present.has(seq)).toBe(false);
          }
          next = event.seq + 1;
        }
        expect(next).toBe(wanted.to + 1);
      }),
    );
  });

  it('gives a gap a stamp of its own', () => {
    const order = assemble({ attempt: 1, from: 1, to: 9 });
    const events = [...order.feed([line(1)]), ...order.feed([line(5)]), ...order.close()];
    expect(events.map((event) => event.message)).toEqual([
      '1',
      'Lines 2–4 of this log are missing: not received from the worker.',
      '5',
      'Lines 6–9 of this log are missing: not received from the worker.',
    ]);
    expect(new Set(events.map((event) => event.time)).size).toBe(4);
  });
});

describe('justAfter', () => {
  it.each([
    ['2026-01-31T12:00:00.000001', '2026-01-31T12:00:00.000002'],
    ['2026-12-31T23:59:59.999999', '2027-01-01T00:00:00.000000'],
  ])('%s → %s', (time, next) => expect(justAfter(time)).toBe(next));
});
