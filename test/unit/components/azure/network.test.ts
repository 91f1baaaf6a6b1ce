/** Who may talk to whom in a network of Azure. */
import { expect, test } from 'vitest';
import { rulesOf } from '../../../../components/azure/network/firewall.ts';

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
