/**
 * Every route of people, asked without a token, with an expired one, by a stranger and by every role, of an organisation and
 * of a project: 401, 404 and 403 in one form of errors (design 18). A new route needs a line here.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../../app/api/generate.ts';
import { hashSecret, newSecret } from '../../../app/core/users/secrets.ts';
import {
  type Answer,
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { makeWorld, startedRun, type World } from '../../support/runs.ts';

type Role = 'viewer' | 'member' | 'admin' | 'owner';
/** The least role that may. `own`: everybody, about himself. `operator`: nobody here. */
type Least = Role | 'own' | 'operator';

/** `<what it belongs to> <least role> <method> <path> [body]`; `%…` stands for what the test has made. */
const TABLE = `
own     own      GET    /
own     own      GET    /users/me/
own     own      GET    /tokens/
own     own      POST   /tokens/ {"name":"one"}
own     own      DELETE /tokens/{id}/
own     own      GET    /organizations/
own     own      POST   /organizations/ {"name":"%new"}
own     own      GET    /teams/
own     own      GET    /quotas/
own     own      GET    /projects/
own     own      POST   /projects/ {"name":"%new"}
own     own      GET    /projects/ownership_options/
own     own      GET    /repositories/
own     own      GET    /commits/
own     own      GET    /environments/
own     own      GET    /workers/
own     own      GET    /runtime-config-presets/
own     own      GET    /executions/
own     own      GET    /data/
own     own      GET    /stores/
own     own      GET    /registry-credentials/
own     own      GET    /datum-aliases/
own     own      GET    /datasets/
own     own      GET    /dataset-versions/
own     own      GET    /dataset-version-aliases/
own     own      GET    /environment-variable-groups/
own     own      DELETE /session/
project viewer   GET    /projects/{id}/
project member   PATCH  /projects/{id}/ {"description":"new"}
project member   PUT    /projects/{id}/ {"description":"new"}
project viewer   GET    /projects/{id}/members/
project admin    POST   /projects/{id}/members/ {"username":"%leaver","role":"viewer"}
project admin    DELETE /projects/{id}/members/{username}/
project member   POST   /projects/{id}/environment_variable/ {"name":"X","value":"1","secret":false}
project member   DELETE /projects/{id}/environment_variable/ {"name":"X"}
project viewer   GET    /projects/{id}/repository/
project admin    PUT    /projects/{id}/repository/ {"url":"https://127.0.0.1:9/x.git"}
project admin    POST   /projects/{id}/repository/ {"url":"https://127.0.0.1:9/x.git"}
project member   POST   /projects/{id}/fetch/
project viewer   GET    /projects/{id}/commits/
project member   POST   /projects/{id}/import-package/
project viewer   GET    /commits/{commit}/
project member   POST   /executions/ {"project":"%project","commit":"main","step":"plain"}
project viewer   GET    /executions/{id}/
project viewer   GET    /executions/{id}/waiting/
project viewer   GET    /executions/{id}/attempts/
project viewer   GET    /executions/{id}/metadata/
project viewer   GET    /executions/{id}/events/
project viewer   GET    /executions/{id}/status-events/
project viewer   GET    /executions/{id}/log/
project viewer   GET    /executions/{id}/events/stream/
project member   GET    /executions/{id}/notebook/
project member   POST   /notebook-executions/ {"project":"%project","image":"jupyter"}
project member   POST   /executions/{id}/tags/ {"tags":["a"]}
project member   POST   /executions/{id}/stop/
project member   POST   /executions/{id}/copy/
project viewer   GET    /data/{id}/
project viewer   GET    /data/{id}/download/
project member   POST   /data/{id}/metadata/ {"a":1}
project member   POST   /data/metadata/apply/ {"datum_metadata":{"%datum":{"a":1}}}
project member   POST   /datum-aliases/ {"project":"%project","name":"x","datum":"%datum"}
project viewer   GET    /datum-aliases/resolve/?project=%project&name=%alias
project viewer   GET    /datum-aliases/{id}/
project member   PATCH  /datum-aliases/{id}/ {"name":"renamed"}
project member   PUT    /datum-aliases/{id}/ {"name":"renamed"}
project member   DELETE /datum-aliases/{id}/
project member   POST   /datasets/ {"project":"%project","name":"%new"}
project viewer   GET    /datasets/{id}/
project member   PATCH  /datasets/{id}/ {"description":"new"}
project member   PUT    /datasets/{id}/ {"description":"new"}
project member   POST   /dataset-versions/ {"dataset":"%datasets","name":"%new","files":["%datum"]}
project viewer   GET    /dataset-versions/{id}/
project member   POST   /dataset-version-aliases/ {"version":"%version","name":"x"}
project member   DELETE /dataset-version-aliases/{id}/
project member   DELETE /dataset-versions/{id}/
project member   DELETE /datasets/{id}/
project member   POST   /data/{id}/purge/
project member   DELETE /executions/{id}/
project owner    DELETE /projects/{id}/
org     viewer   GET    /organizations/{id}/members/
org     admin    POST   /organizations/{id}/members/ {"username":"%leaver","role":"viewer"}
org     admin    POST   /users/ {"username":"%new","password":"long enough","organization":"%organization"}
org     admin    POST   /teams/ {"name":"more","organization":"%organization"}
org     viewer   GET    /teams/{id}/
org     admin    PATCH  /teams/{id}/ {"name":"renamed"}
org     admin    PUT    /teams/{id}/ {"name":"renamed"}
org     admin    POST   /teams/{id}/members/ {"username":"%leaver"}
org     admin    DELETE /teams/{id}/members/{username}/
org     admin    DELETE /teams/{id}/
org     admin    DELETE /organizations/{id}/members/{username}/
org     viewer   GET    /environments/{id}/
org     admin    PATCH  /environments/{id}/ {"default_time_limit":60,"max_retries":2,"environment_variables":{"A":"b"}}
org     admin    PUT    /environments/{id}/owner/ {"owner":"%organization"}
org     admin    POST   /environments/{id}/pause/ {"reason":"maintenance"}
org     admin    POST   /environments/{id}/resume/
org     admin    POST   /environments/{id}/join-codes/
org     admin    POST   /quotas/ {"owner":"%organization","kind":"team","max_running":4}
org     viewer   GET    /quotas/{id}/
org     admin    PATCH  /quotas/{id}/ {"max_running":4}
org     admin    DELETE /quotas/{id}/
org     viewer   GET    /workers/{id}/
org     admin    POST   /workers/{id}/drain/
org     admin    DELETE /workers/{id}/
org     admin    POST   /runtime-config-presets/ {"environment":"%environment","slug":"two","name":"Two"}
org     admin    DELETE /runtime-config-presets/{id}/
org     admin    POST   /environment-variable-groups/ {"name":"more","owner":"%organization"}
org     viewer   GET    /environment-variable-groups/{id}/
org     admin    PATCH  /environment-variable-groups/{id}/ {"description":"new"}
org     admin    PUT    /environment-variable-groups/{id}/ {"description":"new"}
org     admin    POST   /environment-variable-groups/{id}/environment_variable/ {"name":"X","value":"1"}
org     admin    DELETE /environment-variable-groups/{id}/environment_variable/ {"name":"X"}
org     admin    DELETE /environment-variable-groups/{id}/
org     admin    POST   /stores/ {"name":"%new","type":"s3","owner":"%organization","access_mode":"owner_organization","configuration":{"bucket":"b","endpoint_url":"https://127.0.0.1:9"}}
org     viewer   GET    /stores/{id}/
org     admin    PATCH  /stores/{id}/ {"name":"renamed"}
org     admin    PUT    /stores/{id}/ {"name":"renamed"}
org     member   POST   /stores/{id}/adopt/ {"url":"s3://other/x","project":"%project"}
org     admin    DELETE /stores/{id}/
org     admin    POST   /registry-credentials/ {"type":"docker","owner":"%organization","image_pattern":"two.example/*","configuration":{"username":"u","password":"p"}}
org     viewer   GET    /registry-credentials/{id}/
org     admin    PATCH  /registry-credentials/{id}/ {"image_pattern":"three.example/*"}
org     admin    PUT    /registry-credentials/{id}/ {"image_pattern":"three.example/*"}
org     admin    DELETE /registry-credentials/{id}/
all     operator GET    /worker-stacks/
all     operator GET    /worker-stacks/{name}/
all     operator PUT    /worker-stacks/{name}/ %stack
all     operator POST   /worker-stacks/{name}/check/ {"environments":["x"]}
all     operator DELETE /worker-stacks/{name}/
all     operator GET    /secrets/
all     operator PUT    /secrets/{name}/ {"value":"x"}
all     operator DELETE /secrets/{name}/`;
const STACK = JSON.stringify({
  proof: { kind: 'aws', accountId: '123456789012', region: 'eu-north-1' },
  token_sha256: '0'.repeat(64),
  environments: [
    {
      slug: 'far',
      name: 'far',
      executor: 'docker',
      machines: {
        group: { kind: 'aws', region: 'eu-north-1', group: 'far' },
        machineType: 'g6.xlarge',
        ceiling: 1,
      },
    },
  ],
});

