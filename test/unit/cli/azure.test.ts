/** Azure as the command line sees it: what the facts of a subscription mean, and the config that `init` writes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type FoundSubnet, judgeExisting, type Use } from '../../../app/cli/clouds/azure/existing.ts';
import { outputOf } from '../../../app/cli/clouds/azure/host.ts';
import {
  FEATURES,
  judgeFeatures,
  judgeImages,
  judgeMachines,
  judgeProviders,
  judgeQuotas,
  judgeRights,
  judgeZone,
} from '../../../app/cli/clouds/azure/judge.ts';
import { secretsProvider, stateAccount, stateUrl, stateVault } from '../../../app/cli/clouds/azure/names.ts';
import { azureQuestions } from '../../../app/cli/clouds/azure/questions.ts';
import { configText } from '../../../app/cli/init/write-config.ts';
import { parseConfig } from '../../../config/load.ts';
import type { AzureConfig } from '../../../config/schema.ts';

const subscriptionId = '01234567-89ab-cdef-0123-456789abcdef';
const ZONE = `/subscriptions/${subscriptionId}/resourceGroups/dns/providers/Microsoft.Network/dnszones/example.org`;
const BASE = {
  target: 'azure',
  subscriptionId,
  tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
  region: 'westeurope',
  publicName: 'cove.example.org',
  dns: { kind: 'zone', zoneId: ZONE },
  administrator: { email: 'a@example.org' },
};
const configOf = (more: object = {}) => parseConfig(JSON.stringify({ ...BASE, ...more }), 'x') as AzureConfig;
const levels = (findings: { level: string }[]) => findings.map(({ level }) => level);
const sku = { family: 'standarddsv5family', vcpus: 4, isRefused: false };
const machines = new Map([['Standard_D4s_v5', sku]]);

test('names are derived from installation, subscription and region, and keep to Azure’s limits', () => {
  const config = configOf();
  expect(stateUrl('prod', config)).toMatch(/^azblob:\/\/state\?storage_account=coveprodst[0-9a-f]{9}$/);
  expect(secretsProvider('prod', config)).toMatch(
    /^azurekeyvault:\/\/cove-prod-[0-9a-f]{8}\.vault\.azure\.net\/keys\/state$/,
  );
  for (const name of ['a', 'a-very-long-name-ab-c', 'x--y'.slice(0, 1), 'ends-with-']) {
    expect(stateAccount(name, config)).toMatch(/^[a-z0-9]{3,24}$/);
    expect(stateVault(name, config)).toMatch(/^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/);
  }
});

test('a service, feature, right, size, quota, zone or image that is missing is told with a cure', () => {
  const config = configOf();
  expect(judgeProviders({ unregistered: ['Microsoft.Cache'] })[0]?.todo).toContain(
    'az provider register --namespace Microsoft.Cache',
  );
  expect(levels(judgeProviders({ unregistered: [] }))).toEqual(['ok']);
  const feature = { namespace: 'Microsoft.Compute', name: 'EncryptionAtHost' };
  expect(levels(judgeFeatures({ features: [{ ...feature, state: 'NotRegistered' }] }))).toEqual(['fail']);
  expect(levels(judgeFeatures({ features: [{ ...feature, state: 'Registered' }] }))).toEqual(['ok']);
  expect(FEATURES({ access: { internal: true, allowedCidrs: [] } })).toHaveLength(2);

  const owner = { actions: ['*'], notActions: [] };
  const contributor = { actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] };
  expect(levels(judgeRights(config, { rights: [owner] }))).toEqual(['ok']);
  expect(judgeRights(config, { rights: [contributor] })[0]?.found).toContain('roleAssignments/write');

  expect(levels(judgeMachines(config, { machines }))).toEqual(['ok']);
  expect(levels(judgeMachines(config, { machines: new Map() }))).toContain('fail');
  const refused = new Map([['Standard_D4s_v5', { ...sku, isRefused: true }]]);
  expect(judgeMachines(config, { machines: refused })[0]?.found).toContain('may not have Standard_D4s_v5');

  const quota = (limit: number) =>
    levels(judgeQuotas(config, { machines, usages: new Map([['cores', { used: 0, limit }]]) }));
  expect([quota(4), quota(20), quota(100)]).toEqual([['fail'], ['warn'], ['ok']]);

  expect(levels(judgeZone(config, { zone: null }))).toEqual(['fail']);
  expect(levels(judgeZone(config, { zone: 'other.org' }))).toEqual(['fail']);
  expect(levels(judgeZone(config, { zone: 'example.org' }))).toEqual(['ok']);
  expect(levels(judgeImages({ images: [{ use: 'worker', id: '/a/b/c', there: false }] }))).toEqual(['fail']);
});

test('an existing network is judged by its subnets: room, delegation, way out', () => {
  const networkId = `/subscriptions/${subscriptionId}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/company`;
  const uses: Use[] = ['ingress', 'appHost', 'database', 'endpoints', 'workers'];
  const subnetIds = Object.fromEntries(uses.map((use) => [use, `${networkId}/subnets/${use}`]));
  const config = configOf({ network: { kind: 'existing', networkId, subnetIds } });
  const wanted = config.network as Extract<AzureConfig['network'], { kind: 'existing' }>;
  const subnet = (use: Use): FoundSubnet => ({
    id: subnetIds[use]!,
    cidr: '10.0.0.0/24',
    used: 0,
    delegations: use === 'database' ? ['Microsoft.DBforPostgreSQL/flexibleServers'] : [],
    hasNat: use === 'appHost' || use === 'workers',
    hasRoutes: false,
  });
  const subnets = Object.fromEntries(uses.map((use) => [use, subnet(use)])) as Record<
    Use,
    FoundSubnet | null
  >;
  const told = (other: Partial<typeof subnets>, region = 'westeurope') =>
    judgeExisting(config, wanted, { region, subnets: { ...subnets, ...other } }).map(({ found }) => found);
  expect(told({})).toEqual(['the subnets that are given fit']);
  expect(told({}, 'northeurope')).toEqual(['the network is in northeurope']);
  expect(told({ workers: null })[0]).toContain('is no subnet of the network');
  expect(told({ workers: { ...subnet('workers'), cidr: '10.0.0.0/29' } })[0]).toContain('3 free addresses');
  expect(told({ database: { ...subnet('database'), delegations: [] } })[0]).toContain('not delegated');
  expect(told({ appHost: { ...subnet('appHost'), hasNat: false } })[0]).toContain('no way out');
  expect(levels(judgeExisting(config, wanted, null))).toEqual(['fail']);
});

test('what a command on the host said is taken out of Azure’s text', () => {
  expect(outputOf('Enable succeeded: \n[stdout]\none\ntwo\n\n[stderr]\nnoise\n')).toBe('one\ntwo\n');
});

test('init asks no more than ten values, checks each, and writes a config that loads', () => {
  const questions = azureQuestions({});
  expect(questions.length).toBeLessThanOrEqual(10);
  const of = (key: string) => questions.find((question) => question.key === key)!;
  expect(of('subscriptionId').problem('12')).toContain('the id of a subscription');
  expect(of('region').problem('nowhere')).toContain('no region');
  expect(of('zoneId').problem('')).toBeNull();
  const example = readFileSync(new URL('../../../config/azure.yaml', import.meta.url), 'utf8');
  const { target: _, ...values } = BASE;
  const text = configText(example, 'prod', 'azure', values);
  expect(parseConfig(text, 'prod.yaml')).toMatchObject(BASE);
  expect(text).not.toContain('REQUIRED');
});
