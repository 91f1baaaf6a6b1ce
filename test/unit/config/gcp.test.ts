/** Configs of target gcp: what is told of a bad one, with file, line and cure. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { machineSize, tierSize } from '../../../config/checks/gcp-sizes.ts';
import { CONFIG_FOLDER, loadConfig, parseConfig } from '../../../config/load.ts';
import { configs } from './configs.ts';

const REQUIRED = {
  target: 'gcp',
  projectId: 'ml-platform-1234',
  region: 'europe-west4',
  publicName: 'cove.example.org',
  dns: '{kind: elsewhere}',
  administrator: '{email: ops@example.org}',
};
const IMAGE = 'projects/my-images/global/images/family/docker';
const EXISTING = 'kind: existing, networkId: projects/my-net/global/networks/hub';
const SUBNET = 'projects/my-net/regions/europe-west4/subnetworks/apps';
const { least, expectComplaint, expectAllAskedFor } = configs(REQUIRED);

test('config/gcp.yaml asks for at most ten values, and says of every other what its default is', () => {
  const text = readFileSync(join(CONFIG_FOLDER, 'gcp.yaml'), 'utf8');
  const { config } = loadConfig({ name: 'gcp' });
  // A budget is no default, and yet every installation should have one.
  const example = { administrator: '{email: admin@example.org}', budget: '{monthlyUsd: 1500}' };
  expect(config).toEqual(parseConfig(least(example), 'least.yaml'));
  for (const key of Object.keys(config)) expect(text).toMatch(new RegExp(`^${key}:`, 'm'));
  const required = text.match(/# REQUIRED\./g)?.length ?? 0;
  expect(required).toBe(5);
  expectAllAskedFor();
});

test.each([
  [
    { network: '{kind: dedicated, cidr: 10.20.0.1/16}' },
    'network.cidr is "10.20.0.1/16"; its first address would be 10.20.0.0/16: write that',
  ],
  [{ network: '{kind: dedicated, cidr: 10.0.0.0/24}' }, 'network.cidr is 10.0.0.0/24; more than /16'],
  [
    {
      network:
        '{kind: dedicated, connections: [{cidr: 10.0.0.0/8, via: projects/my-net/global/networks/hub}]}',
    },
    'network.connections.0.cidr is 10.0.0.0/8, which overlaps network.cidr, 10.20.0.0/16',
  ],
  [
    {
      network: `{${EXISTING}, subnetIds: {appHost: ${SUBNET}, workers: ${SUBNET}}}`,
      access: '{internal: true}',
    },
    'network.subnetIds.proxies is missing; an internal load balancer needs',
  ],
  [
    {
      network: `{${EXISTING}, subnetIds: {appHost: ${SUBNET}, workers: projects/my-net/regions/us-east1/subnetworks/a}}`,
    },
    'network.subnetIds.workers is projects/my-net/regions/us-east1/subnetworks/a, which is not in region europe-west4',
  ],
  [{ region: 'europe-west5' }, 'region is "europe-west5", which is no region. Did you mean europe-west'],
  [
    { environments: '[{slug: a, name: A, machineType: c4a-standard-4}]' },
    'environments.0.machineType is "c4a-standard-4", which has Arm processors',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: m7i.xlarge}]' },
    'environments.0.machineType is "m7i.xlarge"; needed is a machine type such as n2-standard-4',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: n2-standard-4, gpu: {type: nvidia-tesla-t4}}]' },
    'environments.0.gpu is added to n2-standard-4; only N1 machines take GPUs',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: n2-standard-4, ceiling: 0}]' },
    'environments.0.ceiling is 0; at least 1',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: n2-standard-4, serviceAccount: x}]' },
    'which serviceAccounts does not name; there are none',
  ],
  [
    { appHost: '{machineType: e2-standard-2}' },
    'appHost.machineType is "e2-standard-2", which has 2 vCPU and 8 GiB; in prod at least 4 vCPU and 16 GiB',
  ],
  [{ appHost: '{diskGb: 40}' }, 'appHost.diskGb is 40; in prod at least 80'],
  [
    { database: '{tier: db-custom-1-3840}' },
    'database.tier is "db-custom-1-3840", which has 1 vCPU and 3.75 GiB; in prod at least 2 vCPU and 8 GiB',
  ],
  [{ database: '{diskGb: 64}' }, 'database.diskGb is 64; in prod at least 80'],
  [{ queue: '{memoryGb: 5}' }, 'queue.memoryGb is 5; in prod at least 8'],
  [{ projectId: "'123456789012'" }, 'projectId is "123456789012"; needed is the id of a project'],
  [
    { dns: '{kind: zone, zoneId: example.org}' },
    'dns.zoneId is "example.org"; needed is the name of a managed zone of Cloud DNS: projects/…',
  ],
  [{ tags: '{Owner: Ops}' }, 'tags.Owner is "Ops"; labels of Google Cloud have small letters'],
  [
    { network: '{kind: dedicated, private: true}' },
    'access.internal is false; in private mode nothing is reachable',
  ],
  [
    {
      machineImages: `{appHost: ${IMAGE}, worker: ${IMAGE}}`,
      network: '{kind: dedicated, private: true}',
      access: '{internal: true}',
      environments: '[{slug: a, name: A, machineType: g2-standard-4}]',
    },
    'machineImages.gpuWorker is missing; in private mode',
  ],
])('%j: %s', (other, words) => expectComplaint(other, words));

test('dev has no minimum sizes', () => {
  const config = parseConfig(
    least({ profile: 'dev', appHost: '{machineType: e2-medium, diskGb: 30}', database: '{diskGb: 20}' }),
    'dev.yaml',
  );
  expect(config).toMatchObject({ appHost: { machineType: 'e2-medium' }, database: { diskGb: 20 } });
});

test.each([
  ['n2-standard-4', { vcpus: 4, gib: 16, gpus: 0, arm: false }],
  ['n1-standard-4', { vcpus: 4, gib: 15, gpus: 0 }],
  ['e2-medium', { vcpus: 2, gib: 4, gpus: 0 }],
  ['n2-custom-6-20480', { vcpus: 6, gib: 20, gpus: 0 }],
  ['c3-highcpu-8', { vcpus: 8, gib: 16, gpus: 0 }],
  ['t2a-standard-4', { arm: true }],
  ['g2-standard-48', { vcpus: 48, gib: 192, gpus: 4 }],
  ['a2-highgpu-2g', { vcpus: 24, gib: 170, gpus: 2 }],
  ['a3-highgpu-8g', { vcpus: 208, gib: 1872, gpus: 8 }],
])('%s has %j', (name, size) => expect(machineSize(name)).toMatchObject(size));

test('a size that follows no known rule is left to the cloud', () => {
  expect(machineSize('z9-ultra-4')).toBeUndefined();
  parseConfig(least({ environments: '[{slug: a, name: A, machineType: z9-ultra-4}]' }), 'x.yaml');
});

test('a tier of Cloud SQL says what it has', () => {
  expect(['db-custom-2-8192', 'db-f1-micro', 'db-nonsense'].map((tier) => tierSize(tier)?.gib)).toEqual([
    8,
    0.6,
    undefined,
  ]);
});
