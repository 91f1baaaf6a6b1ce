/** The managed instance groups of Google Cloud, against a fake of the documented API over real HTTP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { gcpMachines, type Managed, refusalOf, stateOf } from '../../../app/platform/machines/gcp.ts';
import { gcpGroupOf } from '../../../app/platform/machines/gcp-group.ts';

const projectId = 'ml-platform-1234';
const group = 'cove-test-worker-small';
const place = { projectId, region: 'europe-west4', group, ceiling: 3 };
const PROJECT = `/compute/v1/projects/${projectId}`;
const MANAGER = `${PROJECT}/regions/europe-west4/instanceGroupManagers/${group}`;
const NO_ROOM = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'The zone does not have enough resources.' };

let targetSize = 0;
/** The cloud gives no more than these. */
let room = 10;
let counter = 0;
let machines: (Managed & { made: string })[] = [];
/** Running, and in no group any more. */
let abandoned: typeof machines = [];
let labels: Record<string, string> = {};
beforeEach(() => {
  [targetSize, room, machines, abandoned] = [0, 10, [], []];
  labels = { 'managed-by': 'cove', component: 'worker' };
});

function fill(): void {
  while (machines.length < targetSize) {
    counter += 1;
    const instance = `https://www.googleapis.com${PROJECT}/zones/europe-west4-a/instances/${group}-${`${counter}`.padStart(4, 'a')}`;
    const made = new Date().toISOString();
    machines.push(
      machines.length < room
        ? { instance, made, id: `${7000 + counter}`, instanceStatus: 'RUNNING', currentAction: 'NONE' }
        : { instance, made, currentAction: 'CREATING', lastAttempt: { errors: { errors: [NO_ROOM] } } },
    );
  }
}
const instanceOf = ({ id, made, instance, instanceStatus }: (typeof machines)[number]) => ({
  id,
  labels,
  status: instanceStatus,
  name: instance.split('/').at(-1)!,
  creationTimestamp: made,
  metadata: {
    items: [{ key: 'created-by', value: `projects/99/regions/europe-west4/instanceGroupManagers/${group}` }],
  },
});
/** Compute Engine API v1, `regionInstanceGroupManagers` and `instances.aggregatedList`; lists have pages. */
const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '', 'http://fake');
  let body = '';
  for await (const part of request) body += part;
  const answer = (status: number, value: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.headers.authorization !== 'Bearer secret') return answer(401, { error: { message: 'no' } });
  const at = Number(url.searchParams.get('pageToken') ?? 0);
  const page = <T>(all: T[]) => ({
    some: all.slice(at, at + 1),
    ...(at + 1 < all.length && { nextPageToken: `${at + 1}` }),
  });
  switch (`${request.method} ${url.pathname}`) {
    case `GET ${MANAGER}`:
      return answer(200, { targetSize, baseInstanceName: group });
    case `POST ${MANAGER}/listManagedInstances`: {
      const { some, ...next } = page(machines.map(({ made: _, ...one }) => one));
      return answer(200, { managedInstances: some, ...next });
    }
    case `POST ${MANAGER}/resize`:
      targetSize = Number(url.searchParams.get('size'));
      fill();
      return answer(200, {});
    case `POST ${MANAGER}/deleteInstances`: {
      const { instances } = JSON.parse(body) as { instances: string[] };
      targetSize -= machines.filter(({ instance }) => instances.includes(instance)).length;
      machines = machines.filter(({ instance }) => !instances.includes(instance));
      return answer(200, {});
    }
    case `GET ${PROJECT}/aggregated/instances`: {
      const [, name] = /^name eq "(.+)"$/.exec(url.searchParams.get('filter') ?? '') ?? [];
      const [, id] = /^id = (\d+)$/.exec(url.searchParams.get('filter') ?? '') ?? [];
      const all = [...machines, ...abandoned].filter((one) => one.id !== undefined).map(instanceOf);
      const { some, ...next } = page(
        all.filter((one) => (id === undefined ? new RegExp(`^${name}$`).test(one.name) : one.id === id)),
      );
      return answer(200, { items: { 'zones/europe-west4-a': { instances: some }, 'zones/b': {} }, ...next });
    }
    case `DELETE ${PROJECT}/zones/europe-west4-a/instances/${abandoned[0]?.instance.split('/').at(-1)}`:
      abandoned.shift();
      return answer(200, {});
    default:
      return answer(404, { error: { message: 'The resource was not found' } });
  }
});
const elsewhere = () => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  token: 'secret',
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

