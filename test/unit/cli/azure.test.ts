/** Azure as the command line sees it: what the facts of a subscription mean, and the config that `init` writes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type FoundSubnet,
  judgeExisting,
  judgeOverlap,
  type Use,
} from '../../../app/cli/clouds/azure/existing.ts';
import { outputOf } from '../../../app/cli/clouds/azure/host.ts';
import {
  FEATURES,
  judgeFeatures,
  judgeImages,
  judgeProviders,
  judgeRights,
  judgeZone,
} from '../../../app/cli/clouds/azure/judge.ts';
import { secretsProvider, stateAccount, stateUrl, stateVault } from '../../../app/cli/clouds/azure/names.ts';
import { azureQuestions } from '../../../app/cli/clouds/azure/questions.ts';
import { judgeDatabase, judgeMachines, judgeQuotas } from '../../../app/cli/clouds/azure/sizes.ts';
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
const sku = { family: 'standarddsv5family', vcpus: 4, isRefused: false, zones: ['1', '2', '3'] };
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
  const reader = { actions: [], notActions: [], dataActions: ['Microsoft.KeyVault/vaults/secrets/*'] };
  const contributor = { actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] };
  expect(levels(judgeRights(config, { rights: [owner, reader] }))).toEqual(['ok']);
  expect(judgeRights(config, { rights: [owner] })[0]?.todo).toContain('"Key Vault Secrets User"');
  expect(judgeRights(config, { rights: [contributor, reader] })[0]?.found).toContain('roleAssignments/write');

  expect(levels(judgeMachines(config, { machines }))).toEqual(['ok']);
  expect(levels(judgeMachines(config, { machines: new Map() }))).toContain('fail');
  const refused = new Map([['Standard_D4s_v5', { ...sku, isRefused: true }]]);
  expect(judgeMachines(config, { machines: refused })[0]?.found).toContain('may not have Standard_D4s_v5');

  const inTwo = new Map([['Standard_D4s_v5', { ...sku, zones: ['1', '3'] }]]);
  expect(judgeMachines(config, { machines: inTwo })[0]?.found).toContain('not in zone 2');
  expect(
    levels(judgeMachines(configOf({ network: { kind: 'dedicated', zones: 1 } }), { machines: inTwo })),
  ).toEqual(['ok']);

  const quota = (limit: number) =>
    levels(judgeQuotas(config, { machines, usages: new Map([['cores', { used: 0, limit }]]) }));
  expect([quota(4), quota(20), quota(100)]).toEqual([['fail'], ['warn'], ['ok']]);

  expect(levels(judgeZone(config, { zone: null }))).toEqual(['fail']);
  expect(levels(judgeZone(config, { zone: 'other.org' }))).toEqual(['fail']);
  expect(levels(judgeZone(config, { zone: 'example.org' }))).toEqual(['ok']);
  const addresses = new Map([['ipv4standardskupublicipaddresses', { used: 9, limit: 10 }]]);
  expect(levels(judgeQuotas(config, { machines: new Map(), usages: addresses }))).toEqual(['fail']);
});

test('PostgreSQL that the region lacks, restricts or keeps in one zone is told', () => {
  const database = {
    isRefused: false,
    zoneRedundant: true,
    versions: ['16', '17'],
    skus: ['Standard_D2ds_v5', 'Standard_B2s'],
  };
  const told = (other: Partial<typeof database>, more: object = {}) =>
    judgeDatabase(configOf(more), { database: { ...database, ...other } })[0];
  expect(told({})?.level).toBe('ok');
  expect(told({ isRefused: true })?.found).toContain('may make no PostgreSQL');
  expect(told({ skus: ['Standard_B2s'] })?.found).toContain('has no Standard_D2ds_v5');
  expect(told({ versions: ['16'] })?.needed).toBe('one of 16');
  expect(told({ zoneRedundant: false })?.todo).toContain('highAvailability: false');
  expect(told({ zoneRedundant: false }, { profile: 'dev' })?.level).toBe('ok');
  expect(judgeDatabase(configOf(), { database: null })).toEqual([]);
});

test('an image of the operator must be in the region, for x64, and start trusted', () => {
  const id =
    '/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/galleries/g/images/docker/versions/1.0.0';
  const image = { use: 'worker', id, regions: ['West Europe'], security: 'TrustedLaunchSupported' };
  const told = (other: object) => judgeImages(configOf(), { images: [{ ...image, ...other }] })[0];
  expect(told({})?.level).toBe('ok');
  expect(told({ regions: null })?.todo).toContain('machineImages.worker');
  expect(told({ regions: ['North Europe'] })?.needed).toBe('a copy in westeurope');
  expect(told({ architecture: 'Arm64' })?.found).toContain('is for Arm64');
  expect(told({ generation: 'V1' })?.found).toContain('cannot be started trusted');
  expect(told({ security: undefined })?.todo).toContain('TrustedLaunchSupported');
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
    judgeExisting(config, wanted, {
      region,
      nameServers: [],
      zones: [],
      subnets: { ...subnets, ...other },
    }).map(({ found }) => found);
  expect(told({})).toEqual(['the subnets that are given fit']);
  expect(told({}, 'northeurope')).toEqual(['the network is in northeurope']);
  expect(told({ workers: null })[0]).toContain('is no subnet of the network');
  expect(told({ workers: { ...subnet('workers'), cidr: '10.0.0.0/29' } })[0]).toContain('3 free addresses');
  expect(told({ database: { ...subnet('database'), delegations: [] } })[0]).toContain('not delegated');
  expect(told({ appHost: { ...subnet('appHost'), hasNat: false } })[0]).toContain('no way out');
  expect(levels(judgeExisting(config, wanted, null))).toEqual(['fail']);

  const zone = {
    id: `${networkId.split('/virtualNetworks')[0]}/privateDnsZones/privatelink.redis.azure.net`,
    name: 'privatelink.redis.azure.net',
    isLinked: true,
  };
  const names = (given: string[], zones: (typeof zone)[], nameServers: string[] = []) =>
    judgeExisting(
      config,
      { ...wanted, privateDnsZones: given },
      { region: 'westeurope', nameServers, zones, subnets },
    ).slice(1);
  expect(names([], [])).toEqual([]);
  expect(names([], [zone])[0]?.todo).toBe(`Add ${zone.id} to it.`);
  expect(names([zone.id], [zone])).toEqual([]);
  expect(names([zone.id], [{ ...zone, isLinked: false }])[0]?.todo).toContain('link vnet create');
  expect(names([zone.id], [])[0]?.found).toContain('is not there');
  expect(names([], [], ['10.0.0.4'])[0]).toMatchObject({ level: 'warn' });
});

test('a dedicated network that overlaps another of the subscription is told, for it can never be connected', () => {
  const others = [{ name: 'company', cidrs: ['10.20.4.0/24'] }];
  expect(levels(judgeOverlap('10.20.0.0/16', others))).toEqual(['warn']);
  expect(levels(judgeOverlap('10.21.0.0/16', others))).toEqual(['ok']);
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
  const text = configText(example, 'prod', { what: 'Installation', example: 'azure', page: 'azure' }, values);
  expect(parseConfig(text, 'prod.yaml')).toMatchObject(BASE);
  expect(text).not.toContain('REQUIRED');
});
