/** Environments over the API: what is shown of their machines, and who changes it to what. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROTOCOL_VERSION } from '../../../app/protocol/worker.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';

let platform: TestPlatform;
let api: TestApp;
let ada: Person;
let bob: Person;
let eve: Person;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  [ada, bob, eve] = [
    await platform.person('ada'),
    await platform.person('bob'),
    await platform.person('eve'),
  ];
  await platform.operator('operator', [
    [ada, 'admin'],
    [bob, 'member'],
  ]);
  const { db } = platform.platform;
  const lab = await platform.organization('lab', [[bob, 'owner']]);
  const group = JSON.stringify({ kind: 'aws', region: 'eu-north-1', group: 'cove-test-cpu' });
  const row = { executor: 'docker' as const, ceiling: 4, machine_group: group, machine_type: 't3.small' };
  await db
    .insertInto('environments')
    .values([
      { ...row, slug: 'shared', name: 'Shared' },
      { ...row, slug: 'lab', name: 'Lab', organization_id: lab },
      { slug: 'fixed', name: 'Fixed', executor: 'docker' },
      { ...row, slug: 'endpoint-host', name: 'Endpoint hosts', purpose: 'endpoints' as const },
    ])
    .execute();
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

const patch = (as: Person, slug: string, json: object) =>
  api.call('PATCH', `/api/v0/environments/${slug}/`, { as, json });
test('endpoint hosts can be looked at, and nobody is offered them for jobs or may scale them', async () => {
  const { body } = await api.call('GET', '/api/v0/environments/', { as: ada });
  expect(body.results.map(({ slug }: { slug: string }) => slug)).not.toContain('endpoint-host');
  expect((await get(ada, 'endpoint-host')).body).toMatchObject({ enabled: false, is_scalable: false });
  const refused = await patch(ada, 'endpoint-host', { scale_min: 1 });
  expect(refused).toMatchObject({ status: 409, body: { code: 'not_scalable' } });
});

const get = (as: Person, slug: string) => api.call('GET', `/api/v0/environments/${slug}/`, { as });

describe('an environment', () => {
  test('tells of its machines, and who may change them', async () => {
    const { body } = await get(ada, 'shared');
    expect(body).toMatchObject({
      is_scalable: true,
      scale_min: 0,
      scale_max: 4,
      scale_ceiling: 4,
      scale_down_grace_period: 15,
      scale_schedule: [],
      machine_type: 't3.small',
      read_only: false,
    });
    expect((await get(bob, 'shared')).body.read_only).toBe(true);
    expect((await get(bob, 'fixed')).body.is_scalable).toBe(false);
    const list = await api.call('GET', '/api/v0/environments/', { as: eve });
    expect(list.body.results.map(({ slug }: { slug: string }) => slug)).toEqual(['fixed', 'shared']);
  });

  test('that belongs to everybody is changed by who administers the operator organisation alone', async () => {
    const { id, mtime } = (await get(ada, 'shared')).body;
    const schedule = { cron: '0 8 * * 1-5', timezone: 'Europe/Helsinki', minutes: 600, min: 2 };
    const change = { scale_min: 1, scale_max: 3, scale_down_grace_period: 5, scale_schedule: [schedule] };
    expect((await patch(bob, 'shared', change)).status).toBe(403);
    expect((await patch(eve, 'shared', change)).status).toBe(403);
    const changed = await patch(ada, id, change);
    expect(changed).toMatchObject({ status: 200, body: change });
    expect(changed.body.mtime > mtime).toBe(true);
    expect((await patch(ada, 'shared', { scale_max: null })).body).toMatchObject({ ...change, scale_max: 4 });
    const told = await platform.platform.db
      .selectFrom('audit')
      .select(['action', 'actor', 'properties'])
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute();
    expect(told).toMatchObject([
      { action: 'environment.update', actor: { username: 'ada' }, properties: { slug: 'shared', ...change } },
      { action: 'environment.update', properties: { scale_max: null } },
    ]);
  });

  test('of an organisation is changed by its own administrators, and unknown to others', async () => {
    expect((await patch(bob, 'lab', { scale_max: 2 })).body.scale_max).toBe(2);
    expect((await patch(ada, 'lab', { scale_max: 1 })).status).toBe(404);
  });

  test.each([
    [{ scale_max: 5 }, 'scale_max', /5 is over the ceiling of 4/],
    [{ scale_min: 3, scale_max: 2 }, 'scale_min', /3 is more than the maximum of 2/],
    [{ scale_min: -1 }, 'scale_min', />=0/],
    [{ scale_down_grace_period: 20_000 }, 'scale_down_grace_period', /<=10080/],
    [{ scale_schedule: [{ cron: 'at noon', minutes: 5, max: 1 }] }, 'scale_schedule', /no cron expression/],
    [
      { scale_schedule: [{ cron: '0 8 * * *', timezone: 'Mars/Utopia', minutes: 5, max: 1 }] },
      'scale_schedule',
      /no time zone/,
    ],
    [{ scale_schedule: [{ cron: '0 8 * * *', minutes: 5, max: 9 }] }, 'scale_schedule', /over the ceiling/],
    [{ scale_schedule: [{ cron: '0 8 * * *', minutes: 5 }] }, 'scale_schedule', /give min, max or both/],
    [{ scale_ceiling: 9 }, 'non_field_errors', /scale_ceiling/],
  ])('%j is refused with the field named', async (change, field, message) => {
    const before = (await get(bob, 'lab')).body;
    const refused = await patch(bob, 'lab', change);
    expect(refused.status).toBe(400);
    expect(refused.body[field][0].message).toMatch(message);
    expect((await get(bob, 'lab')).body).toEqual(before);
  });

  test('taken out of the config is not offered any more, and told as disabled to who asks for it', async () => {
    const { db } = platform.platform;
    const put = (in_config: boolean) =>
      db.updateTable('environments').set({ in_config }).where('slug', '=', 'shared').execute();
    await put(false);
    const list = await api.call('GET', '/api/v0/environments/', { as: eve });
    expect(list.body.results.map(({ slug }: { slug: string }) => slug)).toEqual(['fixed']);
    expect(list.body.count).toBe(1);
    expect((await get(ada, 'shared')).body).toMatchObject({ slug: 'shared', enabled: false });
    await put(true);
    expect((await get(ada, 'shared')).body.enabled).toBe(true);
  });

  test('without machines of ours does not scale', async () => {
    expect(await patch(ada, 'fixed', { scale_min: 0 })).toMatchObject({
      status: 409,
      body: { code: 'not_scalable' },
    });
  });
});

describe('a machine that no cloud vouches for', () => {
  const code = (as: Person, slug: string) =>
    api.call('POST', `/api/v0/environments/${slug}/join-codes/`, { as });
  const join = (given: string, token: string, hostname = 'box') => {
    const token_sha256 = createHash('sha256').update(token).digest('hex');
    const json = { protocol: PROTOCOL_VERSION, proof: { kind: 'code', code: given, hostname }, token_sha256 };
    return api.call('POST', '/api/worker/v1/join', { json });
  };
  const hello = (token: string) => {
    const json = { protocol: PROTOCOL_VERSION, executors: ['docker'], hostname: 'box', relay: true };
    const about = { version: '1', cpus: 1, memory: 1 };
    const headers = { authorization: `Worker ${token}` };
    return api.call('POST', '/api/worker/v1/hello', { json: { ...json, ...about }, headers });
  };

  test('becomes a worker by a code, and asks again at its next start', async () => {
    const made = await code(ada, 'fixed');
    expect(made).toMatchObject({ status: 201, body: { environment: { slug: 'fixed' }, image: null } });
    expect(Date.parse(made.body.expires) - Date.now()).toBeGreaterThan(50 * 60_000);
    const first = await join(made.body.code, 'one');
    expect(first).toMatchObject({ status: 200, body: { environment: { slug: 'fixed' } } });
    expect(first.body.worker.name).toMatch(/^box-[0-9a-f]{6}$/);
    expect((await hello('one')).body.worker.name).toBe(first.body.worker.name);
    expect((await join(made.body.code, 'one')).body).toEqual(first.body);
  });

  test('is refused with a code of another machine, an old one, or none of ours', async () => {
    const { code: used } = (await code(ada, 'fixed')).body;
    await join(used, 'two');
    expect(await join(used, 'three')).toMatchObject({
      status: 409,
      text: expect.stringMatching(/used before/),
    });
    expect((await hello('three')).status).toBe(401);
    const { code: late } = (await code(ada, 'fixed')).body;
    await platform.platform.db
      .updateTable('join_codes')
      .set({ expires_at: new Date(0) })
      .where('used_at', 'is', null)
      .execute();
    expect(await join(late, 'four')).toMatchObject({
      status: 409,
      text: expect.stringMatching(/good until/),
    });
    expect(await join('0', 'five')).toMatchObject({ status: 409, text: expect.stringMatching(/not known/) });
    await platform.platform.db.deleteFrom('workers').where('name', 'like', 'box-%').execute();
    expect((await join(used, 'two')).status).toBe(409);
  });

  test('one code is good for one machine, however many ask at once', async () => {
    const { code: one } = (await code(ada, 'fixed')).body;
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((token) => join(one, token)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  test('also joins an environment whose machines are the cloud’s, but none without jobs in containers', async () => {
    expect((await code(ada, 'shared')).status).toBe(201);
    expect(await code(ada, 'endpoint-host')).toMatchObject({ status: 409, body: { code: 'join' } });
  });
});
