/** Configs of target azure: what is told of a bad one, with file, line and cure. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isGpu, machineSize, redisGib } from '../../../config/checks/azure-sizes.ts';
import { CONFIG_FOLDER, loadConfig, parseConfig } from '../../../config/load.ts';
import { configs } from './configs.ts';

const REQUIRED = {
  target: 'azure',
  subscriptionId: '01234567-89ab-cdef-0123-456789abcdef',
  tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
  region: 'westeurope',
  publicName: 'cove.example.org',
  dns: '{kind: elsewhere}',
  administrator: '{email: ops@example.org}',
};
const IMAGE = `/subscriptions/${REQUIRED.subscriptionId}/resourceGroups/images/providers/Microsoft.Compute/galleries/ours/images/docker/versions/1.0.0`;
const { least, expectComplaint, expectAllAskedFor } = configs(REQUIRED);

test('config/azure.yaml asks for at most ten values, and says of every other what its default is', () => {
  const text = readFileSync(join(CONFIG_FOLDER, 'azure.yaml'), 'utf8');
  const { config } = loadConfig({ name: 'azure' });
  // A budget is no default, and yet every installation should have one.
  const example = { administrator: '{email: admin@example.org}', budget: '{monthlyUsd: 1500}' };
  expect(config).toEqual(parseConfig(least(example), 'least.yaml'));
  for (const key of Object.keys(config)) expect(text).toMatch(new RegExp(`^${key}:`, 'm'));
  const required = text.match(/# REQUIRED\./g)?.length ?? 0;
  expect(required).toBe(6);
  expectAllAskedFor();
});

test.each([
  [
    { network: '{kind: dedicated, cidr: 10.20.0.1/16}' },
    'network.cidr is "10.20.0.1/16"; its first address would be 10.20.0.0/16: write that',
  ],
  [{ network: '{kind: dedicated, cidr: 10.0.0.0/24}' }, 'network.cidr is 10.0.0.0/24; more than /16'],
  [
    { network: '{kind: dedicated, cidr: 172.17.0.0/16}' },
    'network.cidr is 172.17.0.0/16, which overlaps 172.17.0.0/16, Docker',
  ],
  [
    { network: '{kind: dedicated, connections: [{cidr: 10.0.0.0/8, via: 10.0.0.4}]}' },
    'network.connections.0.cidr is 10.0.0.0/8, which overlaps network.cidr, 10.20.0.0/16',
  ],
  [{ region: 'westeurop' }, 'region is "westeurop", which is no region. Did you mean westeurope?'],
  [{ region: 'westus' }, 'region is "westus", which has no availability zones: say network.zones: 1'],
  [
    { environments: '[{slug: a, name: A, machineType: Standard_D4ps_v5}]' },
    'environments.0.machineType is "Standard_D4ps_v5", which has Arm processors',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: m7i.xlarge}]' },
    'environments.0.machineType is "m7i.xlarge"; needed is a size such as Standard_D4s_v5',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: Standard_D4s_v5, ceiling: 0}]' },
    'environments.0.ceiling is 0; at least 1',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: Standard_D4s_v5, diskGb: 8000}]' },
    'environments.0.diskGb is 8000; disks of a system have 4095 GiB at most',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: Standard_D4s_v5, serviceAccount: x}]' },
    'which serviceAccounts does not name; there are none',
  ],
  [
    { appHost: '{machineType: Standard_D2s_v5}' },
    'appHost.machineType is "Standard_D2s_v5", which has 2 vCPU and 8 GiB; in prod at least 4 vCPU and 16 GiB',
  ],
  [{ appHost: '{diskGb: 40}' }, 'appHost.diskGb is 40; in prod at least 80'],
  [
    { database: '{sku: Standard_B2s}' },
    'database.sku is "Standard_B2s", which has 2 vCPU and 4 GiB; in prod at least 2 vCPU and 8 GiB',
  ],
  [{ database: '{diskGb: 64}' }, 'database.diskGb is 64; in prod at least 80'],
  [{ queue: '{sku: Balanced_B5}' }, 'queue.sku is "Balanced_B5", which has 6 GiB; in prod at least 8 GiB'],
  [{ subscriptionId: "'12345'" }, 'subscriptionId is "12345"; needed is the id of a subscription'],
  [
    { dns: '{kind: zone, zoneId: example.org}' },
    'dns.zoneId is "example.org"; needed is the id of a DNS zone: /subscriptions/…',
  ],
  [
    { network: '{kind: dedicated, private: true}' },
    'access.internal is false; in private mode nothing is reachable',
  ],
  [
    { network: '{kind: dedicated, private: true}', access: '{internal: true}' },
    'machineImages.appHost is missing; in private mode',
  ],
  [
    {
      network: '{kind: dedicated, private: true}',
      access: '{internal: true}',
      machineImages: `{appHost: ${IMAGE}, worker: ${IMAGE}}`,
    },
    'certificate is from Let’s Encrypt; in private mode give one',
  ],
])('%j: %s', (other, words) => expectComplaint(other, words));

test('dev has no minimum sizes', () => {
  const config = parseConfig(
    least({ profile: 'dev', appHost: '{machineType: Standard_B2s, diskGb: 30}', database: '{diskGb: 32}' }),
    'dev.yaml',
  );
  expect(config).toMatchObject({ appHost: { machineType: 'Standard_B2s' }, database: { diskGb: 32 } });
});

test.each([
  ['Standard_D4s_v5', { vcpus: 4, gib: 16, gpus: 0, arm: false }],
  ['Standard_E8ds_v5', { vcpus: 8, gib: 64, gpus: 0, arm: false }],
  ['Standard_B2s', { vcpus: 2, gib: 4, gpus: 0, arm: false }],
  ['Standard_D4ps_v5', { vcpus: 4, gib: 16, gpus: 0, arm: true }],
  ['Standard_NC4as_T4_v3', { vcpus: 4, gib: 32, gpus: 1, arm: false }],
  ['Standard_NC64as_T4_v3', { gpus: 4 }],
  ['Standard_NC48ads_A100_v4', { gpus: 2 }],
  ['Standard_NC40ads_H100_v5', { gpus: 1 }],
  ['Standard_NV6ads_A10_v5', { gpus: 1 }],
  ['Standard_NV72ads_A10_v5', { gpus: 2 }],
  ['Standard_ND96isr_H100_v5', { gpus: 8 }],
])('%s has %j', (name, size) => {
  expect(machineSize(name)).toMatchObject(size);
  expect(isGpu(name)).toBe(machineSize(name)!.gpus > 0);
});

test('a size that follows no known rule is left to the cloud', () => {
  expect(machineSize('Standard_XY4s_v9')).toBeUndefined();
  parseConfig(least({ environments: '[{slug: a, name: A, machineType: Standard_XY4s_v9}]' }), 'x.yaml');
});

test('memory of Redis, by its SKU', () => {
  expect(['Balanced_B0', 'Balanced_B10', 'MemoryOptimized_M20', 'nonsense'].map(redisGib)).toEqual([
    0.5,
    12,
    24,
    undefined,
  ]);
});
