/** Who may talk to whom, and what an existing network lacks. */
import { expect, test } from 'vitest';
import { INTERFACES, interfacesToMake, serviceName } from '../../../../components/aws/network/endpoints.ts';
import {
  type FoundNetwork,
  missingIn,
  type WantedNetwork,
} from '../../../../components/aws/network/existing.ts';
import { rulesOf } from '../../../../components/aws/network/firewall.ts';

const rules = (isPrivate: boolean) =>
  rulesOf({
    access: { internal: false, allowedCidrs: ['0.0.0.0/0'] },
    reachable: [{ name: 'warehouse', cidr: '10.1.0.0/16', port: 5432 }],
    endpointHosts: { machineType: 'm7i.large', count: 1, diskGb: 80 },
    mounts: [{ name: 'shared', path: '/mnt/shared', readOnly: false }],
    isPrivate,
    inside: ['10.20.0.0/16'],
  });
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

const wanted: WantedNetwork = {
  vpcId: 'vpc-1',
  publicSubnetIds: ['subnet-a', 'subnet-b'],
  privateSubnetIds: ['subnet-c', 'subnet-d'],
  internal: false,
  isPrivate: false,
  region: 'eu-north-1',
  machines: 20,
};
const subnet = (id: string, zone: string, defaultRoute: FoundNetwork['subnets'][number]['defaultRoute']) => ({
  id,
  vpcId: 'vpc-1',
  zone,
  cidr: '10.0.0.0/24',
  freeAddresses: 200,
  defaultRoute,
});
const good: FoundNetwork = {
  vpcId: 'vpc-1',
  dnsHostnames: true,
  dnsSupport: true,
  subnets: [
    subnet('subnet-a', 'a', 'internet-gateway'),
    subnet('subnet-b', 'b', 'internet-gateway'),
    subnet('subnet-c', 'a', 'nat'),
    subnet('subnet-d', 'b', 'nat'),
  ],
  endpointServices: [],
};
const changed = (id: string, change: Partial<FoundNetwork['subnets'][number]>): FoundNetwork => ({
  ...good,
  subnets: good.subnets.map((one) => (one.id === id ? { ...one, ...change } : one)),
});

test('a network that has everything is not complained about', () => {
  expect(missingIn(wanted, good)).toEqual([]);
});

test.each<[string, WantedNetwork, FoundNetwork | undefined, RegExp]>([
  ['no such VPC', wanted, undefined, /there is no vpc-1 in eu-north-1/],
  ['DNS off', wanted, { ...good, dnsHostnames: false }, /DNS hostnames or DNS support off/],
  [
    'a subnet of another VPC',
    wanted,
    changed('subnet-c', { vpcId: 'vpc-2' }),
    /subnet-c is in vpc-2, not in vpc-1/,
  ],
  ['one zone', wanted, changed('subnet-d', { zone: 'a' }), /privateSubnetIds lie in a alone/],
  ['no way out', wanted, changed('subnet-c', { defaultRoute: undefined }), /subnet-c has no default route/],
  [
    'a public private subnet',
    wanted,
    changed('subnet-c', { defaultRoute: 'internet-gateway' }),
    /subnet-c is public/,
  ],
  [
    'a private public subnet',
    wanted,
    changed('subnet-a', { defaultRoute: 'nat' }),
    /subnet-a has no default route to an internet gateway/,
  ],
  [
    'a full subnet',
    wanted,
    changed('subnet-a', { freeAddresses: 3 }),
    /subnet-a has 3 free addresses; a load balancer needs 8/,
  ],
  ['too small', { ...wanted, machines: 500 }, good, /have 400 free addresses together, and 500 are needed/],
  [
    'private with a way out',
    { ...wanted, isPrivate: true, internal: true },
    good,
    /subnet-c has a way to the internet, and network.private is true/,
  ],
])('%s', (_, want, found, words) => {
  expect(missingIn(want, found).join('\n')).toMatch(words);
});

test('private mode makes the endpoints that are not there', () => {
  expect(interfacesToMake(false, 'eu-north-1', [])).toEqual([]);
  expect(interfacesToMake(true, 'eu-north-1', [])).toEqual([...INTERFACES]);
  expect(interfacesToMake(true, 'eu-north-1', [serviceName('eu-north-1', 'sts')])).not.toContain('sts');
});
