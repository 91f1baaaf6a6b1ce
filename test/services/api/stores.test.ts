/** Data stores on real servers: made, tried, used by jobs of a real worker, purged, forgotten. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { INSTALLATION_STORE } from '../../../app/core/stores/open.ts';
import type { Worker } from '../../../app/worker/main.ts';
import { Api } from '../../support/api.ts';
import { type Person, type TestPlatform, testPlatform } from '../../support/platform.ts';
import { letWorkersIn, makeWorld, type World } from '../../support/runs.ts';
import { STORES, type TestStore } from '../../support/stores.ts';
import { type OwnWorker, ownWorker } from '../../support/worker.ts';

const KINDS = ['s3', 'gcs', 'azure'] as const;
type Kind = (typeof KINDS)[number];
let at: TestPlatform;
let world: World;
let app: App;
let ada: Person;
let api: Api;
let member: Api;
let eve: Api;
let workers: OwnWorker;
let worker: Worker;
let organization: string;
const servers = {} as Record<Kind, TestStore>;
const ids = {} as Record<Kind, string>;

beforeAll(async () => {
  const starting = KINDS.map(async (kind) => {
    servers[kind] = await STORES[kind]();
  });
  at = await testPlatform();
  ada = await at.person('ada');
  const [max, stranger] = await Promise.all([at.person('max'), at.person('eve')]);
  world = await makeWorld(at, ada);
  organization = await at.organization('acme', [
    [ada, 'admin'],
    [max, 'member'],
  ]);
  const { platform } = at;
  const moved = { organization_id: organization };
  await platform.db.updateTable('projects').set(moved).where('id', '=', world.projectId).execute();
  await letWorkersIn(at);
  app = await buildApp(platform);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  [api, member, eve] = [ada, max, stranger].map(({ token }) => new Api(url, token)) as [Api, Api, Api];
  workers = await ownWorker({ url, token: world.workerToken });
  worker = await workers.start();
  await Promise.all(starting);
}, 240_000);
afterAll(async () => {
  await workers?.close();
  await app?.close();
  await at?.close();
  await Promise.all(Object.values(servers).map((server) => server.stop()));
});

const trust = (kind: Kind) => at.platform.trustedStoreHosts.push(new URL(servers[kind].base).host);
const request = (kind: Kind, more: object = {}) => ({
  name: `store ${kind}`,
  owner: 'acme',
  ...servers[kind].request,
  ...more,
});
const run = async (step: string, more: Record<string, unknown> = {}) => {
  const commit = await api.importPackage(world.projectId, { 'valohai.yaml': step });
  return api.create(world.projectId, commit, 'go', { environment: world.environmentId, ...more });
};
const yaml = (command: string, more = '') =>
  `- step:\n    name: go\n    image: none\n    command: ${JSON.stringify(command)}\n${more}`;

describe.each(KINDS)('a store of kind %s', (kind) => {
  test('at an address that no operator allows is refused', async () => {
    const refused = await api.call('POST', '/stores/', request(kind));
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toMatch(/trustedStoreHosts/);
  });

  test('is made once it was written to, read and emptied again, and shows no credential', async () => {
    trust(kind);
    const made = await api.ok('POST', '/stores/', request(kind));
    ids[kind] = made.id;
    expect(made).toMatchObject({
      name: `store ${kind}`,
      type: servers[kind].request?.type,
      access_mode: 'owner_organization',
      owner: { username: 'acme' },
      uri_prefix: { s3: 's3://data', gcs: 'gs://data', azure: 'azure://devstoreaccount1/data' }[kind],
    });
    expect(await api.ok('GET', `/stores/${made.id}/`)).toEqual(made);
    const { rows } =
      await sql`SELECT s::text, a::text FROM stores s, audit a WHERE s.id = ${made.id}`.execute(
        at.platform.db,
      );
    for (const place of [made, rows])
      for (const secret of secretsOf(kind)) expect(JSON.stringify(place)).not.toContain(secret);
    expect(await at.platform.secrets.find(`stores/${made.id}`)).not.toBeNull();
  });

  test('with wrong credentials or no such bucket is refused, with what failed', async () => {
    const wrong = { s3: 'secret_access_key', gcs: 'bucket', azure: 'account_key' }[kind];
    const value = { s3: 'wrong', gcs: 'no-such-bucket', azure: Buffer.from('wrong').toString('base64') }[
      kind
    ];
    const configuration = { ...servers[kind].request?.configuration, [wrong]: value };
    const refused = await api.call('POST', '/stores/', request(kind, { name: 'other', configuration }));
    expect(refused.status).toBe(400);
    expect(refused.body.configuration[0].message).toMatch(/tried and failed while writing an object: /);
  });

  test('gives inputs by address, takes the outputs of jobs, large ones in parts, and purges them', async () => {
    await servers[kind].store.put('in/word.txt', Buffer.from('from the bucket'));
    const { uri_prefix } = await api.ok('GET', `/stores/${ids[kind]}/`);
    const step = yaml(
      'cat $VH_INPUTS_DIR/word/word.txt > $VH_OUTPUTS_DIR/small.txt; head -c 20000000 /dev/urandom > $VH_OUTPUTS_DIR/large.bin',
      `    inputs:\n      - name: word\n        default: ${uri_prefix}/in/word.txt\n    upload-store: store ${kind}\n`,
    );
    const ended = await api.end((await run(step)).id);
    expect(ended).toMatchObject({ status: 'complete' });
    expect(ended.outputs.map(({ name, size }) => [name, size]).sort()).toEqual([
      ['large.bin', 20_000_000],
      ['small.txt', 15],
    ]);
    const small = ended.outputs.find(({ name }) => name === 'small.txt')?.id as string;
    const datum = await api.ok('GET', `/data/${small}/`);
    expect(datum.store).toBe(ids[kind]);
    expect((await api.download(small)).toString()).toBe('from the bucket');
    const { url } = await api.ok('GET', `/data/${small}/download/`);
    expect(new URL(url).host).toBe(new URL(servers[kind].base).host);
    const { storage_key } = await at.platform.db
      .selectFrom('datums')
      .select('storage_key')
      .where('id', '=', small)
      .executeTakeFirstOrThrow();
    expect(await servers[kind].store.head(storage_key)).toMatchObject({ size: 15 });
    expect((await api.call('DELETE', `/stores/${ids[kind]}/`)).body.message).toMatch(/2 files lie in/);

    // As an input of the next job, and gone from the bucket once purged.
    const again = yaml(
      'cat $VH_INPUTS_DIR/word/small.txt',
      `    inputs:\n      - name: word\n        default: datum://${small}\n`,
    );
    const next = await api.end((await run(again)).id);
    expect(next.status).toBe('complete');
    for (const { id } of ended.outputs) await api.ok('POST', `/data/${id}/purge/`);
    expect(await servers[kind].store.head(storage_key)).toBeNull();
  }, 120_000);

  test('wildcards of an address become the objects there, named as the step wants them', async () => {
    const keys = ['w/a.csv', 'w/b.csv', 'w/not.txt', 'w/deep/c.csv', 'w/deep/er/d.csv'];
    for (const key of keys) await servers[kind].store.put(key, Buffer.from(`of ${key}\n`));
    const { uri_prefix } = await api.ok('GET', `/stores/${ids[kind]}/`);
    const input = (name: string, path: string, more = '') =>
      `      - name: ${name}\n        default: ${uri_prefix}/${path}\n${more}`;
    const below = input('below', 'w/**/*.csv', '        keep-directories: suffix\n');
    const step = yaml(
      'cd $VH_INPUTS_DIR && find . -type f | sort > $VH_OUTPUTS_DIR/names; cat flat/b.csv below/deep/c.csv > $VH_OUTPUTS_DIR/bytes',
      `    inputs:\n${input('flat', 'w/*.csv')}${below}`,
    );
    const ended = await api.end((await run(step)).id);
    expect(ended).toMatchObject({ status: 'complete' });
    const text = async (name: string) =>
      String(await api.download(ended.outputs.find((one) => one.name === name)?.id as string));
    expect((await text('names')).trim().split('\n')).toEqual([
      ...['./below/a.csv', './below/b.csv', './below/deep/c.csv', './below/deep/er/d.csv'],
      ...['./flat/a.csv', './flat/b.csv'],
    ]);
    expect(await text('bytes')).toBe('of w/b.csv\nof w/deep/c.csv\n');
  }, 60_000);

  test('an object that lies in it becomes a file of the project, once', async () => {
    const { uri_prefix } = await api.ok('GET', `/stores/${ids[kind]}/`);
    const url = `${uri_prefix}/in/word.txt`;
    const adopted = await member.ok('POST', `/stores/${ids[kind]}/adopt/`, { url, project: world.projectId });
    expect(adopted).toEqual({ ok: true, created: { [url]: expect.any(String) } });
    const id = adopted.created[url];
    expect((await api.download(id)).toString()).toBe('from the bucket');
    expect(await member.ok('POST', `/stores/${ids[kind]}/adopt/`, { url, project: world.projectId })).toEqual(
      adopted,
    );
    const missing = await member.call('POST', `/stores/${ids[kind]}/adopt/`, {
      url: `${url}.none`,
      project: world.projectId,
    });
    expect(missing.status).toBe(400);
    expect(missing.body.url[0].code).toBe('adoptable_file_not_found');
    await api.ok('POST', `/data/${id}/purge/`);
  });
});

