import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain, type State } from '../../../../app/core/executions/waiting/explain.ts';

const NOW = 1_800_000_000_000;
const idle: State = {
  status: 'queued',
  since: NOW - 5_000,
  told: '',
  phase: null,
  environment: { slug: 'gpu', inConfig: true, enabled: true, pause: null, machines: null },
  workers: [{ name: 'one', seen: NOW - 1_000, unready: null, draining: false, running: 0 }],
  quotas: [],
  ahead: { count: 0, more: false },
  durations: [],
};
const told = (change: Partial<State>) => {
  const answer = explain({ ...idle, ...change }, NOW);
  return answer && { code: answer.code, text: `${answer.message} ${answer.cure}`.trim() };
};
const environment = (change: Partial<State['environment']>) => ({
  environment: { ...idle.environment, ...change },
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
      { quotas: [{ kind: 'user', name: 'ada', most: 4, running: 4 }] },
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
    ['too_large', { tooLarge: 'Waits: it asks for 8 cores' }, /8 cores Ask for less/],
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
      environment({ machines: { most: 4, there: 1, starting: 1, message: 'Starting a machine (1 of 4)' } }),
      /Starting a machine/,
    ],
    [
      'max_scale',
      environment({
        machines: { most: 4, there: 4, starting: 0, message: 'All machines are busy (4 of 4)' },
      }),
      /can allow more than 4/,
    ],
    [
      'no_machine',
      environment({
        machines: { most: 4, there: 1, starting: 0, message: 'The cloud gives no machine: quota' },
      }),
      /The cloud gives no machine/,
    ],
    [
      'image',
      { status: 'started', phase: { kind: 'image', since: NOW }, told: 'Pulling python:3' },
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

const anyState: fc.Arbitrary<State> = fc.record({
  status: fc.constantFrom('created', 'queued', 'started'),
  since: fc.integer({ min: 0, max: NOW }),
  told: fc.constantFrom('', 'Waits: Vault is sealed', 'half way'),
  phase: fc.option(fc.record({ kind: fc.constantFrom('disk', 'image', 'later'), since: fc.constant(NOW) })),
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
        message: fc.constantFrom('', 'busy'),
      }),
    ),
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
    }),
    { maxLength: 2 },
  ),
  ahead: fc.record({ count: fc.nat(2000), more: fc.boolean() }),
  durations: fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 20 }),
});

test('what is queued always has a reason; an estimate is given for the queue alone, and from enough that ended', () => {
  fc.assert(
    fc.property(anyState, (state) => {
      const answer = explain(state, NOW);
      if (state.status !== 'started') expect(answer).not.toBeNull();
      if (answer === null) return;
      expect(answer.message).not.toBe('');
      for (const number of Object.values(answer.numbers)) expect(Number.isFinite(number)).toBe(true);
      if (answer.estimateSeconds === null) return;
      expect(answer.code).toBe('queue');
      expect(state.durations.length).toBeGreaterThanOrEqual(5);
      expect(answer.estimateSeconds).toBeGreaterThanOrEqual(0);
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
