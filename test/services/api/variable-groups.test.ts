/** Groups of environment variables: made by administrators, used by steps and executions, secret where they say so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { CONFIG, makeWorld, startedRun, type World } from '../../support/runs.ts';

let platform: TestPlatform;
let api: TestApp;
let world: World;
let ada: Person;
let guest: Person;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  [ada, guest] = [await platform.person('ada'), await platform.person('guest')];
  world = await makeWorld(platform, ada);
  const step = {
    name: 'warehouse',
    image: 'alpine:3',
    command: 'env',
    'environment-variable-groups': ['Warehouse'],
  };
  const needs = { ...step, name: 'needs', 'environment-variables': [{ name: 'PGHOST', optional: false }] };
  await platform.platform.db
    .updateTable('commits')
    .set({ config: JSON.stringify([...CONFIG, { step }, { step: needs }]) })
    .where('id', '=', world.commitId)
    .execute();
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

const PATH = '/api/v0/environment-variable-groups/';
const call = (method: string, path = '', json?: unknown, as = ada) =>
  api.call(method, `${PATH}${path}`, { as, ...(json === undefined ? {} : { json }) });
const make = async (name: string, variables: [string, string, boolean?][] = []) => {
  const { body } = await call('POST', '', { name });
  for (const [key, value, secret = false] of variables) {
    const set = await call('POST', `${body.id}/environment_variable/`, { name: key, value, secret });
    expect(set.status).toBe(201);
  }
  return body.id as string;
};
const run = (more: object = {}, as = ada) =>
  api.call('POST', '/api/v0/executions/', {
    as,
    json: { project: world.projectId, commit: 'main', step: 'plain', ...more },
  });

describe('a group', () => {
  test('is made, shown, changed and deleted, and leaves no secret behind', async () => {
    const made = await call('POST', '', { name: 'Mail', description: 'of the team' });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Mail', description: 'of the team', owner: { username: 'ada' }, read_only: false },
    });
    const { id } = made.body;
    await call('POST', `${id}/environment_variable/`, { name: 'HOST', value: 'mail', secret: false });
    await call('POST', `${id}/environment_variable/`, { name: 'KEY', value: 'hush-hush-0815', secret: true });
    const variables = { HOST: { value: 'mail', secret: false }, KEY: { value: null, secret: true } };
    expect((await call('GET', `${id}/`)).body.environment_variables).toEqual(variables);
    expect((await call('GET', '?owner=ada')).body.results).toMatchObject([{ id }]);
    const { db, secrets } = platform.platform;
    const rows = await Promise.all([
      db.selectFrom('environment_variable_group_variables').selectAll().execute(),
      db.selectFrom('audit').selectAll().execute(),
    ]);
    expect(JSON.stringify(rows)).not.toContain('hush-hush-0815');
    expect(await secrets.find(`environment-variable-groups/${id}`)).toEqual({ KEY: 'hush-hush-0815' });
    expect((await call('PATCH', `${id}/`, { name: 'Post' })).body.name).toBe('Post');
    expect((await call('POST', '', { name: 'pOST' })).body).toMatchObject({ name: [{ code: 'unique' }] });
    expect((await call('DELETE', `${id}/environment_variable/`, { name: 'HOST' })).status).toBe(200);
    expect((await call('DELETE', `${id}/environment_variable/`, { name: 'HOST' })).status).toBe(404);
    expect((await call('DELETE', `${id}/`)).status).toBe(204);
    expect((await call('GET', `${id}/`)).status).toBe(404);
    expect(await secrets.find(`environment-variable-groups/${id}`)).toBeNull();
  });

  test('becomes plain again with its value gone from Vault', async () => {
    const id = await make('Turning', [
      ['V', 'one', true],
      ['V', 'two'],
    ]);
    expect((await call('GET', `${id}/`)).body.environment_variables).toEqual({
      V: { value: 'two', secret: false },
    });
    expect(await platform.platform.secrets.find(`environment-variable-groups/${id}`)).toBeNull();
  });

  test('of an organisation is read by its members, changed by its administrators, and hidden from others', async () => {
    const owner = 'umbrella';
    const viewer = await platform.person('vera');
    const member = await platform.person('max');
    await platform.organization(owner, [
      [ada, 'admin'],
      [member, 'member'],
      [viewer, 'viewer'],
    ]);
    const { id } = (await call('POST', '', { name: 'Shared', owner })).body;
    for (const person of [viewer, member]) {
      expect((await call('GET', `${id}/`, undefined, person)).body.read_only).toBe(true);
      expect((await call('PATCH', `${id}/`, { name: 'x' }, person)).status).toBe(403);
      expect((await call('POST', '', { name: 'Mine', owner }, person)).status).toBe(403);
    }
    expect((await call('GET', `${id}/`, undefined, guest)).status).toBe(404);
    expect((await call('GET', '', undefined, guest)).body.count).toBe(0);
    const refused = await call('POST', '', { name: 'Mine', owner }, guest);
    expect(refused).toMatchObject({ status: 400, body: { owner: [{ code: 'does_not_exist' }] } });
  });
});

describe('an execution', () => {
  test('of a step that names a group has its variables, over those of the project and under its own', async () => {
    await make('warehouse', [
      ['PGHOST', 'db.example'],
      ['PGPASSWORD', 'swordfish-99', true],
      ['MODE', 'of the group'],
    ]);
    await api.call('POST', `/api/v0/projects/${world.projectId}/environment_variable/`, {
      as: ada,
      json: { name: 'MODE', value: 'of the project', secret: false },
    });
    const spec = await startedRun(world, { step: 'warehouse', environment_variables: { PGHOST: 'own' } });
    expect(spec.environment_variables).toMatchObject({
      PGHOST: 'own',
      PGPASSWORD: 'swordfish-99',
      MODE: 'of the group',
    });
    expect(spec.secrets).toEqual(['swordfish-99']);
    const shown = await api.call('GET', `/api/v0/executions/${spec.execution_id}/`, { as: ada });
    expect(shown.text).not.toContain('swordfish-99');
    expect((await run({ step: 'needs' })).status).toBe(201);
  });

  test('takes groups by id or name in place of those of its step; so does its copy', async () => {
    const [one, two] = [await make('One', [['X', '1']]), await make('Two', [['X', '2']])];
    const given = await run({ step: 'warehouse', environment_variable_groups: [one, 'tWO', one] });
    expect(given.body.environment_variable_groups).toEqual([one, two]);
    const copy = await api.call('POST', `/api/v0/executions/${given.body.id}/copy/`, { as: ada });
    expect(copy.body.environment_variable_groups).toEqual([one, two]);
    const spec = await startedRun(world, { environment_variable_groups: [one, two] });
    expect(spec.environment_variables.X).toBe('2');
    // The step needs a value, and neither group has it.
    const lacking = await run({ step: 'needs', environment_variable_groups: [one] });
    expect(lacking).toMatchObject({ status: 400, body: { environment_variables: [{ code: 'required' }] } });
  });

  test('is refused where a group is unknown, or who asks is only a guest in the project', async () => {
    const unknown = await run({ environment_variable_groups: ['nothing'] });
    expect(unknown).toMatchObject({
      status: 400,
      body: { environment_variable_groups: [{ code: 'does_not_exist' }] },
    });
    expect(unknown.text).toMatch(/there are: .*warehouse/);
    await api.call('POST', `/api/v0/projects/${world.projectId}/members/`, {
      as: ada,
      json: { username: 'guest', role: 'member' },
    });
    expect((await run({}, guest)).status).toBe(201);
    const refused = await run({ step: 'warehouse' }, guest);
    expect(refused.text).toMatch(/groups are for members of the project's organization/);
  });

  test('whose group was deleted while it waited ends, and says so', async () => {
    const id = await make('Short');
    const { body } = await run({ environment_variable_groups: [id] });
    await call('DELETE', `${id}/`);
    const claimed = await api.call('POST', '/api/worker/v1/claim', {
      headers: { authorization: `Worker ${world.workerToken}` },
      json: { execution_id: body.id },
    });
    expect(claimed.status).toBe(409);
    const ended = await api.call('GET', `/api/v0/executions/${body.id}/`, { as: ada });
    expect(ended.body).toMatchObject({
      status: 'error',
      status_detail: expect.stringMatching(/group .* was deleted/),
    });
  });
});
