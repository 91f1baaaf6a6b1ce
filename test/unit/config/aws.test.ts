/** Configs of target aws: what is told of a bad one, with file, line and cure. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CONFIG_FOLDER, loadConfig, parseConfig } from '../../../config/load.ts';
import { configs } from './configs.ts';

const REQUIRED = {
  target: 'aws',
  accountId: "'123456789012'",
  region: 'eu-central-1',
  publicName: 'cove.example.org',
  dns: '{kind: elsewhere}',
  administrator: '{email: ops@example.org}',
};
const { least, expectComplaint, expectAllAskedFor } = configs(REQUIRED);

test('config/aws.yaml asks for at most ten values, and says of every other what its default is', () => {
  const text = readFileSync(join(CONFIG_FOLDER, 'aws.yaml'), 'utf8');
  const { config } = loadConfig({ name: 'aws' });
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
    { network: '{kind: dedicated, cidr: 10.20.0.0}' },
    'network.cidr is "10.20.0.0"; needed is a network such as 10.20.0.0/16',
  ],
  [
    { network: '{kind: dedicated, cidr: 10.20.0.1/16}' },
    'network.cidr is "10.20.0.1/16"; its first address would be 10.20.0.0/16: write that',
  ],
  [
    { network: '{kind: dedicated, cidr: 10.0.0.0/24}' },
    'network.cidr is 10.0.0.0/24; a VPC may be /16 at most',
  ],
  [
    { network: '{kind: dedicated, cidr: 172.17.0.0/16}' },
    'network.cidr is 172.17.0.0/16, which overlaps 172.17.0.0/16, Docker',
  ],
  [
    { network: '{kind: dedicated, connections: [{cidr: 10.0.0.0/8, via: tgw-0123456789abcdef0}]}' },
    'network.connections.0.cidr is 10.0.0.0/8, which overlaps network.cidr, 10.20.0.0/16',
  ],
  [
    { jobAccess: '{allowedCidrs: [10.0.0.0/8], ports: {from: 2300, to: 2222}}' },
    'jobAccess.ports has a first port (`from`) that is above its last one (`to`)',
  ],
  [{ jobAccess: '{allowedCidrs: [10.0.0.0/8], ports: {from: 22}}' }, 'jobAccess.ports.from'],
  [{ region: 'eu-centrl-1' }, 'region is "eu-centrl-1", which is no region. Did you mean eu-central-1?'],
  [
    { environments: '[{slug: a, name: A, machineType: p5.48xlarge}]', region: 'eu-central-2' },
    'environments.0.machineType is "p5.48xlarge", which eu-central-2 does not have (cfn-lint',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: m7i.xlagre}]' },
    'which is no machine type. Did you mean m7i.xlarge?',
  ],
  [{ environments: '[{slug: a, name: A, machineType: m7g.xlarge}]' }, 'which has Arm processors'],
  [
    { environments: '[{slug: a, name: A, machineType: m7i.xlarge, ceiling: 0}]' },
    'environments.0.ceiling is 0; at least 1',
  ],
  [
    { environments: `[{slug: ${'a'.repeat(33)}, name: A, machineType: m7i.xlarge}]` },
    'environments.0.slug is "aaa',
  ],
  [
    { environments: '[{slug: a, name: A, machineType: m7i.xlarge, serviceAccount: x}]' },
    'which serviceAccounts does not name; there are none',
  ],
  [
    { appHost: '{machineType: t3.large}' },
    'appHost.machineType is "t3.large", which has 2 vCPU and 8 GiB; in prod at least 4 vCPU and 16 GiB',
  ],
  [{ appHost: '{diskGb: 40}' }, 'appHost.diskGb is 40; in prod at least 80'],
  [
    { database: '{instanceClass: db.t4g.medium}' },
    'database.instanceClass is "db.t4g.medium", which has 2 vCPU and 4 GiB; in prod at least 2 vCPU and 8 GiB',
  ],
  [
    { queue: '{nodeType: cache.t4g.small}' },
    'queue.nodeType is "cache.t4g.small", which has 2 vCPU and 2 GiB',
  ],
  [{ accountId: '123456789012' }, 'accountId is 123456789012; needed is text: put it in quotes'],
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
      network:
        '{kind: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}',
    },
    'network.publicSubnetIds has 0; a public load balancer needs two',
  ],
  [
    { policyExceptions: '[{policy: LB-02, reason: because, until: 2027-02-30}]' },
    'policyExceptions.0.until is "2027-02-30"; needed is',
  ],
])('%j: %s', (other, words) => expectComplaint(other, words));

test('dev has no minimum sizes', () => {
  const config = parseConfig(
    least({ profile: 'dev', appHost: '{machineType: t3.medium, diskGb: 30}' }),
    'dev.yaml',
  );
  expect(config).toMatchObject({ appHost: { machineType: 't3.medium' } });
});

test('a machine type newer than the list is left to the cloud', () => {
  parseConfig(least({ environments: '[{slug: a, name: A, machineType: m19x.xlarge}]' }), 'x.yaml');
});

test('a name too long, and an authority that is not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config '));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const name = 'a-name-of-21-letters-';
  writeFileSync(join(folder, `${name}.yaml`), least());
  expect(() => loadConfig({ name, folder })).toThrow(
    /has 21 characters; names in a cloud begin with it, so at most 20/,
  );
  writeFileSync(join(folder, 'prod.yaml'), least({ certificateAuthorities: '[company.pem]' }));
  expect(() => loadConfig({ name: 'prod', folder })).toThrow(
    /prod\.yaml:7: certificateAuthorities names .*company\.pem, which is not there/,
  );
  writeFileSync(join(folder, 'company.pem'), 'no certificate');
  expect(() => loadConfig({ name: 'prod', folder })).toThrow(/which holds no certificate/);
});
