import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from '../../../../app/core/executions/waiting/explain.ts';
import type { State } from '../../../../app/core/executions/waiting/state.ts';

const NOW = 1_800_000_000_000;
const idle: State = {
  status: 'queued',
  since: NOW - 5_000,
  told: '',
  phase: null,
  neighbours: [],
  environment: {
    slug: 'gpu',
    inConfig: true,
    enabled: true,
    pause: null,
    machines: null,
    waiting: 3,
    running: [100],
  },
  workers: [{ name: 'one', seen: NOW - 1_000, unready: null, draining: false, running: 0 }],
  quotas: [],
  ahead: { count: 0, more: false },
  durations: [],
};
const told = (change: Partial<State>) => {
  const answer = explain({ ...idle, ...change }, NOW);
  return answer && { code: answer.code, text: `${answer.message} ${answer.cure}`.trim() };
};
const preparing = (
  kind: string,
  progress: NonNullable<State['phase']>['progress'],
): Pick<State, 'status' | 'phase'> => ({
  status: 'started',
  phase: { kind, since: NOW - 7_000, progress },
});
const environment = (change: Partial<State['environment']>) => ({
  environment: { ...idle.environment, ...change },
});
const scaled = (change: Partial<NonNullable<State['environment']['machines']>>) =>
  environment({
    machines: {
      most: 4,
      there: 4,
      starting: 0,
      launched: null,
      took: [],
      failures: 0,
      message: '',
      ...change,
    },
  });
const worker = (change: Partial<State['workers'][number]>) => ({
  workers: [{ ...idle.workers[0]!, ...change }],
});

