/**
 * Whole installations, as people configure them, keep to the policies: nothing is forbidden, and in prod nothing advised but
 * what is named here. `npm run test:engine -- --all` judges them all, `npm test` the fullest of each target.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../toolchain/root.js';
import { judge } from '../../policies/judge.ts';

const all = process.env.COVE_TEST_ALL === 'true';
const folder = mkdtempSync(join(tmpdir(), 'installations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = (target: string) => parse(readFileSync(join(root, 'config', `${target}.yaml`), 'utf8'));
const isPrivate = { network: { kind: 'dedicated', private: true }, access: { internal: true } };
const images = (image: string) => ({ machineImages: { appHost: image, worker: image, gpuWorker: image } });
/** One environment of each kind, a shared file system and endpoint hosts. */
const everything = (small: string, gpu: string, account: object) => ({
  environments: [
    { slug: 'small', name: 'Small', machineType: small },
    { slug: 'gpu', name: 'GPU', machineType: gpu, spot: true, ceiling: 4, serviceAccount: 'research' },
  ],
  serviceAccounts: [{ name: 'research', ...account }],
  mounts: [{ name: 'shared', path: '/mnt/shared' }],
  jobAccess: { allowedCidrs: ['10.1.0.0/16'] },
  proxy: { url: 'http://proxy.example.org:3128' },
  endpointHosts: {},
});
const workers = (...given: Parameters<typeof everything>) => {
  const { endpointHosts, ...all } = everything(...given);
  return all;
};
const AZURE = `/subscriptions/${config('azure').subscriptionId}/resourceGroups/ours/providers/`;

interface Case {
  name: string;
  /** Name of the example that it begins with. */
  target: string;
  more?: object;
  /** Policies that advise something. */
  advised?: string[];
  /** Judged by `npm test`, too. */
  always?: true;
}
const cases: Case[] = [
  { name: 'aws prod', target: 'aws' },
  { name: 'aws dev', target: 'aws', more: { profile: 'dev' } },
  { name: 'aws private', target: 'aws', more: { ...isPrivate, ...images('ami-0a1b2c3d4e5f60718') } },
  {
    name: 'aws with everything',
    target: 'aws',
    more: everything('m7i.xlarge', 'g6.xlarge', { readBuckets: ['one/prefix'], writeBuckets: ['other'] }),
    always: true,
  },
  { name: 'gcp dev', target: 'gcp', more: { profile: 'dev' } },
  {
    name: 'gcp, private and with everything',
    target: 'gcp',
    more: {
      ...isPrivate,
      ...images('projects/my-images/global/images/docker-20251101'),
      ...everything('n2-standard-4', 'g2-standard-4', { readBuckets: ['one'], writeBuckets: ['other'] }),
      alarms: { email: 'ops@example.org' },
    },
    always: true,
  },
  { name: 'azure dev', target: 'azure', more: { profile: 'dev' } },
  {
    name: 'azure, private and with everything',
    target: 'azure',
    more: {
      ...isPrivate,
      ...images(`${AZURE}Microsoft.Compute/galleries/ours/images/docker/versions/1.0.0`),
      ...everything('Standard_D4s_v5', 'Standard_NC4as_T4_v3', {
        readContainers: [
          `${AZURE}Microsoft.Storage/storageAccounts/ours/blobServices/default/containers/raw`,
        ],
      }),
      certificate: {
        kind: 'given',
        secretId: 'https://ours.vault.azure.net/secrets/cove',
        keyVaultId: `${AZURE}Microsoft.KeyVault/vaults/ours`,
      },
    },
    always: true,
  },
  {
    name: 'aws workers with everything',
    target: 'aws-workers',
    more: workers('m7i.xlarge', 'g6.xlarge', { readBuckets: ['one/prefix'], writeBuckets: ['other'] }),
  },
  {
    name: 'gcp workers with everything',
    target: 'gcp-workers',
    more: workers('n2-standard-4', 'g2-standard-4', { readBuckets: ['one'], writeBuckets: ['other'] }),
  },
  {
    name: 'azure workers with everything',
    target: 'azure-workers',
    more: workers('Standard_D4s_v5', 'Standard_NC4as_T4_v3', {
      readContainers: [`${AZURE}Microsoft.Storage/storageAccounts/ours/blobServices/default/containers/raw`],
    }),
  },
  {
    name: 'kubernetes workers with everything',
    target: 'kubernetes-workers',
    more: {
      network: { private: true, proxies: 'envoy-gateway-system' },
      serviceAccounts: [{ name: 'reader', annotations: { 'iam.example.com/role': 'reader' } }],
      environments: [{ slug: 'gpu', name: 'GPU', gpus: 1, spot: true, ceiling: 2, serviceAccount: 'reader' }],
      reachable: [{ name: 'warehouse', cidr: '10.1.2.0/24', port: 5432 }],
    },
    // As of an installation there: the cluster's owner watches over it.
    advised: ['OPS-03'],
  },
  {
    // What a machine that others use should think of, and nobody is kept from.
    name: 'local, open to others',
    target: 'local',
    more: { listen: '0.0.0.0', publicName: 'cove.example.org' },
    advised: ['DB-01', 'ENC-01', 'K8S-01', 'OPS-03'],
    always: true,
  },
  {
    // One pod each, which a cluster makes anew elsewhere; and its owner watches over everything that runs in it.
    name: 'kubernetes, all in the cluster',
    target: 'kubernetes',
    advised: ['DB-02', 'OPS-03'],
    always: true,
  },
  {
    name: 'kubernetes, with services that are there',
    target: 'kubernetes',
    more: {
      database: { kind: 'existing', host: 'db.example.org', passwordSecret: 'database' },
      queue: { kind: 'existing', host: 'redis.example.org', passwordSecret: 'queue' },
      storage: { kind: 's3', region: 'eu-central-1', platformBucket: 'platform', dataBucket: 'data' },
      network: { private: true },
    },
    advised: ['OPS-03'],
  },
];

it.each(cases.filter(({ always }) => all || always))(
  '$name',
  async ({ name, target, more, advised = [] }) => {
    const file = join(folder, `${name.replaceAll(/[^a-z]+/g, '-').slice(0, 20)}.yaml`);
    writeFileSync(file, JSON.stringify({ ...config(target), ...more }));
    const { violations, advice, profile } = await judge(file);
    expect(violations).toEqual([]);
    if (profile !== 'dev') expect([...new Set(advice.map(({ policy }) => policy))].sort()).toEqual(advised);
  },
);