const ROWS = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [, of = '', least = '', method = '', path = '', json] =
      /^(\w+)\s+(\w+)\s+(\w+)\s+(\S+)(?: (.*))?$/.exec(line) ?? [];
    return { of, least: least as Least, method, path, json };
  });
const ROLES: readonly Role[] = ['viewer', 'member', 'admin', 'owner'];
/** In every name and text of what the test makes: a stranger never sees it. */
const WORD = 'zanzibar';

let platform: TestPlatform;
let api: TestApp;
let stranger: Person;
let leaver: Person;
let late: string;
interface Place {
  people: Partial<Record<Role, Person>>;
  ids: Record<string, string>;
}
const places: Record<string, Place> = {};

beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  [stranger, leaver] = [await platform.person('stranger'), await platform.person('leaver')];
  late = await expiredToken(stranger);
  places.org = await makePlace('org');
  places.project = await makePlace('project');
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

async function expiredToken({ id }: Person): Promise<string> {
  const token = newSecret();
  const row = { user_id: id, kind: 'api', name: 'late', hash: hashSecret(token) } as const;
  await platform.platform.db
    .insertInto('tokens')
    .values({ ...row, expires_at: new Date(0) })
    .execute();
  return token;
}

/** An organisation with all that may belong to one, and a person of each role: in it, or in its project alone. */
async function makePlace(of: 'org' | 'project'): Promise<Place> {
  const { db } = platform.platform;
  const owner = await platform.person(`${of}-owner`);
  const people: Partial<Record<Role, Person>> = { owner };
  for (const role of ['viewer', 'member', 'admin'] as const)
    people[role] = await platform.person(`${of}-${role}`);
  const { viewer, member, admin } = people as Record<Role, Person>;
  // Said by a stranger himself, and so repeated to him.
  const name = `named-${of}`;
  const inside: [Person, Role][] = [
    [viewer, 'viewer'],
    [member, 'member'],
    [admin, 'admin'],
  ];
  const organization = await platform.organization(name, [
    [owner, 'owner'],
    [leaver, 'viewer'],
    ...(of === 'org' ? inside : []),
  ]);
  const world = await makeWorld(
    { ...platform, slug: `${platform.slug}-${of}` },
    { ...owner, organizationId: organization },
  );
  await db
    .updateTable('projects')
    .set({ name: `${WORD} ${of}` })
    .where('id', '=', world.projectId)
    .execute();
  await db
    .updateTable('environments')
    // Where people have a role in the project alone, they may use only what is everybody's.
    .set({ name: of === 'org' ? WORD : 'public', organization_id: of === 'org' ? organization : null })
    .where('id', '=', world.environmentId)
    .execute();
  if (of === 'project') {
    for (const [{ id }, role] of inside)
      await db
        .insertInto('project_members')
        .values({ project_id: world.projectId, user_id: id, role: role as 'viewer' })
        .execute();
  }
  await db
    .insertInto('project_members')
    .values({ project_id: world.projectId, user_id: leaver.id, role: 'viewer' })
    .execute();
  return { people, ids: await furnish(world, organization, name) };
}

