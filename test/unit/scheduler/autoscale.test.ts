import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Asked } from '../../../app/protocol/room.ts';
import { decide } from '../../../app/scheduler/jobs/autoscale/decide.ts';
import { boundsAt } from '../../../app/scheduler/jobs/autoscale/schedule.ts';
import {
  type Decision,
  JOIN_MS,
  LOST_MS,
  type Machine,
  type MachineWorker,
  type State,
} from '../../../app/scheduler/jobs/autoscale/state.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const machine = (id: string, more: Partial<Machine> = {}): Machine => ({
  id,
  state: 'running',
  launchedAt: NOW - 5 * MINUTE,
  strayedAt: null,
  endedAt: null,
  ...more,
});
const worker = (instanceId: string, more: Partial<MachineWorker> = {}): MachineWorker => ({
  id: `worker of ${instanceId}`,
  instanceId,
  running: 0,
  holds: [],
  idleSince: NOW - MINUTE,
  lastSeen: NOW,
  drainingSince: null,
  drained: false,
  ...more,
});
const PLAIN: Asked = {
  requests: { cpus: null, memory: null },
  limits: { cpus: null, memory: null },
  devices: null,
};
const queue = (jobs: number): State['waiting'] => (jobs === 0 ? [] : [{ asked: PLAIN, jobs }]);
const state = ({ queued = 0, ...more }: Partial<State> & { queued?: number } = {}): State => ({
  bounds: { min: 0, max: 5 },
  graceSeconds: 900,
  slots: 1,
  size: null,
  waiting: queue(queued),
  wanted: more.machines?.filter(({ strayedAt }) => strayedAt === null).length ?? 0,
  largest: 10,
  machines: [],
  refusal: null,
  workers: [],
  memory: { wanted: null, wantedAt: null, failures: 0, failedAt: null },
  trustSilenceFrom: 0,
  ...more,
});

