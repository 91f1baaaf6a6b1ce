/** Who may talk to whom, and what is reached without the internet. */
import { expect, test } from 'vitest';
import { interfacesToMake, serviceName } from '../../../../components/aws/network/endpoints.ts';
import { rulesOf, workerStackRules } from '../../../../components/aws/network/firewall.ts';
import { AWS_INTERFACES } from '../../../../config/aws-services.ts';

const facts = (isPrivate: boolean) => ({
  access: { internal: false, allowedCidrs: ['0.0.0.0/0'] },
  reachable: [{ name: 'warehouse', cidr: '10.1.0.0/16', port: 5432 }],
  endpointHosts: { machineType: 'm7i.large', count: 1, diskGb: 80 },
  mounts: [{ name: 'shared', path: '/mnt/shared', readOnly: false }],
  jobAccess: undefined,
  named: [],
  isPrivate,
  inside: ['10.20.0.0/16'],
});
const rules = (isPrivate: boolean) => rulesOf(facts(isPrivate));
const jobAccess = { allowedCidrs: ['10.1.0.0/16', '10.2.0.0/16'], ports: { from: 2222, to: 2299 } };
const into = (group: string, of = rules(false)) => of.filter(({ to }) => 'group' in to && to.group === group);

test('everybody reaches the load balancer alone, on 443 and 80', () => {
  const open = rules(false).filter(({ from }) => 'cidr' in from);
  expect(open.map(({ to, port }) => [to, port])).toEqual([
    [{ group: 'ingress' }, 443],
    [{ group: 'ingress' }, 80],
  ]);
});

test('only the application reaches PostgreSQL; workers reach Redis, and no host', () => {
  expect(into('database').map(({ from }) => from)).toEqual([{ group: 'appHost' }]);
  expect(into('queue').map(({ from }) => from)).toEqual([{ group: 'appHost' }, { group: 'workers' }]);
  expect(into('appHost').map(({ from, port }) => [from, port])).toEqual([[{ group: 'ingress' }, 8000]]);
  expect(into('workers')).toEqual([]);
});

test.each([
  { of: 'an installation', all: rulesOf({ ...facts(false), jobAccess }) },
  { of: 'a stack of workers', all: workerStackRules({ ...facts(true), jobAccess }) },
])('$of: who is named reaches workers, on the ports of jobs alone', ({ all }) => {
  expect(into('workers', all).map(({ from, port, lastPort }) => [from, port, lastPort])).toEqual([
    [{ cidr: '10.1.0.0/16' }, 2222, 2299],
    [{ cidr: '10.2.0.0/16' }, 2222, 2299],
  ]);
});

test.each([
  { of: 'an installation', all: rulesOf(facts(false)) },
  { of: 'a stack of workers', all: workerStackRules(facts(false)) },
])('$of: workers reach 80 as well as 443 outside, as jobs install packages', ({ all }) => {
  const out = all.filter(
    ({ from, to }) => 'group' in from && from.group === 'workers' && 'cidr' in to && to.cidr === '0.0.0.0/0',
  );
  expect(new Set(out.map(({ port }) => port))).toEqual(new Set([443, 80]));
});

test('no rule opens SSH into anything; in private mode none leads outside', () => {
  for (const { to, port } of rules(false)) if ('group' in to) expect(port).not.toBe(22);
  const outside = rules(true).filter(
    ({ from, to }) => 'group' in from && 'cidr' in to && to.cidr === '0.0.0.0/0',
  );
  expect(outside).toEqual([]);
});

test('names of rules are all different: they name resources', () => {
  const names = rules(false).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('private mode makes the endpoints that are not there', () => {
  expect(interfacesToMake(false, 'eu-north-1', [])).toEqual([]);
  expect(interfacesToMake(true, 'eu-north-1', [])).toEqual([...AWS_INTERFACES]);
  expect(interfacesToMake(true, 'eu-north-1', [serviceName('eu-north-1', 'sts')])).not.toContain('sts');
});
