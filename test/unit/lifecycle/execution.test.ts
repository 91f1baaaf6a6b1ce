import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attemptEnd,
  auditOf,
  before,
  END_STATUSES,
  type Event,
  isEnd,
  LOST_REASON,
  next,
  reported,
  STATUSES,
  transitions,
} from '../../../app/core/lifecycle/execution.ts';
import {
  AUTORESTARTS,
  hasRetry,
  LONGEST_PAUSE_SECONDS,
  MOST_RETRIES,
  pauseAfter,
  retriesOf,
} from '../../../app/core/lifecycle/retry.ts';
import type { Status } from '../../../app/core/lifecycle/run-store.ts';

const KINDS = ['enqueue', 'claim', 'stop', 'lose', 'crash', 'end'] as const;
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom<Event>({ kind: 'enqueue' }, { kind: 'claim' }, { kind: 'stop' }, { kind: 'lose' }),
  fc.constantFrom(...END_STATUSES).map(reported),
);
const yes = () => true;
/** The statuses a new execution goes through, lost ones again while `retries` lasts; what cannot happen is passed over. */
function live(events: Event[], retries: number): Status[] {
  let status: Status = 'created';
  let attempts = 0;
  const lived: Status[] = [status];
  for (const happening of events) {
    const then = next(status, happening, (guard) => guard === 'free' || hasRetry(attempts, retries));
    if (then === null) continue;
    if (happening.kind === 'claim') attempts++;
    status = then;
    lived.push(status);
  }
  return lived;
}
const life = fc.tuple(fc.array(event, { maxLength: 40 }), fc.nat(3));

describe('the life of an execution', () => {
  it.each<[Status, Event, Status]>([
    ['created', { kind: 'enqueue' }, 'queued'],
    ['queued', { kind: 'claim' }, 'started'],
    ['started', { kind: 'end', status: 'complete' }, 'complete'],
    ['started', { kind: 'stop' }, 'stopping'],
    ['stopping', { kind: 'end', status: 'complete' }, 'complete'],
    ['queued', { kind: 'stop' }, 'stopped'],
    ['started', { kind: 'lose' }, 'crashed'],
    ['started', { kind: 'crash' }, 'crashed'],
    ['stopping', { kind: 'lose' }, 'stopped'],
    ['stopping', { kind: 'crash' }, 'crashed'],
  ])('goes from %s by %o to %s', (from, happening, to) => {
    expect(next(from, happening, (guard) => guard !== 'retry')).toBe(to);
  });

  it('starts nothing that is not free, and queues again what is lost under a policy, but for a stop', () => {
    expect(next('queued', { kind: 'claim' }, () => false)).toBeNull();
    for (const kind of ['lose', 'crash'] as const) {
      expect(next('started', { kind }, yes)).toBe('queued');
      expect(isEnd(next('stopping', { kind }, yes)!)).toBe(true);
    }
    expect(next('started', { kind: 'end', status: 'error' }, yes)).toBe('error');
  });

  it('never leaves an end', () => {
    fc.assert(
      fc.property(life, ([events, retries]) => {
        const lived = live(events, retries);
        const end = lived.findIndex(isEnd);
        if (end >= 0) expect(lived.slice(end)).toEqual([lived[end]]);
      }),
    );
  });

  it('starts only what was queued, once and once more for each loss that its policy allows', () => {
    fc.assert(
      fc.property(life, ([events, retries]) => {
        const lived = live(events, retries);
        const starts = lived.flatMap((status, at) => (status === 'started' ? [at] : []));
        expect(starts.length).toBeLessThanOrEqual(retries + 1);
        for (const at of starts) expect(lived[at - 1]).toBe('queued');
      }),
    );
  });

  it('can always still end', () => {
    const ends = (status: Status, depth = 0): boolean =>
      isEnd(status) ||
      (depth < STATUSES.length &&
        ([{ kind: 'enqueue' }, { kind: 'claim' }, { kind: 'end', status: 'error' }] as Event[]).some(
          (happening) => ends(next(status, happening, yes) ?? 'created', depth + 1),
        ));
    for (const status of STATUSES) expect(ends(status), status).toBe(true);
  });

  it('tells a store the same as it tells one execution', () => {
    for (const kind of KINDS) {
      expect(before(kind)).toEqual([...new Set(transitions(kind).map(({ from }) => from))]);
      for (const { from, to, if: guard } of transitions(kind)) {
        if (kind === 'end') expect(to).toBe('as reported');
        // Of two rows with one beginning the first has the guard.
        else expect(next(from, { kind }, (asked) => asked === guard)).toBe(to);
      }
    }
    const ends = transitions('lose').map(({ to }) => attemptEnd(to as Status));
    expect(Object.keys(LOST_REASON).sort()).toEqual([...new Set(ends)].sort());
  });

  it('has an audit row for every transition but the claim, which the attempt itself tells', () => {
    expect(() => auditOf('claim', 'started')).toThrow(/claim led to started/);
    expect(auditOf('enqueue', 'queued')).toBe('execution.create');
    expect([auditOf('lose', 'queued'), auditOf('crash', 'queued')]).toEqual(Array(2).fill('execution.retry'));
    for (const status of END_STATUSES) expect(auditOf(reported(status).kind, status)).toBe('execution.end');
    for (const status of ['stopped', 'stopping'] as const)
      expect(auditOf('stop', status)).toBe('execution.stop');
  });

  it('is run again as often as its environment says, or as its own word says', () => {
    expect(retriesOf(undefined, { max_retries: 0 })).toBe(0);
    expect(retriesOf(undefined, { max_retries: 2 })).toBe(2);
    expect(retriesOf(true, { max_retries: 2 })).toBe(2);
    expect(retriesOf(true, { max_retries: 0 })).toBe(AUTORESTARTS);
    expect(retriesOf(false, { max_retries: 2 })).toBe(0);
  });
});

describe('the pause after a loss', () => {
  it('is 5 s, grows threefold and ends at 300 s', () => {
    expect([1, 2, 3, 4, 5, MOST_RETRIES].map(pauseAfter)).toEqual([5, 15, 45, 135, 300, 300]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (attempt) => {
        const [pause, longer] = [pauseAfter(attempt), pauseAfter(attempt + 1)];
        expect(pause).toBeGreaterThan(0);
        expect(longer).toBe(Math.min(LONGEST_PAUSE_SECONDS, pause * 3));
      }),
    );
  });
});
