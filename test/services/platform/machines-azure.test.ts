/** The scale sets of Azure, against a fake of the documented API over real HTTP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { azureMachines, machineOf, refusalOf } from '../../../app/platform/machines/azure.ts';
import { azureGroupOf } from '../../../app/platform/machines/azure-group.ts';

const place = { subscriptionId: 'sub', resourceGroup: 'cove-test' };
const SETS = `/subscriptions/sub/resourceGroups/cove-test/providers/Microsoft.Compute/virtualMachineScaleSets`;
const group = 'cove-test-worker-small';

interface Machine {
  instanceId: string;
  properties: { vmId: string; provisioningState: string; timeCreated: string };
}
let capacity = 0;
let machines: Machine[] = [];
/** The cloud gives no more than these. */
let room = 10;
let counter = 0;

function fill(): void {
  while (machines.length < Math.min(capacity, room)) {
    counter += 1;
    machines.push({
      instanceId: String(counter),
      properties: {
        vmId: `vm-${counter}`,
        provisioningState: 'Succeeded',
        timeCreated: new Date().toISOString(),
      },
    });
  }
}
/** Azure REST API, "Virtual Machine Scale Sets": Get, Update, List, Delete Instances, Get Instance View; lists have pages. */
const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '', 'http://fake');
  let body = '';
  for await (const part of request) body += part;
  const answer = (status: number, value: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.headers.authorization !== 'Bearer secret' || !url.searchParams.has('api-version'))
    return answer(401, { error: { code: 'InvalidAuthenticationToken', message: 'no' } });
  switch (`${request.method} ${url.pathname}`) {
    case `GET ${SETS}`:
      return answer(200, { value: [{ name: 'cove-test-app-host' }, { name: group }] });
    case `GET ${SETS}/cove-test-app-host/virtualMachines`:
      return answer(200, { value: [] });
    case `GET ${SETS}/${group}`:
      return answer(200, { name: group, sku: { name: 'Standard_D4s_v5', tier: 'Standard', capacity } });
    case `PATCH ${SETS}/${group}`: {
      const { sku } = JSON.parse(body);
      if (sku.name !== 'Standard_D4s_v5') return answer(400, { error: { code: 'BadSku', message: 'no' } });
      capacity = sku.capacity;
      fill();
      return answer(202, {});
    }
    case `GET ${SETS}/${group}/virtualMachines`: {
      const at = Number(url.searchParams.get('$skiptoken') ?? 0);
      const next = `${endpoint()}${url.pathname}?api-version=1&$skiptoken=${at + 1}`;
      return answer(200, {
        value: machines.slice(at, at + 1),
        ...(at + 1 < machines.length ? { nextLink: next } : {}),
      });
    }
    case `POST ${SETS}/${group}/delete`: {
      const { instanceIds } = JSON.parse(body) as { instanceIds: string[] };
      machines = machines.filter(({ instanceId }) => !instanceIds.includes(instanceId));
      capacity -= instanceIds.length;
      return answer(202, {});
    }
    case `GET ${SETS}/${group}/instanceView`:
      return answer(200, {
        statuses: [
          {
            code: 'ProvisioningState/failed/AllocationFailed',
            level: 'Error',
            message: 'Allocation failed. We do not have sufficient capacity.',
            time: new Date().toISOString(),
          },
        ],
      });
    default:
      return answer(404, { error: { code: 'ResourceNotFound', message: url.pathname } });
  }
});
const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const elsewhere = () => ({ endpoint: endpoint(), token: 'secret' });
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

test('grows, lists, describes and ends just the named machine', async () => {
  const set = azureMachines({ ...place, group }, elsewhere());
  expect(await set.look()).toEqual({ wanted: 0, largest: 1000, machines: [], refusal: null });
  await set.grow(2);
  await set.grow(2);
  await set.grow(1);
  const grown = await set.look();
  expect(grown).toMatchObject({ wanted: 2, machines: [{ state: 'running' }, { state: 'running' }] });
  const [first, second] = grown.machines;
  expect(await set.describe(first!.id)).toMatchObject({ id: first!.id, state: 'running' });
  expect(await set.describe('vm-99')).toBeNull();
  expect(await azureGroupOf(place, second!.id, elsewhere())).toBe(group);
  expect(await azureGroupOf(place, 'vm-99', elsewhere())).toBeNull();

  await set.end([first!.id]);
  await set.end([first!.id]);
  expect(await set.look()).toMatchObject({ wanted: 1, machines: [{ id: second!.id }] });
});

test('a cloud without room says so, and what is not there is given up', async () => {
  const set = azureMachines({ ...place, group }, elsewhere());
  room = 2;
  await set.grow(4);
  expect(await set.look()).toMatchObject({
    wanted: 4,
    refusal: expect.stringMatching(/sufficient capacity/),
  });
  await set.forgo();
  expect(await set.look()).toMatchObject({ wanted: 2, refusal: null });
});

test('a scale set that is not there, and a login that is refused, are told as such', async () => {
  const other = azureMachines({ ...place, group: 'nobody' }, elsewhere());
  await expect(other.look()).rejects.toThrow(/no scale set nobody in cove-test/);
  const stranger = azureMachines({ ...place, group }, { ...elsewhere(), token: 'guess' });
  await expect(stranger.look()).rejects.toThrow(/Azure answers 401: InvalidAuthenticationToken: no/);
});

test('states and refusals are read as Azure documents them', () => {
  const state = (provisioningState: string) =>
    machineOf({ instanceId: '1', properties: { vmId: 'a', provisioningState } })[0]?.state;
  expect(['Creating', 'Succeeded', 'Updating', 'Failed', 'Deleting'].map(state)).toEqual([
    'starting',
    'running',
    'running',
    'running',
    'ending',
  ]);
  expect(machineOf({ instanceId: '1', properties: {} })).toEqual([]);
  const now = Date.parse('2026-01-01T00:10:00Z');
  const failed = { level: 'Error', message: 'your quota', time: '2026-01-01T00:09:00Z' };
  expect(refusalOf([failed], now)).toBe('your quota');
  expect(refusalOf([{ ...failed, level: 'Info' }], now)).toBeNull();
  expect(refusalOf([{ ...failed, time: '2025-12-31T00:00:00Z' }], now)).toBeNull();
});
