/** `init`, pre-flight and the host's logs in Azure, against a fake of the documented management API over real HTTP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArm } from '../../../app/cli/clouds/azure/arm.ts';
import { found } from '../../../app/cli/clouds/azure/founder.ts';
import { bootLog, runOnHost } from '../../../app/cli/clouds/azure/host.ts';
import { NAMESPACES } from '../../../app/cli/clouds/azure/judge.ts';
import { lastBackup } from '../../../app/cli/clouds/azure/last-backup.ts';
import { preflight } from '../../../app/cli/clouds/azure/preflight.ts';
import { parseConfig } from '../../../config/load.ts';
import type { AzureConfig } from '../../../config/schema.ts';

const subscriptionId = '01234567-89ab-cdef-0123-456789abcdef';
const tenantId = '89abcdef-0123-4567-89ab-cdef01234567';
const place = { subscriptionId, tenantId, region: 'westeurope' };
const config = parseConfig(
  JSON.stringify({
    target: 'azure',
    ...place,
    publicName: 'cove.example.org',
    dns: { kind: 'elsewhere' },
    administrator: { email: 'a@example.org' },
  }),
  'x',
) as AzureConfig;

const tokenOf = (tid: string) =>
  `x.${Buffer.from(JSON.stringify({ oid: 'operator', tid, upn: 'ann@example.org' })).toString('base64url')}.y`;
const SUBSCRIPTION = `/subscriptions/${subscriptionId}`;
const SETS = `${SUBSCRIPTION}/resourceGroups/cove-prod/providers/Microsoft.Compute/virtualMachineScaleSets`;
/** Things by their ids, as they were put; a thing is ready at the second look. */
const things = new Map<string, { properties?: object; looks: number; [more: string]: unknown }>();
/** Lists by their addresses, besides those below. */
const lists = new Map<string, object[]>();
let commands: string[] = [];

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://fake');
  let text = '';
  for await (const part of request) text += part;
  const answer = (status: number, value: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  if (request.method === 'PUT') {
    things.set(pathname, { ...JSON.parse(text || '{}'), looks: 0 });
    return answer(202, {});
  }
  const thing = things.get(pathname);
  if (thing !== undefined) {
    const provisioningState = thing.looks++ > 0 ? 'Succeeded' : 'Creating';
    return answer(200, { ...thing, properties: { ...thing.properties, provisioningState } });
  }
  const list = lists.get(pathname);
  if (list !== undefined) return answer(200, { value: list });
  switch (pathname) {
    case SUBSCRIPTION:
      return answer(200, { displayName: 'ours', state: 'Enabled' });
    case `${SUBSCRIPTION}/providers`:
      return answer(200, {
        value: NAMESPACES.slice(1).map((namespace) => ({ namespace, registrationState: 'Registered' })),
      });
    case `${SUBSCRIPTION}/providers/Microsoft.Features/providers/Microsoft.Compute/features/EncryptionAtHost`:
      return answer(200, { properties: { state: 'Registered' } });
    case `${SUBSCRIPTION}/providers/Microsoft.Compute/skus`:
      return answer(200, {
        value: [
          {
            resourceType: 'virtualMachines',
            name: 'Standard_D4s_v5',
            family: 'standardDSv5Family',
            capabilities: [{ name: 'vCPUs', value: '4' }],
            locationInfo: [{ location: 'westeurope', zones: ['3', '1', '2'] }],
            restrictions: [{ type: 'Zone', restrictionInfo: { zones: ['2'] } }],
          },
        ],
      });
    case `${SUBSCRIPTION}/providers/Microsoft.Compute/locations/westeurope/usages`:
      return answer(200, { value: [{ name: { value: 'cores' }, currentValue: 2, limit: 6 }] });
    case `${SUBSCRIPTION}/providers/Microsoft.Network/locations/westeurope/usages`:
      return answer(200, {
        value: [{ name: { value: 'IPv4StandardSkuPublicIpAddresses' }, currentValue: 1, limit: 20 }],
      });
    case `${SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks`:
      return answer(200, {
        value: [{ name: 'hub', properties: { addressSpace: { addressPrefixes: ['10.20.9.0/24'] } } }],
      });
    case `${SUBSCRIPTION}/providers/Microsoft.DBforPostgreSQL/locations/westeurope/capabilities`:
      return answer(200, {
        value: [
          {
            restricted: 'Disabled',
            zoneRedundantHaSupported: 'Enabled',
            supportedServerVersions: [{ name: '16' }, { name: '17' }],
            supportedServerEditions: [{ supportedServerSkus: [{ name: 'Standard_D2ds_v5' }] }],
          },
        ],
      });
    case `${SUBSCRIPTION}/providers/Microsoft.Authorization/permissions`:
      return answer(200, {
        value: [
          { actions: ['*'], notActions: [], dataActions: [], notDataActions: [] },
          { actions: [], notActions: [], dataActions: ['Microsoft.KeyVault/vaults/secrets/*'] },
        ],
      });
    case SETS:
      return answer(200, {
        value: ['1', '2'].map((one) => ({
          id: `${SETS}/host-${one}`,
          tags: { component: 'app-host', installation: 'prod' },
        })),
      });
    case `${SETS}/host-1/virtualMachines`:
      return answer(200, { value: [{ id: '/old', properties: { timeCreated: '2026-01-01T00:00:00Z' } }] });
    case `${SETS}/host-2/virtualMachines`:
      return answer(200, { value: [{ id: '/new', properties: { timeCreated: '2026-02-01T00:00:00Z' } }] });
    case '/new/retrieveBootDiagnosticsData':
      return answer(200, { serialConsoleLogBlobUri: `${endpoint()}/log` });
    case '/log':
      return response.end('cloud-init is done');
    case '/new/runCommand':
      commands = JSON.parse(text).script;
      return answer(202, {}, { location: `${endpoint()}/operation` });
    case '/operation':
      return answer(200, { value: [{ message: 'Enable succeeded: \n[stdout]\nactive\n\n[stderr]\n' }] });
    default:
      return answer(404, { error: { code: 'ResourceNotFound', message: pathname } });
  }
});
const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const arm = (tid = tenantId) => openArm({ endpoint: endpoint(), token: tokenOf(tid), pollMs: 5 });
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