describe('decide', () => {
  it('starts from zero as many as wait, up to max, and says so', () => {
    expect(decide(state({ queued: 2 }), NOW)).toMatchObject({
      grow: 2,
      message: 'Starting 2 machines (2 of 5)',
    });
    expect(decide(state({ queued: 9 }), NOW).grow).toBe(5);
    expect(decide(state({ queued: 9, slots: 4 }), NOW).grow).toBe(3);
    expect(decide(state({ queued: 1, bounds: { min: 0, max: 0 } }), NOW)).toMatchObject({
      grow: null,
      message: expect.stringContaining('maximum of this environment is 0'),
    });
  });

  it('asks once for a job: what is on its way counts', () => {
    const coming = [machine('a', { state: 'starting' })];
    expect(decide(state({ queued: 1, machines: coming }), NOW)).toMatchObject({
      grow: null,
      message: 'Starting a machine (1 of 5)',
    });
    const first = decide(state({ queued: 1 }), NOW);
    expect(decide(state({ queued: 1, memory: first.memory }), NOW + 1000).grow).toBeNull();
  });

  it('lets an idle machine go only by handshake, when its grace is over', () => {
    const machines = [machine('a')];
    const idle = (ms: number, more = {}) => worker('a', { idleSince: NOW - ms, ...more });
    const told = (one: MachineWorker) => decide(state({ machines, workers: [one] }), NOW);
    expect(told(idle(899_000))).toMatchObject({ drain: [], end: [] });
    expect(told(idle(900_000))).toMatchObject({ drain: [{ workerId: 'worker of a' }], end: [] });
    expect(told(idle(900_000, { drainingSince: NOW }))).toMatchObject({ drain: [], end: [] });
    const done = idle(900_000, { drainingSince: NOW, drained: true });
    expect(told(done)).toMatchObject({ drain: [], end: [{ instanceId: 'a', reason: 'drained' }] });
  });

  it('keeps min, and what waits needs', () => {
    const machines = [machine('a'), machine('b')];
    const workers = machines.map(({ id }) => worker(id, { idleSince: 0 }));
    expect(decide(state({ machines, workers, bounds: { min: 2, max: 5 } }), NOW).drain).toEqual([]);
    expect(decide(state({ machines, workers, queued: 1 }), NOW).drain).toHaveLength(1);
    expect(decide(state({ machines, workers, queued: 2 }), NOW).drain).toEqual([]);
  });

  it('ends what never joined, backs off, and tries again', () => {
    const late = state({ queued: 1, machines: [machine('a', { launchedAt: NOW - JOIN_MS - 1 })] });
    const first = decide(late, NOW);
    expect(first).toMatchObject({ grow: null, end: [{ instanceId: 'a', reason: 'never joined' }] });
    const after = state({ queued: 1, memory: first.memory });
    expect(decide(after, NOW + 30_000)).toMatchObject({
      grow: null,
      message: expect.stringMatching(/next try/),
    });
    expect(decide(after, NOW + 70_000).grow).toBe(1);
  });

  it('gives up what the cloud said yes to and never gave, and tries again later', () => {
    const asked = decide(state({ queued: 1 }), NOW);
    const pending = state({ queued: 1, wanted: 1, memory: asked.memory });
    expect(decide(pending, NOW + JOIN_MS)).toMatchObject({ grow: null, forgo: false });
    const late = decide(pending, NOW + JOIN_MS + 1);
    expect(late).toMatchObject({ grow: null, forgo: true, message: expect.stringMatching(/next try/) });
    const after = state({ queued: 1, memory: late.memory });
    expect(decide(after, NOW + JOIN_MS + 2 * MINUTE).grow).toBe(1);
  });

  it('ends a machine that its group does not know, once that is sure and no job runs on it', () => {
    const seen = (strayedAt: number, workers: MachineWorker[] = [], more: Partial<State> = {}) =>
      decide(state({ machines: [machine('a', { strayedAt })], wanted: 0, workers, ...more }), NOW);
    const end = [{ instanceId: 'a', reason: 'stray' }];
    expect(seen(NOW)).toMatchObject({ end: [], drain: [] });
    expect(seen(NOW - MINUTE)).toMatchObject({ end, drain: [] });
    expect(seen(NOW, [worker('a')])).toMatchObject({ end: [], drain: [] });
    expect(seen(NOW - MINUTE, [worker('a', { running: 1 })])).toMatchObject({
      end: [],
      drain: [{ workerId: 'worker of a' }],
    });
    const done = worker('a', { drainingSince: NOW, drained: true });
    expect(seen(NOW - MINUTE, [done])).toMatchObject({ end, drain: [] });
    // It may be billed: it counts against max, and it is no reason to start one fewer than are needed.
    const one = { queued: 1, bounds: { min: 0, max: 1 } };
    expect(seen(NOW, [], one).grow).toBeNull();
    expect(seen(NOW, [], { ...one, bounds: { min: 0, max: 2 } }).grow).toBe(1);
  });

  it('tells the cloud again to end what it says is ended and lives, and not at every look', () => {
    const told = (endedAt: number | null) => {
      const workers = [worker('a', { drainingSince: 0, drained: true })];
      return decide(state({ machines: [machine('a', { endedAt })], workers }), NOW).end;
    };
    expect([told(null), told(NOW - 5000), told(NOW - MINUTE)].map((end) => end.length)).toEqual([1, 0, 1]);
  });

  it('tells a refusal in the words of the cloud, and gives up what nobody needs any more', () => {
    const refused = { wanted: 1, refusal: 'You have requested more vCPU capacity than your limit of 0' };
    expect(decide(state({ ...refused, queued: 1 }), NOW).message).toContain('more vCPU capacity');
    expect(decide(state(refused), NOW).forgo).toBe(true);
  });

  it('takes a silent machine for lost only after it was told to drain, and never after a silence of our own', () => {
    const machines = [machine('a', { launchedAt: 0 })];
    const silent = worker('a', { lastSeen: NOW - LOST_MS - 1, idleSince: NOW });
    expect(decide(state({ machines, workers: [silent] }), NOW)).toMatchObject({ drain: [{}], end: [] });
    const told = { ...silent, drainingSince: NOW - LOST_MS - 1 };
    expect(decide(state({ machines, workers: [told] }), NOW).end).toMatchObject([{ reason: 'lost' }]);
    expect(decide(state({ machines, workers: [told], trustSilenceFrom: NOW }), NOW).end).toEqual([]);
    expect(decide(state({ machines, workers: [{ ...told, running: 1 }] }), NOW).end).toEqual([]);
  });

  it('replaces at once a spot machine that drains under its job', () => {
    const machines = [machine('a')];
    const workers = [worker('a', { running: 1, drainingSince: NOW })];
    expect(decide(state({ machines, workers, queued: 1 }), NOW)).toMatchObject({
      grow: 2,
      end: [],
      drain: [],
    });
  });
});

