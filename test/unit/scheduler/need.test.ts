import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Asked, booked, fits, GPU, type Resources, shareOf } from '../../../app/protocol/room.ts';
import { need } from '../../../app/scheduler/jobs/autoscale/need.ts';
import type { MachineWorker } from '../../../app/scheduler/jobs/autoscale/state.ts';

const GIB = 2 ** 30;
const size = { cpus: 8, memory: 32 * GIB, devices: { [GPU]: 4 }, at: 0 };
const asks = (cpus: number | null, memory: number | null = null, gpus: number | null = null): Asked => ({
  requests: { cpus, memory },
  limits: { cpus: null, memory: null },
  devices: gpus === null ? null : { [GPU]: gpus },
});
const busyWith = (...holds: Asked[]): MachineWorker => ({
  id: 'w',
  instanceId: 'i',
  running: holds.length,
  holds,
  idleSince: 0,
  lastSeen: 0,
  drainingSince: null,
  drained: false,
});
const ALL = 1000;
const some = fc.record({
  asked: fc
    .tuple(
      fc.option(fc.integer({ min: 1, max: 10 })),
      fc.option(fc.integer({ min: 1, max: 40 }).map((gib) => gib * GIB)),
      fc.option(fc.nat(5)),
    )
    .map((all) => asks(...all)),
  jobs: fc.integer({ min: 1, max: 6 }),
});

it('counts jobs by what they ask for: cores, memory, GPUs, and slots', () => {
  const more = (asked: Asked, jobs: number, slots = 8) =>
    need({ waiting: [{ asked, jobs }], size, slots }, [], ALL).more;
  expect(more(asks(2, GIB, 0), 9)).toBe(3);
  expect(more(asks(1, 10 * GIB, 0), 7)).toBe(3);
  expect(more(asks(1, GIB, 2), 5)).toBe(3);
  expect(more(asks(1, GIB, 0), 8, 2)).toBe(4);
  expect(more(asks(null), 9, 3)).toBe(3);
});

it('looks first beside the jobs that run, and starts nothing for what fits on no machine', () => {
  const look = (asked: Asked, jobs: number, busy: MachineWorker[]) =>
    need({ waiting: [{ asked, jobs }], size, slots: 8 }, busy, ALL);
  expect(look(asks(2, GIB, 0), 3, [busyWith(asks(2, GIB, 0))])).toEqual({ more: 0, tooLarge: 0 });
  expect(look(asks(2, GIB, 0), 4, [busyWith(asks(2, GIB, 0))])).toEqual({ more: 1, tooLarge: 0 });
  expect(look(asks(1, GIB, 2), 1, [busyWith(asks(1, GIB, 3))])).toEqual({ more: 1, tooLarge: 0 });
  expect(look(asks(9, GIB, 0), 4, [])).toEqual({ more: 0, tooLarge: 4 });
});

it('counts by slots alone where no machine has told what it has', () => {
  fc.assert(
    fc.property(fc.array(some), fc.integer({ min: 1, max: 4 }), (waiting, slots) => {
      const jobs = waiting.reduce((sum, one) => sum + one.jobs, 0);
      expect(need({ waiting, size: null, slots }, [], ALL)).toEqual({
        more: Math.ceil(jobs / slots),
        tooLarge: 0,
      });
    }),
  );
});

it('is never fewer machines than their sum needs, nor more than jobs; two half empty ones are never asked for', () => {
  fc.assert(
    fc.property(fc.array(some, { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (waiting, slots) => {
      const { more, tooLarge } = need({ waiting, size, slots }, [], ALL);
      const share = shareOf(size, slots);
      const each = waiting.flatMap(({ asked, jobs }) => Array<Resources>(jobs).fill(booked(asked, share)));
      const placed = each.filter((needs) => fits(needs, size));
      const sum = (of: (one: Resources) => number) => placed.reduce((total, one) => total + of(one), 0);
      const parts = [
        sum(({ cpus }) => cpus) / size.cpus,
        sum(({ memory }) => memory) / size.memory,
        sum(({ devices }) => devices[GPU] ?? 0) / size.devices[GPU]!,
        placed.length / slots,
      ];
      expect(tooLarge).toBe(each.length - placed.length);
      expect(more).toBeGreaterThanOrEqual(Math.ceil(Math.max(...parts) - 1e-6));
      expect(more).toBeLessThanOrEqual(placed.length);
      // First fit: what is on one machine did not fit on the one before.
      expect(more).toBeLessThanOrEqual(Math.ceil(2 * parts.reduce((total, part) => total + part, 0)) + 1);
    }),
  );
});

it('counts no further than anybody would start', () => {
  const waiting = [{ asked: asks(8, GIB, 0), jobs: 1_000_000 }];
  expect(need({ waiting, size, slots: 8 }, [], 10).more).toBe(11);
});
