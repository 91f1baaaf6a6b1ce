import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DiskGovernor, decide, type Kept } from '../../../../app/worker/steps/disk.ts';

const WAITS =
  "Waiting for room on the machine's disk: 6.44 GB needed, 10.7 GB free, 6.44 GB promised to other jobs; 4.29 GB must be freed";
const GIB = 2 ** 30;
const DISK = 100 * GIB;
const bytes = fc.integer({ min: 0, max: 120 }).map((gib) => gib * GIB);
const kept = fc.array(fc.record({ size: fc.integer({ min: 0, max: 30 }), usedAt: fc.nat(20) }), {
  maxLength: 8,
});

test('what goes is the least recently used, and no more than is needed', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, kept, (needed, free, promised, list) => {
      const sized = list.map(({ size, usedAt }) => ({ size: size * GIB, usedAt }));
      const decision = decide(needed, { total: DISK, free }, promised, sized);
      const missing = needed + promised + 2 * GIB - free;
      if (needed + 2 * GIB > DISK) return void expect(decision.kind).toBe('never');
      if (missing <= 0) return void expect(decision.kind).toBe('room');
      if (list.length === 0) return void expect(decision.kind).toBe('wait');
      const what = decision.kind === 'drop' ? decision.what : [];
      expect(what.length).toBeGreaterThan(0);
      const stays = sized.filter((one) => !what.includes(one));
      const newest = Math.max(...what.map(({ usedAt }) => usedAt));
      for (const one of stays) expect(one.usedAt).toBeGreaterThanOrEqual(newest);
      const gained = what.slice(0, -1).reduce((sum, one) => sum + one.size, 0);
      expect(gained).toBeLessThan(missing);
    }),
  );
});

describe('a job', () => {
  /** A disk in memory: what is kept takes room, and dropping it gives the room back. */
  function machine({ free = 10 * GIB, held = [] as [id: string, size: number, usedAt: number][] } = {}) {
    const disk = { total: DISK, free };
    const there = new Map(held.map(([id, size, usedAt]) => [id, { size, usedAt }]));
    const list = async (): Promise<Kept[]> =>
      [...there].map(([id, { size, usedAt }]) => ({
        ...{ id, size, usedAt },
        async drop() {
          if (id === 'in use') throw new Error('a container is made of it');
          there.delete(id);
          disk.free += size;
        },
      }));
    const governor = new DiskGovernor('/', [list], { measure: async () => ({ ...disk }), lookMs: 1 });
    const said = new Set<string>();
    const stop = new AbortController();
    const ask = (size: number) =>
      governor.room(size, { signal: stop.signal, status: (message) => void said.add(message) });
    return { disk, there, said, stop, ask };
  }

  test('with room begins at once, and what is kept stays', async () => {
    const { there, said, ask } = machine({ held: [['old', GIB, 1]] });
    await ask(5 * GIB);
    expect([...there.keys(), ...said]).toEqual(['old']);
  });

  test('gets the room of what was used longest ago; what is in use is passed over', async () => {
    const { there, said, ask } = machine({
      held: [
        ['in use', 9 * GIB, 0],
        ['old', 4 * GIB, 1],
        ['older', 4 * GIB, 0],
        ['new', 4 * GIB, 2],
      ],
    });
    await ask(15 * GIB);
    expect([...there.keys()]).toEqual(['in use', 'new']);
    expect([...said]).toEqual([]);
  });

  test('waits where there is none, says so once, and goes on when another gives it back', async () => {
    const { disk, said, ask } = machine();
    const done = await ask(6 * GIB);
    let begun = false;
    const second = ask(6 * GIB).then((end) => {
      begun = true;
      return end;
    });
    await expect.poll(() => [...said].join()).toBe(WAITS);
    expect(begun).toBe(false);
    disk.free = 20 * GIB; // the first one's files are gone
    done();
    (await second)();
    expect(said.size).toBe(1);
  });

  test('that is stopped waits no longer; one that no disk would hold never waits', async () => {
    const { ask, stop } = machine({ free: 0 });
    await expect(ask(DISK)).rejects.toThrow(/inputs need .*whole disk/);
    const waiting = ask(GIB);
    stop.abort();
    await expect(waiting).rejects.toThrow();
  });

  test('two at once are never promised the same room', async () => {
    const { ask, said, stop } = machine({ free: 9 * GIB });
    const both = [ask(5 * GIB), ask(5 * GIB)];
    await Promise.race(both);
    await expect.poll(() => said.size).toBe(1);
    stop.abort();
    expect((await Promise.allSettled(both)).map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
    ]);
  });
});
