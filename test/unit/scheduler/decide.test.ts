import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Errands, type Look } from '../../../app/scheduler/jobs/doorbell.ts';
import { decide as decideReaping } from '../../../app/scheduler/jobs/reaper.ts';

const look = (lists: Record<string, string[]>, queued: Record<string, string[]>): Look => ({
  lists: new Map(Object.entries(lists)),
  queued: new Map(Object.entries(queued)),
});
const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
/** What the errands make of a list. */
function after(list: readonly string[], { ring, remove, move }: Errands): string[] {
  const removed = remove.map(([, id]) => id);
  const rung = [...list.filter((id) => !removed.includes(id)), ...ring.map(([, id]) => id)];
  return move.reduce((now, [, id]) => [...now.filter((other) => other !== id), id], rung);
}
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
      move: [
        ['local', 'a'],
        ['local', 'b'],
        ['local', 'c'],
      ],
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
    expect(decide(popped, look({ local: [] }, {}))).toEqual({ ring: [], remove: [], move: [] });
  });

  it('does not ring for what was queued between the looks: its own ring is on the way', () => {
    expect(decide(look({}, {}), look({}, { local: ['a'] })).ring).toEqual([]);
  });

  it('takes out what is not queued any more', () => {
    const seen = look({ local: ['gone', 'gone', 'a'] }, { local: ['a'] });
    expect(decide(seen, seen).remove).toEqual([['local', 'gone']]);
  });

  it('puts right the order from the first wrong place on, and touches nothing before it', () => {
    const urgent = look({ local: ['a', 'b', 'c', 'urgent'] }, { local: ['a', 'urgent', 'b', 'c'] });
    expect(decide(urgent, urgent)).toEqual({
      ring: [],
      remove: [],
      move: [
        ['local', 'urgent'],
        ['local', 'b'],
        ['local', 'c'],
      ],
    });
  });

  it('leaves every list with exactly what is queued, first to run first, if nothing moves meanwhile', () => {
    fc.assert(
      fc.property(anyLook, (seen) => {
        const errands = decide(seen, seen);
        const list = after(seen.lists.get('local') ?? [], errands);
        expect(new Set(list)).toEqual(new Set(seen.queued.get('local')));
        if (errands.move.length > 0 || new Set(list).size === list.length) {
          expect([...new Set(list)]).toEqual(seen.queued.get('local'));
        }
      }),
    );
  });

  it('never rings for what is not queued, and never takes out what is', () => {
    fc.assert(
      fc.property(anyLook, anyLook, (first, second) => {
        const { ring, remove, move } = decide(first, second);
        const queued = second.queued.get('local') ?? [];
        expect([...ring, ...move].every(([, id]) => queued.includes(id))).toBe(true);
        expect(remove.some(([, id]) => queued.includes(id))).toBe(false);
      }),
    );
  });
});

describe('the reaper', () => {
  it.each([
    [0, 'reap'],
    [2.9, 'reap'],
    [3, 'wait'],
    [3600, 'wait'],
    [Number.POSITIVE_INFINITY, 'wait'],
  ] as const)('after %d s of silence of our own: %s', (silence, decision) => {
    expect(decideReaping(silence)).toBe(decision);
  });
});
