/** How a network of Azure is laid out, and who may talk to whom in it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rulesOf } from '../../../../components/azure/network/firewall.ts';
import { subnetsOf } from '../../../../components/azure/network/layout.ts';
import { contains, overlaps, parseCidr, textOf } from '../../../../components/cidr.ts';

test('subnets lie in the network and apart from each other, and half of it is for workers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 22 }), fc.nat(255), (prefix, second) => {
      const whole = textOf({ base: 10 * 2 ** 24 + second * 2 ** 16, prefix });
      const { scaler, ...subnets } = subnetsOf(whole);
      // A stack has one of the two.
      expect(scaler).toBe(subnets.appHost);
      const parts = Object.values(subnets).map(parseCidr);
      for (const part of parts) expect(contains(parseCidr(whole), part)).toBe(true);
      parts.forEach((one, index) => {
        for (const other of parts.slice(index + 1)) expect(overlaps(one, other)).toBe(false);
      });
      expect(parseCidr(subnets.workers).prefix).toBe(prefix + 1);
      // Azure takes no smaller one for PostgreSQL.
      expect(parseCidr(subnets.database).prefix).toBeLessThanOrEqual(28);
    }),
  );
});

const facts = {
  access: { internal: false, allowedCidrs: ['0.0.0.0/0'] },
  reachable: [{ name: 'warehouse', cidr: '10.1.2.0/24', port: 5432 }],
  endpointHosts: undefined,
  mounts: [],
  jobAccess: undefined,
  named: [],
  isPrivate: false,
  inside: ['10.20.0.0/16'],
};
const into = (group: string, more: object = {}) =>
  rulesOf({ ...facts, ...more })
    .filter(({ to }) => 'group' in to && to.group === group)
    .map(({ from, port }) => [from, port]);

test('only the application reaches PostgreSQL and Redis; nobody reaches workers', () => {
  expect(into('database').slice(0, 1)).toEqual([[{ group: 'appHost' }, '5432']]);
  expect(into('endpoints').filter(([, port]) => port === '10000')).toEqual([[{ group: 'appHost' }, '10000']]);
  expect(into('appHost')).toEqual([[{ group: 'ingress' }, '8000']]);
  expect(into('workers')).toEqual([]);
});

test('who is named reaches workers, on the ports of jobs alone', () => {
  const jobAccess = { allowedCidrs: ['10.1.0.0/16'], ports: { from: 2222, to: 2299 } };
  expect(into('workers', { jobAccess })).toEqual([[{ cidr: '10.1.0.0/16' }, '2222-2299']]);
});
