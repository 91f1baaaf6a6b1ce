/** Whole installations, as people configure them, keep to the policies: nothing is forbidden, and in prod nothing even advised. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../toolchain/root.js';
import { judge } from '../../policies/judge.ts';

const folder = mkdtempSync(join(tmpdir(), 'installations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const aws = parse(readFileSync(join(root, 'config', 'aws.yaml'), 'utf8'));
const AMI = 'ami-0a1b2c3d4e5f60718';
const machineImages = { appHost: AMI, worker: AMI, gpuWorker: AMI };
const environment = (slug: string, more: object = {}) => ({
  slug,
  name: slug,
  machineType: 'm7i.xlarge',
  ...more,
});

const installations: Record<string, object> = {
  'aws prod': {},
  'aws dev': { profile: 'dev' },
  'aws private': {
    network: { kind: 'dedicated', private: true },
    access: { internal: true },
    machineImages,
  },
  'aws with everything': {
    environments: [
      environment('small'),
      environment('gpu', { machineType: 'g6.xlarge', spot: true, ceiling: 4, serviceAccount: 'research' }),
      environment('big', { serviceAccount: 'research' }),
    ],
    serviceAccounts: [{ name: 'research', readBuckets: ['one/prefix'], writeBuckets: ['other'] }],
    mounts: [{ name: 'shared', path: '/mnt/shared' }],
    endpointHosts: {},
  },
};

it.each(Object.entries(installations))('%s', async (name, more) => {
  const file = join(folder, `${name.replaceAll(/[^a-z]+/g, '-')}.yaml`);
  writeFileSync(file, JSON.stringify({ ...aws, ...more }));
  const { violations, advice, profile } = await judge(file);
  expect(violations).toEqual([]);
  if (profile === 'prod') expect(advice).toEqual([]);
});

const DOCKER = 'projects/my-images/global/images/docker-20251101';
it.each([
  ['gcp dev', { profile: 'dev' }],
  [
    'gcp private with all',
    {
      network: { kind: 'dedicated', private: true },
      access: { internal: true },
      machineImages: { appHost: DOCKER, worker: DOCKER, gpuWorker: DOCKER },
      environments: [
        { slug: 'small', name: 'Small', machineType: 'n2-standard-4' },
        { slug: 'gpu', name: 'GPU', machineType: 'g2-standard-4', spot: true, serviceAccount: 'research' },
      ],
      serviceAccounts: [{ name: 'research', readBuckets: ['one'], writeBuckets: ['other'] }],
      mounts: [{ name: 'shared', path: '/mnt/shared' }],
      endpointHosts: {},
      alarms: { email: 'ops@example.org' },
    },
  ],
])('%s', async (name, more) => {
  const gcp = parse(readFileSync(join(root, 'config', 'gcp.yaml'), 'utf8'));
  const file = join(folder, `${name.replaceAll(/[^a-z]+/g, '-')}.yaml`);
  writeFileSync(file, JSON.stringify({ ...gcp, ...more }));
  const { violations, advice, profile } = await judge(file);
  expect(violations).toEqual([]);
  if (profile === 'prod') expect(advice).toEqual([]);
});

it('local, open to others', async () => {
  const file = join(folder, 'open.yaml');
  writeFileSync(file, 'target: local\nlisten: 0.0.0.0\npublicName: cove.example.org\n');
  const { violations, advice } = await judge(file);
  expect(violations).toEqual([]);
  // What a machine that others use should think of, and nobody is kept from.
  expect(advice.map(({ policy }) => policy).sort()).toEqual(['DB-01', 'ENC-01', 'K8S-01', 'OPS-03']);
});

it.each([
  // One pod each, which a cluster makes anew elsewhere; and its owner watches over everything that runs in it.
  ['kubernetes, all in the cluster', {}, ['DB-02', 'OPS-03']],
  [
    'kubernetes, with services that are there',
    {
      database: { kind: 'existing', host: 'db.example.org', passwordSecret: 'database' },
      queue: { kind: 'existing', host: 'redis.example.org', passwordSecret: 'queue' },
      storage: { kind: 's3', region: 'eu-central-1', platformBucket: 'platform', dataBucket: 'data' },
      network: { private: true },
    },
    ['OPS-03'],
  ],
])('%s', async (name, more, advised) => {
  const kubernetes = parse(readFileSync(join(root, 'config', 'kubernetes.yaml'), 'utf8'));
  const file = join(folder, `${name.replaceAll(/[^a-z]+/g, '-').slice(0, 20)}.yaml`);
  writeFileSync(file, JSON.stringify({ ...kubernetes, ...more }));
  const { violations, advice } = await judge(file);
  expect(violations).toEqual([]);
  expect([...new Set(advice.map(({ policy }) => policy))].sort()).toEqual(advised);
});

it('azure, private and with everything', async () => {
  const azure = parse(readFileSync(join(root, 'config', 'azure.yaml'), 'utf8'));
  const of = (rest: string) => `/subscriptions/${azure.subscriptionId}/resourceGroups/ours/providers/${rest}`;
  const image = of('Microsoft.Compute/images/docker');
  const container = of('Microsoft.Storage/storageAccounts/ours/blobServices/default/containers/raw');
  const more = {
    network: { kind: 'dedicated', private: true },
    access: { internal: true },
    certificate: {
      kind: 'given',
      secretId: 'https://ours.vault.azure.net/secrets/cove',
      keyVaultId: of('Microsoft.KeyVault/vaults/ours'),
    },
    machineImages: { appHost: image, worker: image, gpuWorker: image },
    environments: [
      environment('small', { machineType: 'Standard_D4s_v5' }),
      environment('gpu', {
        machineType: 'Standard_NC4as_T4_v3',
        spot: true,
        ceiling: 4,
        serviceAccount: 'research',
      }),
    ],
    serviceAccounts: [{ name: 'research', readContainers: [container] }],
    mounts: [{ name: 'shared', path: '/mnt/shared' }],
    endpointHosts: {},
  };
  const file = join(folder, 'azure.yaml');
  writeFileSync(file, JSON.stringify({ ...azure, ...more }));
  const { violations, advice } = await judge(file);
  expect(violations).toEqual([]);
  expect(advice).toEqual([]);
});
