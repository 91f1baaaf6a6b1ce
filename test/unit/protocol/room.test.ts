import fc from 'fast-check';
import { expect, test } from 'vitest';
import { booked, fits, freeBeside, GPU, type Resources, shareOf } from '../../../app/protocol/room.ts';
import { Room } from '../../../app/worker/room.ts';

const GIB = 2 ** 30;
const nothing = { cpus: null, memory: null };
const plain = { requests: nothing, limits: nothing, devices: null };
const asked = fc.record({
  requests: fc.record({
    cpus: fc.option(fc.double({ min: 0.1, max: 40, noNaN: true })),
    memory: fc.option(fc.integer({ min: 1, max: 80 * GIB })),
  }),
  limits: fc.record({
    cpus: fc.option(fc.double({ min: 0.1, max: 40, noNaN: true })),
    memory: fc.option(fc.integer({ min: 1, max: 80 * GIB })),
  }),
  devices: fc.option(fc.record({ [GPU]: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] })),
});

test('as many jobs that ask for nothing fit as there are slots, and not one more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 96 }), (slots, cpus) => {
      const whole: Resources = { cpus, memory: 16 * GIB, devices: { [GPU]: 4 } };
      const share = shareOf(whole, slots);
      const one = booked(plain, share);
      const running = Array.from({ length: slots - 1 }, () => one);
      expect(fits(one, freeBeside(whole, running))).toBe(true);
      expect(fits(one, freeBeside(whole, [...running, one]))).toBe(false);
    }),
  );
});

test('what is taken one after the other while it fits never is more than the machine, and no GPU is given twice', () => {
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (jobs, slots) => {
      const gpus = ['GPU-a', 'GPU-b', 'GPU-c', 'GPU-d'];
      const room = new Room(slots, gpus, { cpus: 16, memory: 64 * GIB });
      const given: string[] = [];
      const sum = { cpus: 0, memory: 0 };
      for (const [n, job] of jobs.entries()) {
        const needs = booked(job, room.share);
        if (!fits(needs, room.free())) continue;
        room.take({ execution_id: String(n), ...job });
        const has = room.of(String(n))!;
        expect(has.gpus).toHaveLength(needs.devices[GPU] ?? 0);
        given.push(...has.gpus!);
        sum.cpus += needs.cpus;
        sum.memory += has.memory;
      }
      expect(new Set(given).size).toBe(given.length);
      expect(sum.cpus).toBeLessThanOrEqual(16.001);
      expect(sum.memory).toBeLessThanOrEqual(room.whole.memory);
      for (const n of jobs.keys()) room.release(String(n));
      expect(room.free()).toEqual(room.whole);
    }),
  );
});

test('a step that says "no devices" gets none; one that says nothing its share; a machine without GPUs says nothing', () => {
  const room = new Room(2, ['GPU-a', 'GPU-b']);
  const job = (execution_id: string, devices: Record<string, number> | null) => ({
    ...plain,
    execution_id,
    devices,
  });
  room.take(job('none', {}));
  room.take(job('share', null));
  room.take(job('two', { [GPU]: 2 }));
  expect(['none', 'share', 'two', 'other'].map((id) => room.of(id)?.gpus)).toEqual([
    [],
    ['GPU-a'],
    ['GPU-b'],
    undefined,
  ]);
  const without = new Room(1, []);
  without.take(job('x', null));
  expect(without.of('x')?.gpus).toBeNull();
});
