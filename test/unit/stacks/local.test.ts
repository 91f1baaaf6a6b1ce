/** The local stack as a program, without the engine: what it registers, and that every settings file can be read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { beforeAll, expect, test } from 'vitest';
import { Settings } from '../../../app/settings.ts';
import { kinds } from '../../../components/provider/kinds/index.ts';
import { parseConfig } from '../../../config/load.ts';
import { program } from '../../../stacks/index.ts';
import { until } from '../../support/process.ts';

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}
const registered: Registered[] = [];
let outputs: Record<string, unknown>;

/** What the provider would tell once the resource is there. */
const later: Record<string, object> = {
  'cove:local:Ports': { ports: { postgres: 20001, redis: 20002, vault: 20003 } },
  'cove:local:SecretFile': { made: '2026-01-01T00:00:00.000Z' },
  'cove:local:File': { sha256: 'f00d', written: '2026-01-01T00:00:00.000Z' },
  'cove:local:PostgresCluster': { version: '18', made: '2026-01-01T00:00:00.000Z' },
  'cove:local:CertificateAuthority': { fingerprint: 'aa', notAfter: '2036-01-01T00:00:00.000Z' },
  'cove:local:Certificate': { fingerprint: 'bb', notAfter: '2027-01-01T00:00:00.000Z' },
  'cove:local:GitRepository': { commit: 'c0ffee' },
};
const config = parseConfig('target: local\npublicName: cove.lab.org\nhttpsPort: 443\n', 'test.yaml');

beforeAll(async () => {
  process.env.COVE_HOME = '/srv/cove home';
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        registered.push({ type, name, inputs });
        return { id: name, state: { ...inputs, ...later[type] } };
      },
      call: () => ({}),
    },
    'cove',
    'lab',
  );
  const made = await program({ name: 'lab', config })();
  outputs = Object.fromEntries(
    await Promise.all(
      Object.entries(made).map(async ([key, value]) => [
        key,
        await new Promise((resolve) => (pulumi.output(value) as pulumi.Output<unknown>).apply(resolve)),
      ]),
    ),
  );
  await until('the last resource', () => registered.some(({ name }) => name === 'outputs.json'));
});
const of = (type: string) => registered.filter((resource) => resource.type === `cove:local:${type}`);

test('every resource is one that the provider takes', () => {
  const own = registered.filter(({ type }) => kinds[type] !== undefined);
  expect(own.length).toBeGreaterThan(30);
  for (const { type, name, inputs } of own) {
    expect({ name, error: kinds[type]?.inputs.safeParse(inputs).error }).toEqual({ name, error: undefined });
  }
});

test('the platform’s processes can read every settings file they are given', () => {
  const roles = of('File')
    .filter(({ name }) => /^(api|scheduler|bootstrap|worker-.*)\.json$/.test(name))
    .map(({ inputs }) => Settings.parse(JSON.parse(inputs.content as string)).role);
  expect(roles.sort()).toEqual(['api', 'bootstrap', 'scheduler', 'worker', 'worker']);
});

test('everything lies in the installation’s folder; no name of a resource is used twice', () => {
  for (const { inputs } of registered) {
    const path = (inputs.path ?? inputs.folder ?? inputs.installation) as string | undefined;
    if (path !== undefined) expect(path).toMatch(/^\/srv\/cove home\/lab(\/|$)/);
  }
  const names = registered.map(({ type, name }) => `${type} ${name}`);
  expect(new Set(names).size).toBe(names.length);
});

test('the outputs are addresses', () => {
  expect(outputs).toEqual({
    installation: 'lab',
    httpUrl: 'http://127.0.0.1:8000',
    publicUrl: 'https://cove.lab.org',
    administrator: 'admin',
    certificateAuthority: '/srv/cove home/lab/certificates/authority.pem',
    folder: '/srv/cove home/lab',
  });
});

test('every stack is a table of contents: under 80 lines', () => {
  const folder = join(import.meta.dirname, '../../../stacks');
  for (const file of readdirSync(folder)) {
    expect({ file, lines: readFileSync(join(folder, file), 'utf8').split('\n').length < 80 }).toEqual({
      file,
      lines: true,
    });
  }
});
