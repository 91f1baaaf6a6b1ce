/** What an existing network of Google Cloud lacks, and how it is told. */
import { expect, test } from 'vitest';
import { describe } from '../../../app/cli/checks/finding.ts';
import { type FoundNetwork, type FoundSubnet, judgeExisting } from '../../../app/cli/clouds/gcp/existing.ts';
import { needsOf } from '../../../app/cli/clouds/gcp/wanted.ts';
import { parseConfig } from '../../../config/load.ts';
import type { GcpConfig } from '../../../config/schema.ts';

const NETWORK = 'projects/ml-platform-1234/global/networks/company';
const subnet = (name: string) => `projects/ml-platform-1234/regions/europe-west4/subnetworks/${name}`;
type Existing = Extract<GcpConfig['network'], { kind: 'existing' }>;
const configOf = (more: string): GcpConfig =>
  parseConfig(
    `target: gcp
projectId: ml-platform-1234
region: europe-west4
publicName: cove.example.org
administrator: {email: ops@example.org}
dns: {kind: elsewhere}
budget: {monthlyUsd: 1500}
${more}
`,
    'prod.yaml',
  ) as GcpConfig;
const SUBNETS = `appHost: ${subnet('app')}, workers: ${subnet('workers')}`;
const open = configOf(`network: {kind: existing, networkId: ${NETWORK}, subnetIds: {${SUBNETS}}}`);
const image = 'projects/ml-platform-1234/global/images/docker';
const closed = (more = '') =>
  configOf(`network: {kind: existing, networkId: ${NETWORK}, private: true${more}, subnetIds: {${SUBNETS}, proxies: ${subnet('proxies')}}}
access: {internal: true}
machineImages: {appHost: ${image}, worker: ${image}}`);

const own: FoundSubnet = {
  networkId: NETWORK,
  cidr: '10.9.0.0/24',
  free: 200,
  googleAccess: true,
  purpose: 'PRIVATE',
  hasNat: true,
};
const good: FoundNetwork = {
  subnets: {
    appHost: own,
    workers: own,
    proxies: { ...own, cidr: '10.9.9.0/26', purpose: 'REGIONAL_MANAGED_PROXY', hasNat: false },
  },
  defaultRoute: 'internet',
  services: undefined,
  zones: [],
};
const quiet: FoundNetwork = { ...good, defaultRoute: undefined };
const changed = (use: 'appHost' | 'workers' | 'proxies', change: Partial<FoundSubnet>, of = good) => ({
  ...of,
  subnets: { ...of.subnets, [use]: { ...of.subnets[use]!, ...change } },
});
const judge = (config: GcpConfig, found: FoundNetwork | null) =>
  judgeExisting(config, config.network as Existing, found);

test('a network that has everything is not complained about', () => {
  expect(judge(open, good)).toMatchObject([{ level: 'ok' }]);
  expect(
    judge(open, { ...good, defaultRoute: 'other', subnets: changed('workers', { hasNat: false }).subnets }),
  ).toMatchObject([{ level: 'ok' }]);
  expect(judge(closed(), quiet)).toMatchObject([{ level: 'ok' }]);
  const given = { ...quiet, zones: ['googleapis.com', 'pkg.dev', 'gcr.io'] };
  expect(judge(closed(', googleNames: true'), given)).toMatchObject([{ level: 'ok' }]);
});

test.each<[string, GcpConfig, FoundNetwork | null, RegExp]>([
  ['no such network', open, null, /there is no projects\/ml-platform-1234\/global\/networks\/company/],
  [
    'a subnet of another',
    open,
    changed('appHost', { networkId: 'projects/p/global/networks/other' }),
    /app is in projects\/p\/global\/networks\/other/,
  ],
  [
    'a subnet that is not there',
    open,
    { ...good, subnets: { ...good.subnets, workers: null } },
    /there is no .*workers/,
  ],
  [
    'no Private Google Access',
    open,
    changed('workers', { googleAccess: false }),
    /--enable-private-ip-google-access/,
  ],
  [
    'too few addresses',
    open,
    changed('workers', { free: 3 }),
    /workers has 3 free addresses .*needed: 10 for workers/s,
  ],
  ['no way out', open, { ...good, defaultRoute: undefined }, /no default route/],
  ['no NAT', open, changed('workers', { hasNat: false }), /workers has no NAT/],
  ['services that are connected', open, { ...good, services: [16] }, /serviceAccess: true/],
  ['a way out of a private one', closed(), good, /leads to the internet/],
  [
    'a subnet that is none for proxies',
    closed(),
    changed('proxies', { purpose: 'PRIVATE' }, quiet),
    /is for PRIVATE; needed: .*REGIONAL_MANAGED_PROXY/,
  ],
  ['few proxies', closed(), changed('proxies', { cidr: '10.9.9.0/28' }, quiet), /\/26 or larger/],
  ['names that lead elsewhere already', closed(), { ...quiet, zones: ['pkg.dev'] }, /googleNames: true/],
  [
    'names that do not',
    closed(', googleNames: true'),
    { ...quiet, zones: ['pkg.dev'] },
    /no private zones of googleapis\.com, gcr\.io/,
  ],
  [
    'services that are not connected',
    closed(', serviceAccess: true'),
    quiet,
    /has no Private Service Access/,
  ],
])('tells of %s, with its cure', (_what, config, found, pattern) => {
  const [one, ...more] = judge(config, found);
  expect(more).toEqual([]);
  expect(one).toMatchObject({ level: 'fail', todo: expect.stringMatching(/./) });
  expect(describe(one!)).toMatch(pattern);
});

test('quotas are those of the series, the addresses and the GPUs, spot ones apart', () => {
  const config = configOf(`environments:
  - {slug: a, name: a, machineType: n1-standard-4, gpu: {type: nvidia-tesla-t4, count: 2}, spot: true, ceiling: 3}
  - {slug: b, name: b, machineType: g2-standard-24, ceiling: 2}`);
  const needs = Object.fromEntries(
    needsOf(config, new Map()).map(({ metric, least, most }) => [metric, [least, most]]),
  );
  expect(needs).toEqual({
    STATIC_ADDRESSES: [2, 2],
    N2_CPUS: [4, 4],
    CPUS_ALL_REGIONS: [28, 60],
    PREEMPTIBLE_NVIDIA_T4_GPUS: [2, 6],
    G2_CPUS: [24, 48],
    NVIDIA_L4_GPUS: [2, 4],
    GPUS_ALL_REGIONS: [4, 10],
  });
});