/** A cloud and its machines, as far as scaling sees them. It lies where it is told to. */
class World {
  now = NOW;
  wanted = 0;
  machines: Machine[] = [];
  workers: MachineWorker[] = [];
  memory = state().memory;
  queued = 0;
  made = 0;
  bounds: State['bounds'];
  slots: number;
  joins: boolean;
  /** Of those that are told to end so many live on, though the cloud says that they are gone. */
  undead = 0;
  constructor(bounds: State['bounds'], slots: number, joins = true) {
    this.bounds = bounds;
    this.slots = slots;
    this.joins = joins;
  }

  get members(): Machine[] {
    return this.machines.filter(({ strayedAt }) => strayedAt === null);
  }

  look(lag: number): State {
    const wanted = Math.max(0, this.wanted - lag);
    const { bounds, slots, queued, machines, workers, memory } = this;
    return state({ bounds, slots, queued, machines, workers, memory, wanted, graceSeconds: 120 });
  }

  act(decision: Decision): void {
    if (decision.grow !== null) this.wanted = Math.max(this.wanted, decision.grow);
    if (decision.forgo) this.wanted = this.members.length;
    for (const { workerId } of decision.drain) {
      this.#change(
        (one) => one.id === workerId && one.drainingSince === null,
        () => ({ drainingSince: this.now }),
      );
    }
    for (const { instanceId } of decision.end) {
      const holder = this.workers.find((one) => one.instanceId === instanceId);
      expect(holder?.running ?? 0).toBe(0);
      const found = this.machines.find(({ id }) => id === instanceId);
      // Two schedulers may tell it twice.
      if (found === undefined) continue;
      if (found.strayedAt === null) this.wanted = Math.max(0, this.wanted - 1);
      if (this.undead > 0) {
        this.undead -= 1;
        const lives = { ...found, strayedAt: found.strayedAt ?? this.now, endedAt: this.now };
        this.machines = this.machines.map((one) => (one === found ? lives : one));
        continue;
      }
      this.machines = this.machines.filter(({ id }) => id !== instanceId);
      this.workers = this.workers.filter((one) => one.instanceId !== instanceId);
    }
    this.memory = decision.memory;
  }

  /** The group lets one of its machines go, and does not know it any more. It may start another one instead. */
  lose(replaces: boolean): void {
    const [first] = this.members;
    if (first === undefined) return;
    this.machines = this.machines.map((one) => (one === first ? { ...one, strayedAt: this.now } : one));
    if (!replaces) this.wanted = Math.max(0, this.wanted - 1);
  }

  /** Machines come up and join, jobs are taken and end, draining workers say that they are done. */
  pass(ms: number, ended: number): void {
    this.now += ms;
    while (this.members.length < this.wanted) {
      this.machines.push(machine(`m${++this.made}`, { state: 'starting', launchedAt: this.now }));
    }
    for (const one of this.members) {
      if (!this.joins || this.workers.some(({ instanceId }) => instanceId === one.id)) continue;
      if (this.now - one.launchedAt >= MINUTE) this.workers.push(worker(one.id, { idleSince: this.now }));
    }
    let left = ended;
    this.#change(
      (one) => one.running > 0 && left-- > 0,
      (one) => ({ running: one.running - 1, idleSince: this.now }),
    );
    this.workers = this.workers.map((one) => {
      const takes = one.drainingSince === null ? Math.min(this.queued, this.slots - one.running) : 0;
      this.queued -= takes;
      const running = one.running + takes;
      return { ...one, running, lastSeen: this.now, drained: one.drainingSince !== null && running === 0 };
    });
  }
  #change(which: (one: MachineWorker) => boolean, how: (one: MachineWorker) => Partial<MachineWorker>): void {
    this.workers = this.workers.map((one) => (which(one) ? { ...one, ...how(one) } : one));
  }
}
const bounds = fc.tuple(fc.nat(4), fc.nat(4)).map(([min, more]) => ({ min, max: Math.min(min + more, 6) }));
const step = fc.record({
  ms: fc.constantFrom(5_000, 20_000, 2 * MINUTE),
  arrive: fc.nat(3),
  ended: fc.nat(3),
  lag: fc.nat(2),
  lose: fc.constantFrom(null, null, null, true, false),
  undead: fc.constantFrom(0, 0, 0, 1),
});