describe('rights and settings', () => {
  test('members use a store and do not change it; strangers do not see it', async () => {
    const path = `/stores/${ids.s3}/`;
    expect((await member.call('GET', path)).status).toBe(200);
    expect((await member.call('PATCH', path, { allow_write: false })).status).toBe(403);
    expect((await member.call('DELETE', path)).status).toBe(403);
    expect((await member.call('POST', '/stores/', request('s3', { name: 'mine' }))).status).toBe(403);
    expect((await eve.call('GET', path)).status).toBe(404);
    expect((await eve.ok('GET', '/stores/')).results.map(({ name }: { name: string }) => name)).toEqual([
      'installation',
    ]);
    const mine = await api.ok('GET', `/stores/?project=${world.projectId}`);
    expect(mine.results.map(({ name }: { name: string }) => name)).toEqual([
      'installation',
      'store azure',
      'store gcs',
      'store s3',
    ]);
  });

  test("the installation's own store is there, and nobody's to change", async () => {
    const own = await api.ok('GET', `/stores/${INSTALLATION_STORE}/`);
    expect(own).toMatchObject({ type: 'installation', owner: null, configuration: {}, uri_prefix: null });
    expect((await api.call('DELETE', `/stores/${INSTALLATION_STORE}/`)).status).toBe(403);
  });

  test('a project has a store of its own that others cannot name; everybody’s is for the operator to make', async () => {
    const own = await api.ok('POST', '/stores/', {
      ...request('s3', { name: 'own', access_mode: 'single_project', project: world.projectId }),
      owner: undefined,
    });
    expect(own).toMatchObject({ project: world.projectId });
    const other = await api.ok('POST', '/projects/', { name: 'other', owner: 'acme' });
    const refused = await api.call('PATCH', `/projects/${other.id}/`, { default_store: own.id });
    expect(refused.status).toBe(400);
    expect(refused.body.default_store[0].message).toMatch(/it has: .*store s3/);
    const open = await api.call('POST', '/stores/', request('s3', { name: 'open', access_mode: 'public' }));
    expect(open.body.access_mode[0].message).toMatch(/operator/);
    await api.ok('DELETE', `/stores/${own.id}/`);
    expect(await at.platform.secrets.find(`stores/${own.id}`, { fresh: true })).toBeNull();
  });

  test("outputs go to the project's store where nothing else is said, unless it does not allow writing", async () => {
    const path = `/projects/${world.projectId}/`;
    const set = await api.ok('PATCH', path, { default_store: 'store s3', upload_store: ids.gcs });
    expect(set).toMatchObject({ default_store: { id: ids.s3, name: 'store s3' }, upload_store_id: ids.gcs });
    const step = yaml('echo 1 > $VH_OUTPUTS_DIR/a');
    const ended = await api.end((await run(step)).id);
    expect(await api.ok('GET', `/data/${ended.outputs[0]?.id}/`)).toMatchObject({ store: ids.gcs });
    const named = await api.end((await run(step, { upload_store: 'installation' })).id);
    expect(await api.ok('GET', `/data/${named.outputs[0]?.id}/`)).toMatchObject({
      store: INSTALLATION_STORE,
    });
    // A copy's go where the first one's went, wherever the project says by now.
    const copy = await api.end((await api.ok('POST', `/executions/${named.id}/copy/`)).id);
    expect(await api.ok('GET', `/data/${copy.outputs[0]?.id}/`)).toMatchObject({ store: INSTALLATION_STORE });
    await api.ok('PATCH', `/stores/${ids.gcs}/`, { allow_write: false });
    const commit = await api.importPackage(world.projectId, { 'valohai.yaml': step });
    const refused = await api.call('POST', '/executions/', { project: world.projectId, commit, step: 'go' });
    expect(refused.body.project[0].message).toMatch(/does not allow writing/);
    const purge = await api.call('POST', `/data/${ended.outputs[0]?.id}/purge/`);
    expect(purge).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching(/nothing is deleted there/) },
    });
    await api.ok('PATCH', path, { default_store: null, upload_store: null });
    await api.ok('PATCH', `/stores/${ids.gcs}/`, { allow_write: true });
  }, 60_000);

  test('from a store that does not allow reading nothing is downloaded and no job takes a file, not even one that waits', async () => {
    const path = `/stores/${ids.s3}/`;
    const url = 's3://data/in/read.txt';
    await servers.s3.store.put('in/read.txt', Buffer.from('secret'));
    const { created } = await api.ok('POST', `${path}adopt/`, { url, project: world.projectId });
    const id = created[url];
    const step = yaml('true', `    inputs:\n      - name: in\n        default: datum://${id}\n`);
    await worker.close(0);
    const waiting = await run(step);
    await api.ok('PATCH', path, { allow_read: false });
    const words = /The data store store s3 does not allow reading \(allow_read\)/;
    const download = await api.call('GET', `/data/${id}/download/`);
    expect(download).toMatchObject({ status: 409, body: { message: expect.stringMatching(words) } });
    const commit = await api.importPackage(world.projectId, { 'valohai.yaml': step });
    const refused = await api.call('POST', '/executions/', { project: world.projectId, commit, step: 'go' });
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.body.inputs[0].message).toMatch(words);
    worker = await workers.start();
    expect(await api.end(waiting.id)).toMatchObject({
      status: 'error',
      status_detail: expect.stringMatching(words),
    });
    await api.ok('PATCH', path, { allow_read: true });
    expect((await api.download(id)).toString()).toBe('secret');
    await api.ok('POST', `/data/${id}/purge/`);
  }, 60_000);

  test.each([
    ['s3://no-such/file.txt', /no data store of this project is the bucket no-such/],
    ['azure://someone/data/file.txt', /no data store of this project is the bucket someone\/data/],
    ['s3://data/../x', /not a valid address/],
    ['s3://data/*.none', /s3:\/\/data\/\*\.none: no object in the data store store s3 is named so/],
    ['s3://data/w/?*?*?*?*?*?*.csv', /at most 10 wildcards/],
    ['s3://no-such/*.csv', /no data store of this project is the bucket no-such/],
  ])('an input %s is refused, with what is missing', async (url, words) => {
    const step = yaml('true', `    inputs:\n      - name: in\n        default: ${url}\n`);
    const commit = await api.importPackage(world.projectId, { 'valohai.yaml': step });
    const refused = await api.call('POST', '/executions/', { project: world.projectId, commit, step: 'go' });
    expect(refused.status).toBe(400);
    expect(refused.body.inputs[0].message).toMatch(words);
  });

  test('a step with mounts is refused where jobs run in no container, and what it names is kept for where they do', async () => {
    const step = yaml('true', '    mounts: [/mnt/data:/data]\n');
    const commit = await api.importPackage(world.projectId, { 'valohai.yaml': step });
    const body = { project: world.projectId, commit, step: 'go', environment: world.environmentId };
    const refused = await api.call('POST', '/executions/', body);
    expect(refused).toMatchObject({ status: 400, body: { step: [{ code: 'mounts' }] } });
    expect(refused.body.step[0].message).toMatch(
      /mounts \/mnt\/data, but environment .* does not run jobs in containers/,
    );
    const where = at.platform.db.updateTable('environments').where('slug', '=', at.slug);
    await where.set({ executor: 'docker' }).execute();
    const made = await api.ok('POST', '/executions/', body);
    await where.set({ executor: 'process' }).execute();
    expect(made.runtime_config.mounts).toEqual([{ source: '/mnt/data', destination: '/data' }]);
    // The worker has the last word.
    expect(await api.end(made.id)).toMatchObject({
      status: 'error',
      status_detail: expect.stringMatching(/mounts: \/mnt\/data cannot be mounted/),
    });
  });

  test('an input that is not in the bucket ends the run, with its address', async () => {
    const step = yaml('true', '    inputs:\n      - name: in\n        default: s3://data/none.txt\n');
    const ended = await api.end((await run(step)).id);
    expect(ended).toMatchObject({ status: 'error' });
    expect(JSON.stringify(await api.log(ended.id)) + ended.status_detail).toMatch(
      /s3:\/\/data\/none.txt does not exist in the data store store s3/,
    );
  });

  test('another key for the same bucket is tried before it counts', async () => {
    const { configuration } = servers.s3.request ?? { configuration: {} };
    const path = `/stores/${ids.s3}/`;
    const wrong = await api.call('PATCH', path, {
      configuration: { ...configuration, secret_access_key: 'no' },
    });
    expect(wrong.status).toBe(400);
    const moved = await api.call('PATCH', path, { configuration: { ...configuration, bucket: 'another' } });
    expect(moved.body.configuration[0].message).toMatch(/make another store/);
    await api.ok('PATCH', path, { configuration, name: 'renamed' });
  });
});

const secretsOf = (kind: Kind): string[] => {
  const { configuration = {} } = servers[kind].request ?? {};
  const { secret_access_key, access_key_id, account_key, service_account } = configuration;
  const key =
    typeof service_account === 'string' ? [JSON.parse(service_account).private_key.slice(40, 80)] : [];
  return [secret_access_key, access_key_id, account_key, ...key].filter((one) => typeof one === 'string');
};