describe('what holds a job up, in words', () => {
  test.each<[string, Partial<State>, RegExp]>([
    ['queue', {}, /it is next; 0 of 1 machines work/],
    [
      'queue',
      { ahead: { count: 3, more: false }, ...worker({ running: 2 }) },
      /at most 3 start before it; 1 of 1/,
    ],
    ['queue', { ahead: { count: 1000, more: true } }, /more than 1000 start before it/],
    [
      'queue',
      { ahead: { count: 3, more: false }, ...worker({ running: 2 }), durations: [60, 60, 240, 600, 3000] },
      /About 8 min, if they take as long as the last 5 here: half of those took less than 4 min/,
    ],
    [
      'quota',
      { quotas: [{ kind: 'user', name: 'ada', most: 4, running: 4, ran: [] }] },
      /4 of at most 4 executions of the person ada run/,
    ],
    [
      'paused',
      environment({ pause: { since: NOW, by: 'root', reason: 'new disks' } }),
      /paused by root since .*: new disks/,
    ],
    ['paused', environment({ enabled: false }), /is paused\./],
    ['environment_gone', environment({ inConfig: false }), /taken out of the installation's config/],
    ['no_worker', { workers: [] }, /no worker serves environment gpu; none was ever heard of/],
    ['no_worker', worker({ seen: NOW - 7_200_000 }), /the last, one, was heard of 2 h ago/],
    ['unready', worker({ unready: 'cannot run containers' }), /worker one cannot run containers/],
    ['draining', worker({ draining: true }), /about to go/],
    ['vault_sealed', { told: 'Waits: Vault is sealed' }, /operator unseals/],
    [
      'too_large',
      { tooLarge: 'Waits: it asks for 8 cores' },
      /8 cores 0 of 1 machines could hold it. Ask for less/,
    ],
    ['old_worker', { tooOld: 'Waits: worker one is too old' }, /one is too old The operator updates/],
    [
      'retry_pause',
      { told: 'Attempt 2 was lost: gone', pause: { until: NOW + 14_200, attempt: 2, most: 4 } },
      /attempt 3 of at most 4 begins in 15 s at the earliest. Attempt 2 was lost: gone The pause gives time/,
    ],
    ['queue', { pause: { until: NOW, attempt: 2, most: 4 } }, /it is next/],
    ['needs', { told: 'Waits: GitHub does not answer' }, /tried again/],
    [
      'machine_starting',
      scaled({ there: 1, starting: 1, message: 'Starting a machine (1 of 4)' }),
      /Starting a machine/,
    ],
    ['max_scale', scaled({ message: 'All machines are busy (4 of 4)' }), /can allow more than 4/],
    [
      'no_machine',
      scaled({ there: 1, message: 'The cloud gives no machine: quota' }),
      /The cloud gives no machine/,
    ],
    [
      'image',
      { status: 'started', phase: { kind: 'image', since: NOW, progress: null }, told: 'Pulling python:3' },
      /Pulling python:3/,
    ],
    ['created', { status: 'created' }, /made ready/],
  ])('%s', (code, change, text) => {
    expect(told(change)).toEqual({ code, text: expect.stringMatching(text) });
  });

  test('a command that has started waits for nothing, whatever it says of itself', () => {
    expect(told({ status: 'started', told: 'Waits: not really' })).toBeNull();
  });
});

/** Seconds, of five that ended. */
const FIVE = [60, 60, 240, 600, 3000];
const ON_ITS_WAY = { bytes_done: 30e6, bytes_total: 120e6, bytes_per_second: 1e6, seconds_left: 90 };

describe('numbers, and for how long', () => {
  test.each<[string, Partial<State>, Record<string, number>, number | RegExp]>([
    [
      'an image, as its worker tells',
      preparing('image', { numbers: ON_ITS_WAY, estimate: 90 }),
      { bytes_done: 30e6, seconds_left: 90, waited_seconds: 7 },
      90,
    ],
    ['one of an older worker', preparing('image', null), {}, /earlier version/],
    [
      'inputs that stand still',
      preparing('inputs', {
        numbers: { files_done: 1, files_total: 2, bytes_per_second: 0 },
        estimate: null,
      }),
      { files_done: 1, files_total: 2 },
      /Nothing arrives/,
    ],
    [
      'inputs of unknown size',
      preparing('inputs', { numbers: { bytes_done: 5, bytes_per_second: 3 }, estimate: null }),
      { bytes_done: 5 },
      /how much is still to come/,
    ],
    [
      'an image that is unpacked',
      preparing('image', { numbers: { bytes_done: 5, bytes_total: 5 }, estimate: null }),
      {},
      /unpacking/,
    ],
    [
      'a disk, until the next of the others there ends',
      {
        ...preparing('disk', { numbers: { bytes_missing: 7 }, estimate: null }),
        neighbours: [100, 500],
        durations: FIVE,
      },
      { bytes_missing: 7, running: 2 },
      500,
    ],
    ['a disk that no job fills', preparing('disk', null), { running: 0 }, /No other job/],
    [
      'a quota, until the next of those that count ends',
      { quotas: [{ kind: 'user', name: 'ada', most: 2, running: 2, ran: [10, 500] }], durations: FIVE },
      { running: 2, most: 2 },
      230,
    ],
    [
      'a quota under which all take longer than usual',
      { quotas: [{ kind: 'user', name: 'ada', most: 1, running: 1, ran: [9000] }], durations: FIVE },
      {},
      /longer than the last 5/,
    ],
    [
      'too few that ended',
      { quotas: [{ kind: 'user', name: 'a', most: 1, running: 1, ran: [9] }] },
      {},
      /Fewer than 5/,
    ],
    [
      'a machine that starts, as the others did',
      scaled({ there: 2, starting: 1, launched: NOW - 40_000, took: [100, 90, 130], message: 'Starting' }),
      { machines: 2, starting: 1, most: 4, starting_seconds: 40 },
      60,
    ],
    [
      'one that takes longer than the others',
      scaled({ starting: 1, launched: NOW - 400_000, took: [100], message: 'Starting' }),
      {},
      /longer than the others/,
    ],
    [
      'all machines busy',
      { ...scaled({ message: 'All busy' }), durations: FIVE, ahead: { count: 1, more: false } },
      { machines: 4, most: 4, running: 1, ahead: 1 },
      480,
    ],
    [
      'a paused environment',
      environment({ enabled: false }),
      { waiting: 3, running: 1, waited_seconds: 5 },
      /resumed/,
    ],
    ['a sealed Vault', { told: 'Waits: Vault is sealed' }, { waiting: 3 }, /unseals/],
    [
      'no machine with that GPU',
      { tooLarge: 'Waits: it asks for 8 GPUs.' },
      { machines: 1, able: 0 },
      /does not start/,
    ],
    [
      'a worker that is away',
      worker({ seen: NOW - 7_200_000 }),
      { workers: 0, silent_seconds: 7200 },
      /when a worker/,
    ],
  ])('%s', (_, change, numbers, estimate) => {
    const answer = explain({ ...idle, ...change }, NOW)!;
    expect(answer.numbers).toMatchObject(numbers);
    expect(answer.cure).not.toBe('');
    if (typeof estimate === 'number') expect(answer.estimate).toEqual({ seconds: estimate });
    else expect(answer.estimate).toEqual({ unknown: expect.stringMatching(estimate) });
  });

  test('a machine that is free takes it: nothing is said of the cloud', () => {
    expect(told(scaled({ message: 'A machine takes it soon' }))?.code).toBe('queue');
  });
});

const anyState: fc.Arbitrary<State> = fc.record({
  status: fc.constantFrom('created', 'queued', 'started'),
  since: fc.integer({ min: 0, max: NOW }),
  told: fc.constantFrom('', 'Waits: Vault is sealed', 'half way'),
  phase: fc.option(
    fc.record({
      kind: fc.constantFrom('disk', 'image', 'later'),
      since: fc.constant(NOW),
      progress: fc.option(
        fc.record({
          numbers: fc.dictionary(fc.constantFrom('bytes_done', 'bytes_total', 'bytes_per_second'), fc.nat()),
          estimate: fc.option(fc.nat()),
        }),
      ),
    }),
  ),
  neighbours: fc.array(fc.nat(), { maxLength: 3 }),
  environment: fc.record({
    slug: fc.constant('gpu'),
    inConfig: fc.boolean(),
    enabled: fc.boolean(),
    pause: fc.option(
      fc.record({ since: fc.constant(NOW), by: fc.option(fc.constant('root')), reason: fc.string() }),
    ),
    machines: fc.option(
      fc.record({
        most: fc.nat(3),
        there: fc.nat(3),
        starting: fc.nat(2),
        launched: fc.option(fc.integer({ min: 0, max: NOW })),
        took: fc.array(fc.nat(1000), { maxLength: 3 }),
        failures: fc.nat(3),
        message: fc.constantFrom('', 'busy'),
      }),
    ),
    waiting: fc.nat(9),
    running: fc.array(fc.nat(), { maxLength: 3 }),
  }),
  workers: fc.array(
    fc.record({
      name: fc.constant('one'),
      seen: fc.option(fc.integer({ min: NOW - 100_000, max: NOW })),
      unready: fc.option(fc.constant('is sick')),
      draining: fc.boolean(),
      running: fc.nat(3),
    }),
    { maxLength: 3 },
  ),
  quotas: fc.array(
    fc.record({
      kind: fc.constantFrom('user', 'team', 'project'),
      name: fc.constant('x'),
      most: fc.nat(3),
      running: fc.nat(4),
      ran: fc.array(fc.nat(), { maxLength: 4 }),
    }),
    { maxLength: 2 },
  ),
  ahead: fc.record({ count: fc.nat(2000), more: fc.boolean() }),
  durations: fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 20 }),
});

test('what waits has a reason, numbers, a cure, and an estimate or why there is none', () => {
  fc.assert(
    fc.property(anyState, (state) => {
      const answer = explain(state, NOW);
      if (state.status !== 'started') expect(answer).not.toBeNull();
      if (answer === null) return;
      expect(answer.message).not.toBe('');
      expect(answer.cure).not.toBe('');
      for (const number of Object.values(answer.numbers)) expect(number).toBeGreaterThanOrEqual(0);
      if ('unknown' in answer.estimate) expect(answer.estimate.unknown).not.toBe('');
      else expect(answer.estimate.seconds).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('a pause or a full quota is never hidden by anything that keeps fewer from starting', () => {
  fc.assert(
    fc.property(anyState, (state) => {
      const code = explain({ ...state, status: 'queued' }, NOW)?.code;
      const open = state.environment.inConfig && state.environment.enabled;
      if (open && state.environment.pause !== null) expect(code).toBe('paused');
      const full = state.quotas.some(({ most, running }) => running >= most);
      if (open && state.environment.pause === null) expect(code === 'quota').toBe(full);
    }),
  );
});
