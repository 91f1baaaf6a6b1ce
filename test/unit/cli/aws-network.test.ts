/** What an existing network of AWS lacks, and how it is told. */
import { expect, test } from 'vitest';
import { describe } from '../../../app/cli/checks/finding.ts';
import {
  type FoundNetwork,
  judgeExisting,
  type WantedNetwork,
} from '../../../app/cli/clouds/aws/existing.ts';

const wanted: WantedNetwork = {
  vpcId: 'vpc-1',
  publicSubnetIds: ['subnet-a', 'subnet-b'],
  privateSubnetIds: ['subnet-c', 'subnet-d'],
  services: [],
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
  dns: true,
  subnets: [
    subnet('subnet-a', 'a', 'internet-gateway'),
    subnet('subnet-b', 'b', 'internet-gateway'),
    subnet('subnet-c', 'a', 'nat'),
    subnet('subnet-d', 'b', 'nat'),
  ],
  endpoints: [],
};
const changed = (id: string, change: Partial<FoundNetwork['subnets'][number]>): FoundNetwork => ({
  ...good,
  subnets: good.subnets.map((one) => (one.id === id ? { ...one, ...change } : one)),
});

test('a network that has everything is not complained about', () => {
  expect(judgeExisting(wanted, good)).toMatchObject([{ level: 'ok' }]);
});

test.each<[string, WantedNetwork, FoundNetwork | null, RegExp]>([
  ['no such VPC', wanted, null, /eu-north-1 has no vpc-1/],
  ['DNS off', wanted, { ...good, dns: false }, /vpc-1 gives machines no DNS names/],
  [
    'a subnet of another VPC',
    wanted,
    changed('subnet-c', { vpcId: 'vpc-2' }),
    /subnet-c is in vpc-2; needed: a subnet of vpc-1/,
  ],
  ['one zone', wanted, changed('subnet-d', { zone: 'a' }), /privateSubnetIds lie in a alone/],
  ['no way out', wanted, changed('subnet-c', { defaultRoute: undefined }), /subnet-c has no default route/],
  [
    'a public private subnet',
    wanted,
    changed('subnet-c', { defaultRoute: 'internet-gateway' }),
    /subnet-c leads to an internet gateway/,
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
    /subnet-a has 3 free addresses; needed: 8/,
  ],
  ['too small', { ...wanted, machines: 500 }, good, /have 400 free addresses together: .*; needed: 500/],
  [
    'private with a way out',
    { ...wanted, isPrivate: true, internal: true },
    good,
    /subnet-c has a way to the internet; needed: none/,
  ],
  [
    'an endpoint that the config does not name',
    { ...wanted, isPrivate: true },
    { ...good, endpoints: ['s3'] },
    /has endpoints of s3; .*\n.*Add s3 to network.services/,
  ],
  [
    'an endpoint that is only said to be there',
    { ...wanted, isPrivate: true, services: ['kms'] },
    good,
    /has no endpoints of kms/,
  ],
])('%s', (_, want, found, words) => {
  expect(judgeExisting(want, found).map(describe).join('\n')).toMatch(words);
});