test('grows, lists, describes and ends just the named machine', async () => {
  const group = gcpMachines(place, elsewhere());
  expect(await group.look()).toEqual({ wanted: 0, largest: 3, machines: [], refusal: null });
  for (const wanted of [2, 2, 1]) await group.grow(wanted);
  const grown = await group.look();
  expect(grown).toMatchObject({ wanted: 2, machines: [{ state: 'running' }, { state: 'running' }] });
  const [first, second] = grown.machines;
  expect(Date.now() - first!.launchedAt.getTime()).toBeLessThan(60_000);
  expect(await group.describe(first!.id)).toEqual(first);
  expect(await group.describe('123')).toBeNull();

  await group.end([first!.id]);
  await group.end([first!.id]);
  expect(await group.look()).toMatchObject({ wanted: 1, machines: [{ id: second!.id }] });
});

test('says why the cloud gives no more, and gives up what is not there yet', async () => {
  room = 1;
  const group = gcpMachines(place, elsewhere());
  await group.grow(3);
  expect(await group.look()).toMatchObject({
    wanted: 3,
    machines: [{ state: 'running' }],
    refusal: NO_ROOM.message,
  });
  await group.forgo();
  expect(await group.look()).toMatchObject({ wanted: 1, machines: [{ state: 'running' }], refusal: null });
});

test('a machine that the group abandoned lives on, is found by name and labels, and ends alone', async () => {
  const group = gcpMachines(place, elsewhere());
  await group.grow(2);
  abandoned.push(machines.shift()!);
  targetSize = 1;
  const { id } = abandoned[0]!;
  expect(await group.look()).toMatchObject({
    wanted: 1,
    machines: [{}, { id, state: 'running', stray: true }],
  });
  expect(await group.describe(id!)).toBeNull();
  labels = { 'managed-by': 'somebody' };
  expect((await group.look()).machines).toHaveLength(1);
  await group.end([id!]);
  expect(abandoned).toHaveLength(1);
  labels = { 'managed-by': 'cove', component: 'worker' };
  await group.end([id!]);
  await group.end([id!]);
  expect(abandoned).toEqual([]);
  expect(await group.look()).toMatchObject({ wanted: 1, machines: [{ id: machines[0]!.id }] });
});

test('a machine is looked up by the id it can prove', async () => {
  await gcpMachines(place, elsewhere()).grow(2);
  expect(await gcpGroupOf({ projectId }, machines[1]!.id!, elsewhere())).toBe(group);
  expect(await gcpGroupOf({ projectId }, '1', elsewhere())).toBeNull();
  expect(await gcpGroupOf({ projectId }, '1 OR id > 0', elsewhere())).toBeNull();
});

test('a group that is not there, and a refused login, are told as such', async () => {
  const nobody = gcpMachines({ ...place, group: 'nobody' }, elsewhere());
  await expect(nobody.look()).rejects.toThrow(/no instance group nobody in europe-west4/);
  const stranger = gcpMachines(place, { ...elsewhere(), token: 'other' });
  await expect(stranger.look()).rejects.toThrow(/Google Cloud answers 401: no/);
});

test('states and refusals are read as Google documents them', () => {
  const state = (currentAction: string, instanceStatus?: string) =>
    stateOf({ instance: 'i', currentAction, ...(instanceStatus !== undefined && { instanceStatus }) });
  expect(state('NONE', 'RUNNING')).toBe('running');
  expect(state('VERIFYING', 'RUNNING')).toBe('running');
  expect(state('CREATING')).toBe('starting');
  expect(state('NONE', 'STAGING')).toBe('starting');
  expect(state('DELETING', 'RUNNING')).toBe('ending');
  expect(state('NONE', 'TERMINATED')).toBe('ending');
  const failed = { instance: 'i', lastAttempt: { errors: { errors: [NO_ROOM] } } };
  expect(refusalOf([failed])).toBe(NO_ROOM.message);
  expect(refusalOf([{ ...failed, id: '1' }])).toBeNull();
});
