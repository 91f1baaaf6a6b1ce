/** Configs of target kubernetes: what is told of a bad one, with file, line and cure. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONFIG_FOLDER, loadConfig, parseConfig } from '../../../config/load.ts';
import { configs } from './configs.ts';

const image = (digit: number) => `sha256:${String(digit).padStart(64, '0')}`;
const REQUIRED = {
  target: 'kubernetes',
  context: 'cove',
  state: '{url: "s3://cove-state?region=eu-central-1"}',
  registry: '{repository: registry.example.org/cove}',
  publicName: 'cove.example.org',
  certificate: '{kind: managed, issuer: letsencrypt}',
  ingress: '{kind: gateway, class: envoy, namespace: envoy-gateway-system}',
  administrator: '{email: admin@example.org}',
  database: `{kind: own, image: "registry.example.org/library/postgres@${image(1)}"}`,
  queue: `{kind: own, image: "registry.example.org/valkey/valkey@${image(2)}"}`,
};
const { least, expectComplaint, expectAllAskedFor } = configs(REQUIRED);

test('config/kubernetes.yaml asks for at most ten values, and says of every other what its default is', () => {
  const text = readFileSync(join(CONFIG_FOLDER, 'kubernetes.yaml'), 'utf8');
  const { config } = loadConfig({ name: 'kubernetes' });
  expect(config).toEqual(parseConfig(least(), 'least.yaml'));
  for (const key of Object.keys(config)) expect(text).toMatch(new RegExp(`^${key}:`, 'm'));
  expect(text.match(/# REQUIRED\./g)).toHaveLength(Object.keys(REQUIRED).length - 1);
  expectAllAskedFor();
});

test.each([
  [{ state: '{url: "https://bucket"}' }, 'state.url is "https://bucket"; needed is an address such as s3://'],
  [{ database: '{kind: own, image: "postgres:17"}' }, 'needed is an image by digest'],
  [
    { database: REQUIRED.database.replace('}', ', cpus: 1}') },
    'database asks for a size which has 1 vCPU and 8 GiB; in prod at least 2 vCPU and 8 GiB',
  ],
  [
    { database: REQUIRED.database.replace('}', ', diskGb: 20}') },
    'database.diskGb is 20; in prod at least 80',
  ],
  [
    { queue: REQUIRED.queue.replace('}', ', memoryGb: 4}') },
    'queue asks for a size which has 2 vCPU and 4 GiB',
  ],
  [{ appHost: '{cpus: 2}' }, 'appHost asks for a size which has 2 vCPU and 16 GiB'],
  [{ environments: '[{slug: a, name: A, ceiling: 0}]' }, 'environments.0.ceiling is 0; at least 1'],
  [
    { environments: '[{slug: a, name: A, serviceAccount: x}]' },
    'which serviceAccounts does not name; there are none',
  ],
  [
    { environments: '[{slug: a, name: A, mounts: [{claim: data, path: /valohai/inputs}]}]' },
    'environments.0.mounts.0.path is "/valohai/inputs", where jobs have folders of their own',
  ],
  [{ given: '{namespaces: {platform: a, jobs: a}}' }, 'given.namespaces.jobs is a, as the platform'],
  [{ ingress: '{kind: gatway, class: a, namespace: b}' }, 'ingress.kind is "gatway"'],
  [{ access: '{internal: true}' }, 'access'],
])('%j: %s', (other, words) => expectComplaint(other, words));

test('dev has no minimum sizes, and services of one’s own need no image', () => {
  const existing = (kind: string) => `{kind: existing, host: ${kind}.example.org, passwordSecret: ${kind}}`;
  const other = { profile: 'dev', database: existing('database'), queue: existing('queue') };
  expect(parseConfig(least(other), 'dev.yaml')).toMatchObject({
    database: { port: 5432, superuser: 'postgres' },
    queue: { port: 6379, adminUser: 'default' },
  });
});
