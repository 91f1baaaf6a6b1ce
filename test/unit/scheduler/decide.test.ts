import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Look } from '../../../app/scheduler/jobs/doorbell.ts';
import { decide as decideReaping } from '../../../app/scheduler/jobs/reaper.ts';

const look = (lists: Record<string, string[]>, queued: Record<string, string[]>): Look => ({
  lists: new Map(Object.entries(lists)),
  queued: new Map(Object.entries(queued)),
});
const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
const anyLook: fc.Arbitrary<Look> = fc
  .record({ list: fc.array(fc.constantFrom('a', 'b', 'c', 'd')), queued: ids })
  .map(({ list, queued }) => look({ local: list }, { local: queued }));

describe('the doorbell', () => {
  it('rings for what is queued and in no list, in the order it shall run', () => {
    const seen = look({ local: ['b'], gpu: [] }, { local: ['a', 'b', 'c'], gpu: ['d'] });
    expect(decide(seen, seen)).toEqual({
      ring: [
        ['local', 'a'],
        ['local', 'c'],
        ['gpu', 'd'],
      ],
      remove: [],
    });
  });

  it('rings for everything after Redis was emptied', () => {
    const seen = look({}, { local: ['a', 'b'] });
    expect(decide(seen, seen).ring).toEqual([
      ['local', 'a'],
      ['local', 'b'],
    ]);
  });

  it('does not ring for what was only on its way to a worker', () => {
    const popped = look({ local: [] }, { local: ['a'] });
    expect(decide(popped, look({ local: [] }, {}))).toEqual({ ring: [], remove: [] });
  });

  it('does not ring for what was queued between the looks: its own ring is on the way', () => {
    expect(decide(look({}, {}), look({}, { local: ['a'] })).ring).toEqual([]);
  });

  it('takes out what is not queued any more', () => {
    const seen = look({ local: ['gone', 'gone', 'a'] }, { local: ['a'] });
    expect(decide(seen, seen).remove).toEqual([['local', 'gone']]);
  });

  it('leaves every list with exactly what is queued, if nothing moves meanwhile', () => {
    fc.assert(
      fc.property(anyLook, (seen) => {
        const { ring, remove } = decide(seen, seen);
        const removed = new Set(remove.map(([, id]) => id));
        const kept = (seen.lists.get('local') ?? []).filter((id) => !removed.has(id));
        const after = new Set([...kept, ...ring.map(([, id]) => id)]);
        expect(after).toEqual(new Set(seen.queued.get('local')));
        expect(ring.every(([, id]) => !kept.includes(id))).toBe(true);
      }),
    );
  });

  it('never rings for what is not queued, and never takes out what is', () => {
    fc.assert(
      fc.property(anyLook, anyLook, (first, second) => {
        const { ring, remove } = decide(first, second);
        const queued = second.queued.get('local') ?? [];
        expect(ring.every(([, id]) => queued.includes(id))).toBe(true);
        expect(remove.some(([, id]) => queued.includes(id))).toBe(false);
      }),
    );
  });
});

describe('the reaper', () => {
  it.each([
    [0, 'reap'],
    [3.9, 'reap'],
    [4, 'wait'],
    [3600, 'wait'],
    [Number.POSITIVE_INFINITY, 'wait'],
  ] as const)('after %d s of silence of our own: %s', (silence, decision) => {
    expect(decideReaping(silence)).toBe(decision);
  });
});