describe('whatever happens', () => {
  it('is never above max, never ends a machine under a job, and comes to rest', () => {
    const steps = fc.array(step, { maxLength: 40 });
    fc.assert(
      fc.property(bounds, fc.integer({ min: 1, max: 3 }), steps, (range, slots, all) => {
        const world = new World(range, slots);
        for (const { ms, arrive, ended, lag } of all) {
          world.queued += arrive;
          const decision = decide(world.look(lag), world.now);
          expect(decision.grow ?? 0).toBeLessThanOrEqual(range.max);
          world.act(decision);
          expect(world.wanted).toBeLessThanOrEqual(range.max);
          world.pass(ms, ended);
        }
        // Everything ends, nothing new comes: only min stays, and then nothing changes any more.
        for (let i = 0; i < 100; i++) {
          world.act(decide(world.look(0), world.now));
          world.pass(MINUTE, 99);
        }
        if (range.max > 0) expect(world.queued).toBe(0);
        expect(world.machines).toHaveLength(range.min);
        const rest = decide(world.look(0), world.now);
        expect(rest).toMatchObject({ grow: null, forgo: false, drain: [], end: [] });
        if (range.max > 0) expect(rest.message).toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it('leaves no stray, and is not above max for them, with two schedulers and a cloud that lies', () => {
    const steps = fc.array(step, { maxLength: 40 });
    fc.assert(
      fc.property(bounds, fc.integer({ min: 1, max: 3 }), steps, (range, slots, all) => {
        const world = new World(range, slots);
        for (const { ms, arrive, ended, lag, lose, undead } of all) {
          world.queued += arrive;
          if (lose !== null) world.lose(lose);
          world.undead = undead;
          const before = world.machines.length + Math.max(0, world.wanted - world.members.length);
          // Both have looked before either does anything.
          const two = [decide(world.look(lag), world.now), decide(world.look(lag), world.now)];
          for (const decision of two) world.act(decision);
          const billed = world.machines.length + Math.max(0, world.wanted - world.members.length);
          // What the cloud itself replaced may be too many; nobody here adds to it.
          expect(billed).toBeLessThanOrEqual(Math.max(range.max, before));
          world.pass(ms, ended);
        }
        world.undead = 0;
        for (let i = 0; i < 100; i++) {
          world.act(decide(world.look(0), world.now));
          world.pass(MINUTE, 99);
        }
        expect(world.machines.filter(({ strayedAt }) => strayedAt !== null)).toEqual([]);
        expect(world.machines).toHaveLength(range.min);
        if (range.max > 0) expect(world.queued).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('does not flap: a steady load neither starts nor ends anything', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), (load) => {
        const world = new World({ min: 0, max: 6 }, 1);
        world.queued = load;
        for (let i = 0; i < 5; i++) {
          world.act(decide(world.look(0), world.now));
          world.pass(MINUTE, 0);
        }
        for (let i = 0; i < 30; i++) {
          const decision = decide(world.look(0), world.now);
          expect(decision).toMatchObject({ grow: null, forgo: false, drain: [], end: [] });
          world.act(decision);
          world.queued += 1;
          world.pass(20_000, 1);
        }
      }),
    );
  });

  it('a cloud that says yes and never boots costs few machines, each ended', () => {
    const world = new World({ min: 0, max: 3 }, 1, false);
    world.queued = 3;
    for (let i = 0; i < 24 * 60; i++) {
      world.act(decide(world.look(0), world.now));
      expect(world.machines.length).toBeLessThanOrEqual(3);
      world.pass(MINUTE, 0);
    }
    expect(world.made).toBeLessThan(120);
  });
});

describe('the schedule', () => {
  const workdays = { cron: '0 8 * * 1-5', timezone: 'Europe/Helsinki', minutes: 600, min: 2 };
  it('holds from each of its times for so long, and never above the ceiling', () => {
    const row = { min: 0, max: null, ceiling: 4, schedule: [workdays] };
    expect(boundsAt(row, new Date('2026-01-07T07:00:00Z'))).toEqual({ min: 2, max: 4 });
    expect(boundsAt(row, new Date('2026-01-07T03:00:00Z'))).toEqual({ min: 0, max: 4 });
    expect(boundsAt(row, new Date('2026-01-10T07:00:00Z'))).toEqual({ min: 0, max: 4 });
    const high = { ...row, schedule: [{ ...workdays, min: 9, max: 99 }] };
    expect(boundsAt(high, new Date('2026-01-07T07:00:00Z'))).toEqual({ min: 4, max: 4 });
  });
  it('follows summer time', () => {
    const row = { min: 0, max: 3, ceiling: 4, schedule: [workdays] };
    expect(boundsAt(row, new Date('2026-07-08T05:30:00Z')).min).toBe(2);
    expect(boundsAt(row, new Date('2026-01-07T05:30:00Z')).min).toBe(0);
  });
});
