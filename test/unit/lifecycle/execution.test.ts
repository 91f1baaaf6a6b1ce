import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  before,
  END_STATUSES,
  type Event,
  isEnd,
  LOST_REASON,
  next,
  STATUSES,
  transitions,
} from '../../../app/core/lifecycle/execution.ts';
import type { Status } from '../../../app/core/lifecycle/run-store.ts';

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom<Event>({ kind: 'enqueue' }, { kind: 'claim' }, { kind: 'stop' }, { kind: 'lose' }),
  fc.constantFrom(...END_STATUSES).map((status): Event => ({ kind: 'end', status })),
);
/** The statuses a new execution goes through; events that cannot happen are passed over. */
const live = (events: Event[]): Status[] => {
  let status: Status = 'created';
  return [status, ...events.map((happening) => (status = next(status, happening) ?? status))];
};

describe('the life of an execution', () => {
  it.each<[Status, Event, Status]>([
    ['created', { kind: 'enqueue' }, 'queued'],
    ['queued', { kind: 'claim' }, 'started'],
    ['started', { kind: 'end', status: 'complete' }, 'complete'],
    ['started', { kind: 'stop' }, 'stopping'],
    ['stopping', { kind: 'end', status: 'complete' }, 'complete'],
    ['queued', { kind: 'stop' }, 'stopped'],
    ['started', { kind: 'lose' }, 'crashed'],
    ['stopping', { kind: 'lose' }, 'stopped'],
  ])('goes from %s by %o to %s', (from, happening, to) => {
    expect(next(from, happening)).toBe(to);
  });

  it('never leaves an end', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const lived = live(events);
        const end = lived.findIndex(isEnd);
        if (end >= 0) expect(new Set(lived.slice(end))).toEqual(new Set([lived[end]]));
      }),
    );
  });

  it('starts only what was queued, and once', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const lived = live(events);
        const starts = lived.filter((status, at) => status === 'started' && lived[at - 1] !== 'started');
        expect(starts.length).toBeLessThanOrEqual(1);
        const start = lived.indexOf('started');
        if (start >= 0) expect(lived[start - 1]).toBe('queued');
      }),
    );
  });

  it('can always still end', () => {
    const ends = (status: Status, depth = 0): boolean =>
      isEnd(status) ||
      (depth < STATUSES.length &&
        ([{ kind: 'enqueue' }, { kind: 'claim' }, { kind: 'end', status: 'error' }] as Event[]).some(
          (happening) => ends(next(status, happening) ?? 'created', depth + 1),
        ));
    for (const status of STATUSES) expect(ends(status), status).toBe(true);
  });

  it('tells a store the same as it tells one execution', () => {
    for (const kind of ['enqueue', 'claim', 'stop', 'lose'] as const) {
      for (const [from, to] of transitions(kind)) expect(next(from, { kind })).toBe(to);
      expect(before(kind)).toEqual(transitions(kind).map(([from]) => from));
    }
    expect(Object.keys(LOST_REASON).sort()).toEqual(
      transitions('lose')
        .map(([, to]) => to)
        .sort(),
    );
  });
});
