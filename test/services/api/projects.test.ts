import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { variableValues } from '../../../app/core/projects/variables.ts';
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
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

let n = 0;
const create = async (as: Person, form: Record<string, string> = {}) => {
  n += 1;
  const answer = await api.call('POST', '/api/v0/projects/', { as, form: { name: `project ${n}`, ...form } });
  expect(answer.status).toBe(201);
  return answer.body;
};

describe('a project', () => {
  test('is made from a form and has every field that clients know', async () => {
    const made = await create(ada, { name: 'Iris', description: 'flowers' });
    expect(made).toMatchObject({
      name: 'Iris',
      description: 'flowers',
      owner: { username: 'ada' },
      yaml_path: '',
      environment_variables: {},
      execution_summary: { count: 0, created_count: 0, stopping_hard_count: 0 },
      read_only: false,
      url: `http://cove.test:8000/api/v0/projects/${made.id}/`,
    });
    expect(made.urls.display).toBe('http://cove.test:8000/p/ada/Iris/');
    expect(made.ctime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const read = await api.call('GET', `/api/v0/projects/${made.id}/`, { as: ada });
    expect(read.body).toEqual(made);
    const rows = await platform.platform.db
      .selectFrom('audit')
      .selectAll()
      .where('subject_id', '=', made.id)
      .execute();
    expect(rows.map(({ action }) => action)).toEqual(['project.create']);
  });

  test('of the same name, whatever the case, is refused with the field named', async () => {
    await create(ada, { name: 'Twice' });
    const refused = await api.call('POST', '/api/v0/projects/', { as: ada, form: { name: 'tWICE' } });
    expect(refused.status).toBe(400);
    expect(refused.body.name[0].code).toBe('unique');
    await create(bob, { name: 'Twice' });
  });

  test.each(['', '   ', 'a/b', '..', 'x'.repeat(101)])('cannot be named %j', async (name) => {
    const refused = await api.call('POST', '/api/v0/projects/', { as: ada, json: { name } });
    expect(refused.status).toBe(400);
    expect(refused.body.name).toHaveLength(1);
  });

  test('may belong to an organisation, or a team of it, where one is a member', async () => {
    const id = await platform.organization('acme', [
      [ada, 'member'],
      [bob, 'viewer'],
    ]);
    const team = await platform.platform.db
      .insertInto('teams')
      .values({ organization_id: id, name: 'vision' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const options = await api.call('GET', '/api/v0/projects/ownership_options/', { as: ada });
    expect(options.body).toEqual(['ada', 'acme', 'acme:vision']);
    expect((await api.call('GET', '/api/v0/projects/ownership_options/', { as: bob })).body).toEqual(['bob']);

    const open = await create(ada, { owner: 'Acme' });
    expect(open.owner.username).toBe('acme');
    const closed = await create(ada, { owner: 'acme:vision' });
    expect((await api.call('GET', `/api/v0/projects/${open.id}/`, { as: bob })).body.read_only).toBe(true);
    expect((await api.call('GET', `/api/v0/projects/${closed.id}/`, { as: bob })).status).toBe(404);
    await platform.platform.db
      .insertInto('team_members')
      .values({ team_id: team.id, user_id: bob.id })
      .execute();
    expect((await api.call('GET', `/api/v0/projects/${closed.id}/`, { as: bob })).status).toBe(200);
    const refused = await api.call('POST', '/api/v0/projects/', {
      as: bob,
      form: { name: 'no', owner: 'acme' },
    });
    expect(refused.status).toBe(403);
    const unknown = await api.call('POST', '/api/v0/projects/', {
      as: eve,
      form: { name: 'no', owner: 'acme' },
    });
    expect(unknown.body.owner[0].code).toBe('does_not_exist');
  });

  test('is hidden from strangers, in lists and by its id', async () => {
    const made = await create(ada);
    expect((await api.call('GET', `/api/v0/projects/${made.id}/`, { as: eve })).status).toBe(404);
    expect((await api.call('GET', '/api/v0/projects/?limit=9000', { as: eve })).body.results).toEqual([]);
    expect((await api.call('GET', '/api/v0/projects/not-an-id/', { as: eve })).status).toBe(404);
  });

  test('is changed by members, deleted by owners, and frees its name', async () => {
    const made = await create(ada, { name: 'Passing' });
    const path = `/api/v0/projects/${made.id}/`;
    await api.call('POST', `${path}members/`, { as: ada, json: { username: 'bob', role: 'admin' } });
    const changed = await api.call('PATCH', path, {
      as: bob,
      json: { description: 'new', yaml_path: 'ml/valohai.yaml' },
    });
    expect(changed.body).toMatchObject({ name: 'Passing', description: 'new', yaml_path: 'ml/valohai.yaml' });
    expect(
      (await api.call('PATCH', path, { as: ada, json: { yaml_path: '../x' } })).body.yaml_path,
    ).toHaveLength(1);
    expect((await api.call('DELETE', path, { as: bob })).status).toBe(403);
    expect((await api.call('DELETE', path, { as: ada })).status).toBe(204);
    expect((await api.call('GET', path, { as: ada })).status).toBe(404);
    await create(ada, { name: 'Passing' });
  });

  test('shares with a viewer who then only looks', async () => {
    const made = await create(ada);
    const path = `/api/v0/projects/${made.id}/`;
    const set = await api.call('POST', `${path}members/`, {
      as: ada,
      json: { username: 'EVE', role: 'viewer' },
    });
    expect(set.body).toMatchObject({ username: 'eve', role: 'viewer' });
    expect((await api.call('GET', path, { as: eve })).body.read_only).toBe(true);
    expect((await api.call('PATCH', path, { as: eve, json: { description: 'x' } })).status).toBe(403);
    expect(
      (await api.call('POST', `${path}members/`, { as: eve, json: { username: 'bob', role: 'admin' } }))
        .status,
    ).toBe(403);
    expect((await api.call('DELETE', `${path}members/eve/`, { as: ada })).status).toBe(204);
    expect((await api.call('GET', path, { as: eve })).status).toBe(404);
  });
});

describe('environment variables', () => {
  test('are shown, secret ones without their value, which lies in Vault alone', async () => {
    const { id } = await create(ada);
    const path = `/api/v0/projects/${id}/environment_variable/`;
    const plain = await api.call('POST', path, {
      as: ada,
      json: { name: 'MODE', value: 'fast', secret: false },
    });
    expect(plain.status).toBe(201);
    await api.call('POST', path, { as: ada, json: { name: 'KEY', value: 'hush-hush-4711', secret: true } });
    const shown = await api.call('GET', `/api/v0/projects/${id}/`, { as: ada });
    expect(shown.body.environment_variables).toEqual({
      KEY: { value: null, secret: true },
      MODE: { value: 'fast', secret: false },
    });
    const { db } = platform.platform;
    const everything = await Promise.all([
      db.selectFrom('project_variables').selectAll().execute(),
      db.selectFrom('audit').selectAll().execute(),
    ]);
    expect(JSON.stringify(everything)).not.toContain('hush-hush-4711');
    expect(await variableValues(ada.context, id)).toEqual([
      { name: 'KEY', value: 'hush-hush-4711', secret: true },
      { name: 'MODE', value: 'fast', secret: false },
    ]);
  });

  test('become secret and plain again, leaving nothing behind', async () => {
    const { id } = await create(ada);
    const path = `/api/v0/projects/${id}/environment_variable/`;
    for (const [value, secret] of [
      ['a', false],
      ['b', true],
      ['c', false],
    ] as const) {
      await api.call('POST', path, { as: ada, json: { name: 'V', value, secret } });
    }
    expect(await variableValues(ada.context, id)).toEqual([{ name: 'V', value: 'c', secret: false }]);
    expect(await platform.platform.secrets.find(`projects/${id}/variables`)).toBeNull();
  });

  test('set at the same moment are all kept', async () => {
    const { id } = await create(ada);
    const names = Array.from({ length: 8 }, (_, i) => `S${i}`);
    await Promise.all(
      names.map((name) =>
        api.call('POST', `/api/v0/projects/${id}/environment_variable/`, {
          as: ada,
          json: { name, value: `value of ${name}`, secret: true },
        }),
      ),
    );
    const values = await variableValues(ada.context, id);
    expect(values).toEqual(names.map((name) => ({ name, value: `value of ${name}`, secret: true })));
  });

  test('are deleted by name in the body; one that is not there is 404', async () => {
    const { id } = await create(ada);
    const path = `/api/v0/projects/${id}/environment_variable/`;
    await api.call('POST', path, { as: ada, json: { name: 'GO', value: '1', secret: true } });
    expect((await api.call('DELETE', path, { as: ada, json: { name: 'GO' } })).status).toBe(200);
    expect((await api.call('DELETE', path, { as: ada, json: { name: 'GO' } })).status).toBe(404);
  });

  test('that are secret need an administrator', async () => {
    const { id } = await create(ada);
    await api.call('POST', `/api/v0/projects/${id}/members/`, {
      as: ada,
      json: { username: 'bob', role: 'member' },
    });
    const path = `/api/v0/projects/${id}/environment_variable/`;
    const set = (secret: boolean) =>
      api.call('POST', path, { as: bob, json: { name: 'X', value: '1', secret } });
    expect((await set(true)).status).toBe(403);
    expect((await set(false)).status).toBe(201);
    await api.call('POST', path, { as: ada, json: { name: 'X', value: '2', secret: true } });
    expect((await set(false)).status).toBe(403);
    expect((await api.call('DELETE', path, { as: bob, json: { name: 'X' } })).status).toBe(403);
  });
});

describe('organisations', () => {
  test('an admin takes in and removes, but makes no owners; the last owner stays', async () => {
    const made = await api.call('POST', '/api/v0/organizations/', { as: ada, json: { name: 'globex' } });
    expect(made.body).toMatchObject({ name: 'globex', role: 'owner', personal: false });
    const path = `/api/v0/organizations/${made.body.id}/members/`;
    const set = (as: Person, username: string, role: string) =>
      api.call('POST', path, { as, json: { username, role } });
    expect((await set(ada, 'bob', 'admin')).status).toBe(200);
    expect((await set(bob, 'eve', 'viewer')).status).toBe(200);
    expect((await set(bob, 'eve', 'owner')).status).toBe(403);
    expect((await set(eve, 'eve', 'admin')).status).toBe(403);
    expect((await api.call('DELETE', `${path}ada/`, { as: bob })).status).toBe(403);
    expect((await set(ada, 'ada', 'member')).status).toBe(409);
    expect((await set(ada, 'nobody', 'member')).body.username[0].code).toBe('does_not_exist');
    const members = await api.call('GET', path, { as: eve });
    expect(members.body.results.map((m: { username: string; role: string }) => [m.username, m.role])).toEqual(
      [
        ['ada', 'owner'],
        ['bob', 'admin'],
        ['eve', 'viewer'],
      ],
    );
    expect((await api.call('DELETE', `${path}eve/`, { as: bob })).status).toBe(204);
    expect((await api.call('GET', path, { as: eve })).status).toBe(404);
  });

  test('new people are added by an admin, and log in', async () => {
    await platform.organization('initech', [[ada, 'admin']]);
    const json = { username: 'newcomer', password: 'long enough', organization: 'initech', role: 'viewer' };
    expect((await api.call('POST', '/api/v0/users/', { as: bob, json })).status).toBe(400);
    expect(
      (await api.call('POST', '/api/v0/users/', { as: ada, json: { ...json, password: 'short' } })).status,
    ).toBe(400);
    expect((await api.call('POST', '/api/v0/users/', { as: ada, json })).status).toBe(201);
    const again = await api.call('POST', '/api/v0/users/', { as: ada, json });
    expect(again.body.username[0].code).toBe('unique');
    const { username, password } = json;
    expect((await api.call('POST', '/api/v0/get-token/', { form: { username, password } })).status).toBe(200);
  });
});

test('environments are listed to those who may use them, with unfinished jobs when asked', async () => {
  const { db } = platform.platform;
  const organizationId = await platform.organization('umbrella', [[ada, 'viewer']]);
  await db
    .insertInto('environments')
    .values([
      { slug: `${platform.slug}-all`, name: 'A for all', executor: 'docker', organization_id: null },
      {
        slug: `${platform.slug}-own`,
        name: 'B for some',
        executor: 'docker',
        organization_id: organizationId,
      },
      { slug: `${platform.slug}-off`, name: 'C', executor: 'docker', organization_id: null, enabled: false },
    ])
    .execute();
  const names = async (as: Person, query = '') => {
    const { body } = await api.call('GET', `/api/v0/environments/?limit=9000${query}`, { as });
    return body.results.map((e: { name: string; unfinished_job_count?: number }) => [
      e.name,
      e.unfinished_job_count,
    ]);
  };
  expect(await names(ada)).toEqual([
    ['A for all', undefined],
    ['B for some', undefined],
  ]);
  expect(await names(eve, '&include=unfinished_job_count')).toEqual([['A for all', 0]]);
});