async function furnish(world: World, organization: string, name: string): Promise<Record<string, string>> {
  const { db, storage, runs } = platform.platform;
  const run = await startedRun(world);
  await runs.end(run.execution_id, run.token, { status: 'complete', exitCode: 0, reason: '', logLines: 0 });
  const key = `projects/${world.projectId}/${randomUUID()}`;
  await storage.put(key, Buffer.from('x'));
  const [team, datum, group] = [randomUUID(), randomUUID(), randomUUID()];
  const [preset, store, login, quota] = Array.from({ length: 4 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
  ];
  const { projectId: project_id, environmentId: environment_id } = world;
  const own = { organization_id: organization, name: WORD };
  await db
    .insertInto('repositories')
    .values({ project_id, url: 'https://127.0.0.1:9/x.git', public_key: 'ssh-ed25519 AAAA' })
    .execute();
  await db
    .insertInto('datums')
    .values({ id: datum, project_id, name: WORD, size: 1, storage_key: key })
    .execute();
  const [alias, dataset, version, versionAlias] = Array.from({ length: 4 }, () => randomUUID());
  const listed = { id: dataset!, project_id, name: WORD };
  await db
    .insertInto('datum_aliases')
    .values({ id: alias!, project_id, name: WORD, datum_id: datum })
    .execute();
  await db.insertInto('datasets').values(listed).execute();
  await db
    .insertInto('dataset_versions')
    .values({ id: version!, dataset_id: dataset!, name: WORD })
    .execute();
  await db
    .insertInto('dataset_version_aliases')
    .values({ id: versionAlias!, dataset_id: dataset!, name: WORD, version_id: version! })
    .execute();
  await db
    .insertInto('teams')
    .values({ id: team, ...own })
    .execute();
  await db.insertInto('team_members').values({ team_id: team, user_id: leaver.id }).execute();
  await db
    .insertInto('environment_variable_groups')
    .values({ id: group, ...own })
    .execute();
  await db
    .insertInto('quotas')
    .values({ id: quota, organization_id: organization, kind: 'project', project_id, most: 1000 })
    .execute();
  await db
    .insertInto('runtime_config_presets')
    .values({ id: preset, environment_id, slug: 'one', name: 'Preset' })
    .execute();
  await db
    .insertInto('stores')
    .values({
      id: store,
      ...own,
      type: 's3',
      access_mode: 'owner_organization',
      team_ids: [],
      configuration: JSON.stringify({ bucket: 'b' }),
    })
    .execute();
  await db
    .insertInto('registry_credentials')
    .values({
      id: login,
      organization_id: organization,
      type: 'docker',
      image_pattern: `${WORD}.example/*`,
      configuration: '{}',
    })
    .execute();
  const worker = randomUUID();
  await db
    .insertInto('workers')
    .values({ id: worker, environment_id, name: WORD, token_hash: hashSecret(newSecret()) })
    .execute();
  await db
    .insertInto('join_codes')
    .values({ hash: hashSecret(newSecret()), environment_id, expires_at: new Date(), worker_id: worker })
    .execute();
  return {
    workers: worker,
    stores: store,
    'registry-credentials': login,
    organization: name,
    organizations: organization,
    projects: project_id,
    executions: run.execution_id,
    commits: world.commitId,
    data: datum,
    'datum-aliases': alias!,
    datasets: dataset!,
    'dataset-versions': version!,
    version: version!,
    'dataset-version-aliases': versionAlias!,
    teams: team,
    environments: environment_id,
    environment: environment_id,
    'environment-variable-groups': group,
    'runtime-config-presets': preset,
    quotas: quota,
  };
}

let n = 0;
async function ask(
  { method, path, json }: (typeof ROWS)[number],
  { ids }: Place,
  authorization?: string,
): Promise<Answer> {
  n += 1;
  const kind = path.split('/')[1] ?? '';
  const words: Record<string, string | undefined> = {
    new: `new-${n}`,
    leaver: 'leaver',
    project: ids.projects,
    datum: ids.data,
    alias: WORD,
    stack: STACK,
    ...ids,
  };
  const given = (text: string) => text.replace(/%(\w+)/g, (_, word: string) => words[word] ?? word);
  const url = given(path)
    .replace('{username}', 'leaver')
    .replace('{name}', 'some-name')
    .replace(/\{\w+\}/, ids[kind] ?? randomUUID());
  const payload = json === undefined ? undefined : given(json);
  const answer = await api.call(method, `/api/v0${url}`, {
    headers: {
      ...(authorization === undefined ? {} : { authorization: `Token ${authorization}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(payload === undefined ? {} : { payload }),
  });
  // Times have six digits everywhere (client-contract 1.1).
  expect(answer.text).not.toMatch(/T\d\d:\d\d:\d\d(\.\d{1,5})?Z"/);
  return answer;
}

test('who may add nobody has no password hashed', async () => {
  const { people, ids } = places.org!;
  const add = (by: Person, name: string) =>
    api.call('POST', '/api/v0/users/', {
      as: by,
      json: { username: name, password: 'long enough', organization: ids.organization },
    });
  const spent = async (by: Person, status: number) => {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 8; i += 1) {
      const began = process.cpuUsage();
      expect((await add(by, `${by.username}-adds-${i}`)).status).toBe(status);
      const { user, system } = process.cpuUsage(began);
      least = Math.min(least, user + system);
    }
    return least;
  };
  // The processor's own time, which no other program's load makes longer; the least, which no cold code does.
  expect(await spent(people.member!, 403)).toBeLessThan((await spent(people.admin!, 201)) / 2);
});

/** Fields with complaints, or one message with a code: nothing else. */
function expectOneForm({ status, body }: Answer): void {
  if (status < 400) return;
  const { message, code, ...fields } = body;
  if (message !== undefined) {
    expect(body).toEqual({ message: expect.any(String), code: expect.any(String) });
    return;
  }
  expect(code).toBeUndefined();
  for (const complaints of Object.values(fields)) {
    expect(complaints).toEqual(expect.any(Array));
    for (const one of complaints as object[])
      expect(one).toEqual({ message: expect.any(String), code: expect.any(String) });
  }
}

const named = (rows: typeof ROWS) => rows.map((row) => ({ ...row, name: `${row.method} ${row.path}` }));

test('every route of people is in the table', async () => {
  const { paths } = (await openApiDocument()) as unknown as {
    paths: Record<string, Record<string, { security?: object[] }>>;
  };
  // /metrics is no route of people's clients, and has tests of its own.
  const ofClients = Object.entries(paths).filter(([path]) => path.startsWith('/api/v0'));
  const routes = ofClients.flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => JSON.stringify(security ?? []).includes('token'))
      .map(([method]) => `${method.toUpperCase()} ${path.replace('/api/v0', '')}`),
  );
  const known = named(ROWS).map(({ name }) => name.replace(/\?.*/, ''));
  expect(known.toSorted()).toEqual(routes.toSorted());
});

test.each(named(ROWS))('$name is 401 without a token and with an expired one', async (row) => {
  for (const token of [undefined, late, 'nonsense']) {
    const answer = await ask(row, places.org!, token);
    expect([token, answer.status, answer.body.code]).toEqual([token, 401, 'unauthenticated']);
    expectOneForm(answer);
  }
});

describe.each(['org', 'project'])('roles of the %s', (of) => {
  const rows = named(ROWS).filter((row) => of === 'org' || row.of === 'project');

  test.each(rows)('$name: a stranger sees nothing', async (row) => {
    const answer = await ask(row, places[of]!, stranger.token);
    expectOneForm(answer);
    expect(answer.text).not.toContain(WORD);
    if (row.least === 'operator') expect(answer.status).toBe(403);
    else if (row.path.includes('{')) expect(answer.status).toBe(404);
    else if (row.least !== 'own') expect([400, 404]).toContain(answer.status);
    else expect(answer.status).toBeLessThan(300);
  });

  test.each(rows.filter(({ least }) => least !== 'own'))('$name: $least', async (row) => {
    const { people } = places[of]!;
    // Somebody with a role in the project alone owns nothing.
    const roles = ROLES.filter((role) => of === 'org' || role !== 'owner');
    const enough = row.least === 'operator' ? -1 : roles.indexOf(row.least as Role);
    for (const role of enough === -1 ? roles : roles.slice(0, enough)) {
      const answer = await ask(row, places[of]!, people[role]!.token);
      expect([role, answer.status, answer.body?.code]).toEqual([role, 403, 'forbidden']);
      expectOneForm(answer);
    }
    if (enough === -1) return;
    const answer = await ask(row, places[of]!, people[row.least as Role]!.token);
    expectOneForm(answer);
    expect([row.least, [401, 403, 404].includes(answer.status), answer.status < 500]).toEqual([
      row.least,
      false,
      true,
    ]);
  });
});
