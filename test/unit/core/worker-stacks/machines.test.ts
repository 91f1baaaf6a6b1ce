import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lookOf, withOrders } from '../../../../app/core/worker-stacks/machines.ts';
import type { LookReport, StackOrder } from '../../../../app/platform/machines/report.ts';

const now = new Date('2026-01-01T12:00:00Z');
const machine = (id: string, state: 'starting' | 'running' | 'ending' = 'running') => ({
  id,
  state,
  launched_at: '2026-01-01T11:00:00.000Z',
});
const look: LookReport = {
  wanted: 2,
  largest: 5,
  refusal: null,
  machines: [machine('a'), machine('b', 'starting')],
};
const told = { stack: 'far', group: 'gpu', reportedAt: now, now };

test('what cannot be told is told as whom to look at', () => {
  expect(lookOf({ gpu: look }, told)).toBe(look);
  expect(() => lookOf({}, { ...told, reportedAt: null })).toThrow(/far has not been heard of yet/);
  const reportedAt = new Date(now.getTime() - 31_000);
  expect(() => lookOf({ gpu: look }, { ...told, reportedAt })).toThrow(
    /last heard of at 2026-01-01T11:59:29/,
  );
  expect(() => lookOf({ cpu: look }, told)).toThrow(/no group gpu/);
  expect(() => lookOf({ gpu: { error: 'AWS: no' } }, told)).toThrow('AWS: no');
});

test('what is ordered counts as done: the same order again would change nothing', () => {
  const order = fc.oneof(
    fc.record({ grow: fc.nat(8) }),
    fc.record({ end: fc.subarray(['a', 'b', 'c', 'gone']) }),
    fc.constant<StackOrder>({ forgo: true }),
  );
  const report = fc.record({
    wanted: fc.nat(8),
    largest: fc.constant(8),
    refusal: fc.constant(null),
    machines: fc
      .subarray(['a', 'b', 'c'])
      .chain((ids) => fc.tuple(...ids.map((id) => fc.constantFrom(machine(id), machine(id, 'ending'))))),
  });
  fc.assert(
    fc.property(report, fc.array(order), (found, orders) => {
      const after = withOrders(found, orders);
      expect(withOrders(found, [...orders, ...orders])).toEqual(after);
      expect(after.wanted).toBeGreaterThanOrEqual(0);
      for (const one of orders) {
        if ('grow' in one) expect(after.wanted).toBeGreaterThanOrEqual(one.grow);
        else if ('end' in one)
          for (const { id, state } of after.machines) if (one.end.includes(id)) expect(state).toBe('ending');
      }
    }),
  );
});