test('init makes a versioned, locked account without keys, a key that nobody can purge, and two roles; again, the same', async () => {
  const said: string[] = [];
  await found('prod', place, arm(), (line) => said.push(line));
  expect(said.at(-2)).toMatch(/^state {6}azblob:\/\/state in coveprodst/);
  const ids = [...things.keys()];
  const of = (word: string) =>
    things.get(ids.find((id) => id.includes(word) && !id.includes('Authorization'))!);
  expect(of('/storageAccounts/')?.properties).toMatchObject({ allowSharedKeyAccess: false });
  expect(of('/blobServices/default')?.properties).toMatchObject({ isVersioningEnabled: true });
  expect(of('/vaults/')?.properties).toMatchObject({ enablePurgeProtection: true });
  expect(ids.filter((id) => id.includes('/roleAssignments/'))).toHaveLength(2);
  expect(ids.filter((id) => id.includes('/locks/'))).toHaveLength(1);
  await found('prod', place, arm(), () => {});
  expect([...things.keys()]).toEqual(ids);
}, 60_000);

test('a login to another tenant is refused before anything is made', async () => {
  await expect(found('prod', place, arm('other'), () => {})).rejects.toThrow(/this login is to tenant other/);
});

test('pre-flight tells all at once what is missing, each with a cure', async () => {
  const findings = await preflight('prod', config, arm());
  const told = findings.map(({ check, level }) => `${level} ${check}`);
  expect(told).toEqual([
    'ok login',
    'fail services',
    'ok features',
    'ok permissions',
    'fail machines',
    'fail machines',
    'fail quota',
    'ok quota',
    'ok database',
    'warn network',
  ]);
  for (const { level, todo } of findings) if (level !== 'ok') expect(todo).not.toBe('');
});

test('an existing network is looked at: each subnet, its way out, and where it looks names up', async () => {
  const group = `${SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network`;
  const networkId = `${group}/virtualNetworks/company`;
  const subnetIds = Object.fromEntries(
    ['ingress', 'appHost', 'database', 'endpoints', 'workers'].map((use) => [
      use,
      `${networkId}/subnets/${use}`,
    ]),
  );
  const put = (id: string, thing: object) => things.set(id, { ...thing, looks: 1 });
  put(networkId, { location: 'westeurope', properties: { dhcpOptions: { dnsServers: ['10.0.0.4'] } } });
  Object.entries(subnetIds).forEach(([use, id], index) => {
    put(id, {
      id,
      properties: {
        addressPrefix: `10.0.${index}.0/26`,
        ...(use === 'workers' ? { natGateway: { id: 'nat' } } : {}),
        ...(use === 'appHost' ? { routeTable: { id: 'routes' } } : {}),
      },
    });
  });
  const zone = {
    id: `${group}/privateDnsZones/privatelink.redis.azure.net`,
    name: 'privatelink.redis.azure.net',
  };
  lists.set(`${SUBSCRIPTION}/providers/Microsoft.Network/privateDnsZones`, [zone]);
  lists.set(`${zone.id}/virtualNetworkLinks`, [{ properties: { virtualNetwork: { id: networkId } } }]);
  const existing = {
    ...config,
    network: { ...config.network, kind: 'existing', networkId, subnetIds, privateDnsZones: [] },
  };
  const findings = await preflight('prod', existing as unknown as AzureConfig, arm());
  expect(findings.filter(({ check }) => check === 'network').map(({ found }) => found)).toEqual([
    'the subnet for database is not delegated to PostgreSQL',
    'the network looks names up in a zone privatelink.redis.azure.net already, and takes no second one',
    'the network asks name servers of its own: 10.0.0.4',
  ]);
});

test('before a purge PostgreSQL is backed up, and it is told how to have it back; a server that is gone is not asked', async () => {
  const id = `${SUBSCRIPTION}/resourceGroups/cove-prod/providers/Microsoft.DBforPostgreSQL/flexibleServers/cove-prod`;
  things.set(id, { looks: 1 });
  const server = { urn: 'urn:x::database', type: 'azure-native:dbforpostgresql:Server', id };
  const vault = { urn: 'urn:x::vault', type: 'azure-native:keyvault:Vault', id: '/vault' };
  const now = new Date('2026-11-25T17:30:00Z');
  const told = await lastBackup('prod', config, [server, vault], () => {}, arm(), now);
  expect([...things.keys()]).toContain(`${id}/backups/final-202611251730`);
  expect(told.join('\n')).toContain('"createMode":"ReviveDropped"');
  const gone = { ...server, id: `${id}-gone` };
  expect(await lastBackup('prod', config, [gone], () => {}, arm(), now)).toEqual([]);
});

test('the newest host tells its console, and runs a command', async () => {
  expect(await bootLog('prod', config, arm())).toBe('cloud-init is done');
  expect(await runOnHost('prod', config, 'systemctl is-active cove-api', arm())).toBe('active\n');
  expect(commands).toEqual(['systemctl is-active cove-api']);
  expect(await bootLog('other', config, arm())).toBeNull();
});
