/** What an installation's no to a stack of workers is told as, before anything is made; and the commands it has not. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { checkHome, homeOf } from '../../../app/cli/cloud-verbs/home.ts';
import { judge as judgeAzure } from '../../../app/cli/clouds/azure/judge.ts';
import { judge as judgeGcp } from '../../../app/cli/clouds/gcp/judge.ts';
import { founderOf } from '../../../app/cli/clouds/index.ts';
import { configText } from '../../../app/cli/init/write-config.ts';
import { findAny, findStack, type WorkerStack } from '../../../app/cli/installation.ts';
import { parseConfig } from '../../../config/load.ts';
import type { AzureWorkersConfig, GcpWorkersConfig } from '../../../config/schema.ts';
import { installation, TOKEN } from '../../support/joined-installation.ts';

const home = await installation();
const folder = mkdtempSync(join(tmpdir(), 'workers-'));
const file = join(folder, 'north.yaml');
writeFileSync(
  file,
  "target: aws\njoins: {url: https://cove.example.org}\naccountId: '123456789012'\nregion: eu-north-1\n",
);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await home.close();
});
afterEach(() => vi.unstubAllEnvs());
const stack = (): WorkerStack => ({ ...(findStack({ config: file }) as WorkerStack), url: home.url });

test('a stack of workers is found where it may be, and refused in words elsewhere', () => {
  expect(findStack({ config: file })).toMatchObject({ name: 'north', url: 'https://cove.example.org' });
  expect(() => findAny({ config: file })).toThrow(
    /"north" is a stack of workers, which joins https:\/\/cove\.example\.org/,
  );
});

test('without a token, or with one that is not known, somebody is told what to do', async () => {
  vi.stubEnv('COVE_TOKEN', undefined);
  expect(() => homeOf(stack())).toThrow(/COVE_TOKEN is not set/);
  vi.stubEnv('COVE_TOKEN', 'another');
  await expect(checkHome(stack())).rejects.toThrow(/does not let whose token is in COVE_TOKEN/);
});

test('an installation that takes none is found out before anything is made', async () => {
  vi.stubEnv('COVE_TOKEN', TOKEN);
  await expect(checkHome(stack())).resolves.toBeUndefined();
  home.refuse('Environment small is of worker stack south');
  await expect(checkHome(stack())).rejects.toThrow(
    /does not take workers "north": Environment small is of worker stack south/,
  );
  home.forget();
  await expect(checkHome(stack())).rejects.toThrow(/knows nothing of stacks of workers/);
});

const PLACES = {
  aws: { accountId: '210987654321', region: 'eu-north-1' },
  azure: {
    subscriptionId: '11234567-89ab-cdef-0123-456789abcdef',
    tenantId: '99abcdef-0123-4567-89ab-cdef01234567',
    region: 'northeurope',
  },
  gcp: { projectId: 'other-project-99', region: 'europe-north1' },
};
const targets = Object.keys(PLACES) as (keyof typeof PLACES)[];

test.each(targets)(
  'init --joins of target %s asks where it belongs, and writes a config that loads',
  async (target) => {
    const { workers } = await founderOf(target);
    const answers: Record<string, string> = { joins: 'https://cove.acme.com', ...PLACES[target] };
    const questions = workers.questions();
    expect(questions.map(({ key }) => key)).toEqual(Object.keys(answers));
    for (const { key, problem } of questions) {
      expect(problem(answers[key]!), key).toBeNull();
      expect(problem('no such thing'), key).not.toBeNull();
    }
    const example = readFileSync(new URL(`../../../config/${target}-workers.yaml`, import.meta.url), 'utf8');
    const kind = { what: 'Stack of workers', example: `${target}-workers`, page: 'worker-stacks' } as const;
    const text = configText(example, 'north', kind, workers.config(answers));
    expect(parseConfig(text, 'north.yaml')).toMatchObject({
      ...PLACES[target],
      target,
      joins: { url: answers.joins },
    });
    expect(text).not.toContain('REQUIRED');
  },
);

const configOf = (target: keyof typeof PLACES) =>
  parseConfig(
    JSON.stringify({ target, joins: { url: 'https://cove.acme.com' }, ...PLACES[target] }),
    'north.yaml',
  );
const failing = (findings: { level: string; found: string; needed?: string }[]) =>
  findings.filter(({ level }) => level === 'fail').map(({ found, needed }) => `${found}; ${needed}`);

test('pre-flight in Google Cloud asks for what workers need, and for no database, no zone, no public name', () => {
  const offer = { zones: ['europe-north1-a'], vcpus: 2 };
  const facts = {
    project: { state: 'ACTIVE' },
    missingApis: [],
    denied: [],
    region: { quotas: [{ metric: 'CPUS', limit: 1, usage: 0 }], zones: offer.zones },
    machines: new Map([['n2-standard-4', offer]]),
    images: new Map(),
    others: [],
  };
  const config = configOf('gcp') as GcpWorkersConfig;
  expect(failing(judgeGcp(config, facts))).toEqual([
    'europe-north1 has no e2-small; it, for scaler',
    'CPUS: 1, 0 in use; at least 2',
  ]);
  const machines = new Map([...facts.machines, ['e2-small', offer]] as const);
  expect(failing(judgeGcp(config, { ...facts, machines, region: { ...facts.region, quotas: [] } }))).toEqual(
    [],
  );
});

test('pre-flight in Azure asks for what workers need, and for no database, no zone, no public name', () => {
  const sku = { family: 'f', vcpus: 4, isRefused: false, zones: ['1', '2', '3'] };
  const facts = {
    unregistered: [],
    features: [],
    rights: [{ actions: ['Microsoft.Compute/*'], notActions: [] }],
    machines: new Map([['Standard_D4s_v5', sku]]),
    usages: new Map(),
    database: null,
    images: [],
  };
  const config = configOf('azure') as AzureWorkersConfig;
  const found = failing(judgeAzure(config, facts));
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(/may not .*Microsoft\.KeyVault\/vaults\/write/);
  expect(found[0]).not.toMatch(/DBforPostgreSQL|redisEnterprise|applicationGateways/);
  expect(found[1]).toContain('has no Standard_B1ms; a size of that region for scaler');
  const machines = new Map([...facts.machines, ['Standard_B1ms', sku]] as const);
  const rights = [{ actions: ['*'], notActions: [] }];
  expect(failing(judgeAzure(config, { ...facts, machines, rights }))).toEqual([]);
});
