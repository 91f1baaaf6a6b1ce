/** Aliases, datasets, and inputs that name them, over the API; outputs are those of runs. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claim } from '../../../app/core/workers/claim.ts';
import { end } from '../../../app/core/workers/end.ts';
import { reportOutputs } from '../../../app/core/workers/report-outputs.ts';
import { uploads } from '../../../app/core/workers/uploads.ts';
import type { JobSpec } from '../../../app/protocol/worker.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { makeWorld, startedRun, type World } from '../../support/runs.ts';

let at: TestPlatform;
let api: TestApp;
let ada: Person;
let eve: Person;
let world: World;
beforeAll(async () => {
  at = await testPlatform();
  api = await testApp(at.platform);
  [ada, eve] = await Promise.all([at.person('ada'), at.person('eve')]);
  world = await makeWorld(at, ada);
});
afterAll(async () => {
  await api?.close();
  await at?.close();
});

const call = (method: string, path: string, json?: unknown, as = ada) =>
  api.call(method, `/api/v0${path}`, { as, json });
const ok = async (method: string, path: string, json?: unknown) => {
  const answer = await call(method, path, json);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};

type Files = Record<string, Record<string, unknown>>;
/** Files that a run leaves, by name, with their metadata; the content is the name. */
async function leave(run: JobSpec, files: Files): Promise<{ ids: string[]; complaints: string[] }> {
  const report = { executionId: run.execution_id, token: run.token };
  const names = Object.keys(files);
  const wanted = names.map((name) => ({ kind: 'output' as const, name, size: name.length }));
  const targets = (await uploads(world.worker, { ...report, files: wanted })).uploads;
  const outputs = await Promise.all(
    names.map(async (name, i) => {
      const storage_key = targets[i]!.storage_key;
      await at.platform.storage.put(storage_key, Buffer.from(name));
      const sum = (kind: string) => createHash(kind).update(name).digest('hex');
      const sums = { md5: sum('md5'), sha1: sum('sha1'), sha256: sum('sha256') };
      const times = { file_ctime: '2026-01-01T00:00:00Z', file_mtime: '2026-01-01T00:00:00Z' };
      return { storage_key, name, size: name.length, ...sums, ...times, metadata: files[name]! };
    }),
  );
  const done = await reportOutputs(world.worker, { ...report, outputs });
  return { ids: done.datum_ids, complaints: done.complaints };
}
async function ranWith(files: Files): Promise<string[]> {
  const run = await startedRun(world);
  const { ids } = await leave(run, files);
  await ended(run);
  return ids;
}
const ended = ({ execution_id: executionId, token }: JobSpec) =>
  end(world.worker, { executionId, token, status: 'complete', exit_code: 0, reason: '', log_lines: 0 });
const create = (inputs: Record<string, unknown>) =>
  call('POST', '/executions/', { project: world.projectId, commit: world.identifier, step: 'train', inputs });
/** What the job of an execution with these files would find. */
async function found(inputs: Record<string, unknown>) {
  const execution = (await create(inputs)).body;
  const job = await claim(world.worker, { executionId: execution.id, baseUrl: 'http://cove.test:8000' });
  await ended(job);
  return { execution, files: job.inputs[0]!.files.map(({ name, uri }) => [name, uri]) };
}

describe('aliases of files', () => {
  test('are made, listed, resolved, moved, renamed and taken away, and tell where they have been', async () => {
    const [one, two] = await ranWith({ 'deep/one.txt': {}, 'two.txt': {} });
    const body = { project: world.projectId, name: 'best model', datum: one };
    const alias = await ok('POST', '/datum-aliases/', body);
    expect(alias).toMatchObject({ name: 'best model', datum: { id: one, name: 'deep/one.txt' } });
    const query = `limit=100&ordering=-ctime&deleted=false&no_count=true&project=${world.projectId}`;
    const list = await ok('GET', `/datum-aliases/?${query}`);
    expect(list.results).toEqual([alias]);
    expect((await ok('GET', `/data/${one}`)).aliases).toEqual(['best model']);
    const resolve = `/datum-aliases/resolve/?name=best+model&project=${world.projectId}`;
    expect((await ok('GET', resolve)).datum).toMatchObject({
      id: one,
      sha256: createHash('sha256').update('deep/one.txt').digest('hex'),
    });
    await ok('PATCH', `/datum-aliases/${alias.id}/`, { datum: two });
    expect((await ok('GET', resolve)).datum.id).toBe(two);
    const detail = await ok('GET', `/datum-aliases/${alias.id}/`);
    expect(detail.history).toMatchObject([
      { datum: two, by: 'ada' },
      { datum: one, by: 'ada' },
    ]);
    await ok('PATCH', `/datum-aliases/${alias.id}/`, { name: 'best' });
    expect((await call('GET', resolve)).status).toBe(404);
    expect((await call('DELETE', `/datum-aliases/${alias.id}/`)).status).toBe(204);
    expect((await ok('GET', `/datum-aliases/?${query}`)).results).toEqual([]);
  });

  test('need a name that fits into an address, and a file that is there', async () => {
    const [one] = await ranWith({ a: {} });
    const post = (name: string, datum: string) =>
      call('POST', '/datum-aliases/', { project: world.projectId, name, datum });
    for (const name of ['', ' a', 'a/b', 'a?b', 'x'.repeat(201), one!]) {
      const { status, body } = await post(name, one!);
      expect([name, status, Object.keys(body)]).toEqual([name, 400, ['name']]);
    }
    const { status, body } = await post('fine', 'nonsense');
    expect([status, body.datum[0].code]).toEqual([400, 'does_not_exist']);
  });

  test('are nothing for those who may not see the project', async () => {
    const [one] = await ranWith({ a: {} });
    const alias = await ok('POST', '/datum-aliases/', { project: world.projectId, name: 'mine', datum: one });
    for (const [method, path] of [
      ['GET', `/datum-aliases/?project=${world.projectId}`],
      ['GET', `/datum-aliases/${alias.id}/`],
      ['DELETE', `/datum-aliases/${alias.id}/`],
      ['GET', `/datum-aliases/resolve/?name=mine&project=${world.projectId}`],
    ] as const)
      expect([path, (await call(method, path, undefined, eve)).status]).toEqual([path, 404]);
  });

  test('as inputs stand for the file of that moment', async () => {
    const [one, two] = await ranWith({ 'deep/one.txt': { 'valohai.alias': 'data' }, 'two.txt': {} });
    const first = await found({ data: 'datum://data' });
    expect(first.execution.inputs[0].urls).toEqual([`datum://${one}`]);
    expect(first.files).toEqual([['one.txt', `datum://${one}`]]);
    await ok('POST', '/datum-aliases/', { project: world.projectId, name: 'data', datum: two });
    expect((await found({ data: 'datum://data' })).files).toEqual([['two.txt', `datum://${two}`]]);
    const copy = await ok('POST', `/executions/${first.execution.id}/copy/`);
    expect(copy.inputs[0].urls).toEqual([`datum://${one}`]);
    const unknown = await create({ data: 'datum://nobody' });
    expect([unknown.status, unknown.body.inputs[0].code]).toEqual([400, 'does_not_exist']);
    expect(unknown.body.inputs[0].message).toContain('datum://nobody');
  });

  test('from outputs follow the latest; a name that cannot be is told', async () => {
    const run = await startedRun(world);
    const { ids, complaints } = await leave(run, {
      a: { 'valohai.alias': 'latest' },
      b: { 'valohai.alias': ['latest', 'b/c', 7] },
    });
    await ended(run);
    const resolve = `/datum-aliases/resolve/?name=latest&project=${world.projectId}`;
    expect((await ok('GET', resolve)).datum.id).toBe(ids[1]);
    expect(complaints).toEqual([
      expect.stringMatching(/^b: valohai.alias: "b\/c" must not/),
      'b: valohai.alias: 7 must be a text',
    ]);
  });
});

describe('datasets', () => {
  const versions = async (query: string) =>
    (await ok('GET', `/dataset-versions/?project=${world.projectId}&${query}`)).results;
  const names = async (version: string) =>
    (await ok('GET', `/data/?dataset_version=${version}&ordering=name`)).results.map(
      (d: { name: string }) => d.name,
    );

  test('grow out of outputs, and do not change after the run', async () => {
    const run = await startedRun(world);
    const uri = 'dataset://flowers/v1';
    await leave(run, { 'roses/a.jpg': { 'valohai.dataset-versions': [uri] } });
    const [growing] = await versions('name=v1');
    expect(growing).toMatchObject({
      uri,
      files: 1,
      immutable: false,
      output_execution: { id: run.execution_id },
    });
    const more = {
      'valohai.dataset-versions': [{ uri, 'valohai.tags': ['checked'], targeting_aliases: ['prod'] }],
    };
    await leave(run, { 'b.jpg': more, 'roses/a.jpg': more });
    await ended(run);
    const [version] = await versions('name=v1');
    expect(version).toMatchObject({ files: 2, immutable: true, aliases: ['prod'], tags: ['checked'] });
    expect(await names(version.id)).toEqual(['b.jpg', 'roses/a.jpg']);
    const late = await startedRun(world);
    const { complaints } = await leave(late, { 'c.jpg': { 'valohai.dataset-versions': [uri] } });
    await ended(late);
    expect(complaints).toEqual([expect.stringMatching(/flowers\/v1 is there already .* without c.jpg/)]);
    expect(await names(version.id)).toEqual(['b.jpg', 'roses/a.jpg']);
  });

  test('build on one another: taken over, left out by pattern, replaced by name', async () => {
    const inOld = { 'valohai.dataset-versions': ['dataset://fruit/old'] };
    await ranWith({ 'a.txt': inOld, 'b.txt': inOld, 'bad/c.txt': inOld });
    const wish = { uri: 'dataset://fruit/new', from: 'dataset://fruit/old', exclude: ['bad/*'] };
    const [fresh] = await ranWith({ 'b.txt': { 'valohai.dataset-versions': [wish] } });
    const [version] = await versions('name=new');
    expect(await names(version.id)).toEqual(['a.txt', 'b.txt']);
    const { results } = await ok('GET', `/data/?dataset_version=${version.id}&name=b.txt`);
    expect(results.map((d: { id: string }) => d.id)).toEqual([fresh]);
    await ranWith({
      'd.txt': { 'valohai.dataset-versions': [{ ...wish, uri: 'dataset://fruit/alone', start_fresh: true }] },
    });
    expect(await names((await versions('name=alone'))[0].id)).toEqual(['d.txt']);
  });

  test('as inputs give all their files, by version or alias', async () => {
    const within = { 'valohai.dataset-versions': [{ uri: 'dataset://set/1', targeting_aliases: ['prod'] }] };
    const ids = await ranWith({ 'x/a.txt': within, 'y/a.txt': within });
    const { execution, files } = await found({ data: 'dataset://set/prod' });
    expect(execution.inputs[0].urls).toEqual(['dataset://set/1']);
    expect(files).toEqual([
      ['a.txt', `datum://${ids[0]}`],
      ['a-2.txt', `datum://${ids[1]}`],
    ]);
    const { message } = await ok('POST', `/data/${ids[1]}/purge/`);
    expect(message).toBe(
      'Purged. 1 execution took it in and cannot be repeated. Not whole any more: dataset://set/1.',
    );
    const refused = await create({ data: 'dataset://set/prod' });
    expect([refused.status, refused.body.inputs[0].code]).toEqual([400, 'purged']);
    expect(refused.body.inputs[0].message).toContain('y/a.txt');
    for (const uri of ['dataset://set/2', 'dataset://none/1'])
      expect((await create({ data: uri })).body.inputs[0].code).toBe('does_not_exist');
    expect((await create({ data: 'dataset://set' })).body.inputs[0].code).toBe('invalid');
  });

  test('are made by people too, and refuse what cannot be', async () => {
    const [one, two] = await ranWith({ one: {}, two: {} });
    const dataset = await ok('POST', '/datasets/', { project: world.projectId, name: 'by hand' });
    expect(
      (await call('POST', '/datasets/', { project: world.projectId, name: 'by hand' })).body.name[0].code,
    ).toBe('unique');
    const body = {
      dataset: dataset.id,
      name: '1',
      files: [one, two],
      aliases: ['dev'],
      metadata: { source: 'me' },
    };
    const version = await ok('POST', '/dataset-versions/', body);
    expect(version).toMatchObject({ files: 2, size: 6, aliases: ['dev'], immutable: true, creator: 'ada' });
    expect((await call('POST', '/dataset-versions/', body)).body.name[0].code).toBe('unique');
    const foreign = { ...body, name: '2', files: [one, '0b0e3c5e-6c2f-4c52-9a61-1d2c6b1d8a11'] };
    expect((await call('POST', '/dataset-versions/', foreign)).body.files[0].code).toBe('does_not_exist');
    await ok('PATCH', `/datasets/${dataset.id}/`, { description: 'Made by hand.' });
    expect(await ok('GET', `/datasets/${dataset.id}/`)).toMatchObject({
      description: 'Made by hand.',
      versions: 1,
    });
    await ok('POST', '/dataset-version-aliases/', { version: version.id, name: 'prod' });
    const aliases = (await ok('GET', `/dataset-version-aliases/?dataset=${dataset.id}`)).results;
    expect(aliases.map((a: { uri: string }) => a.uri)).toEqual([
      'dataset://by hand/dev',
      'dataset://by hand/prod',
    ]);
    expect((await call('DELETE', `/dataset-version-aliases/${aliases[0].id}/`)).status).toBe(204);
    expect((await call('GET', `/dataset-versions/${version.id}/`, undefined, eve)).status).toBe(404);
    expect((await found({ data: 'dataset://by hand/prod' })).files).toHaveLength(2);
    expect((await call('DELETE', `/dataset-versions/${version.id}/`)).status).toBe(204);
    expect((await call('DELETE', `/datasets/${dataset.id}/`)).status).toBe(204);
    expect((await call('GET', `/data/${one}`)).status).toBe(200);
  });

  test('what metadata asks for wrongly is told, and nothing else is lost', async () => {
    const run = await startedRun(world);
    const wishes = [7, 'dataset://x', { uri: 'dataset://odd/1', from: 'dataset://odd/0', packaging: true }];
    const { ids, complaints } = await leave(run, {
      'a.txt': { 'valohai.dataset-versions': wishes, 'valohai.model-versions': ['model://m/'] },
    });
    await ended(run);
    expect(ids).toHaveLength(1);
    expect(complaints.map((c) => c.replace('a.txt: ', ''))).toEqual([
      expect.stringMatching(/^valohai.dataset-versions: needed is/),
      expect.stringMatching(/dataset:\/\/x is not of the form/),
      expect.stringMatching(/files are not packed here/),
      expect.stringMatching(/there is no dataset:\/\/odd\/0/),
      expect.stringMatching(/^valohai.model-versions: there are no models/),
    ]);
    expect(await versions('name=1&tag=none')).toEqual([]);
  });
});

test('tags that a job gives are kept as those that people give; what cannot be kept is told, and costs no file', async () => {
  const run = await startedRun(world);
  const long = 'x'.repeat(201);
  const { ids, complaints } = await leave(run, {
    odd: { 'valohai.tags': [' a\u0000b ', '\ud800', 7, '', 'dup', 'dup'], note: 'c\u0000d' },
    single: { 'valohai.tags': 'alone' },
    long: { 'valohai.tags': ['fine', long] },
    many: { 'valohai.tags': Array.from({ length: 101 }, (_, n) => `t${n}`) },
  });
  await ended(run);
  const tags = await Promise.all(ids.map(async (id) => (await ok('GET', `/data/${id}/`)).tags));
  expect(tags).toEqual([['a\ufffdb', '\ufffd', '7', 'dup'], ['alone'], [], []]);
  expect(complaints).toEqual([
    expect.stringMatching(/^long: valohai.tags: The tag "x+…" is longer than 200/),
    expect.stringMatching(/^many: valohai.tags: There are 101 tags/),
  ]);
});

test('files are filtered by what they are and what they are for', async () => {
  const tags = { 'valohai.tags': ['red'] };
  const [one] = await ranWith({ 'find/me.csv': { ...tags, 'valohai.alias': 'findable' }, other: {} });
  const ids = async (query: string) =>
    (await ok('GET', `/data/?project=${world.projectId}&${query}`)).results.map((d: { id: string }) => d.id);
  const sha256 = createHash('sha256').update('find/me.csv').digest('hex');
  for (const query of ['search=ME.c', 'tag=red', 'alias=findable', `sha256=${sha256}`, 'name=find/me.csv'])
    expect([query, await ids(query)]).toEqual([query, [one]]);
  const { execution } = await found({ data: `datum://${one}` });
  expect(await ids(`input_execution=${execution.id}`)).toEqual([one]);
  const users = async (datum: string | undefined) =>
    (await ok('GET', `/executions/?input_datum=${datum}`)).results.map(({ id }: { id: string }) => id);
  expect(await users(one)).toEqual([execution.id]);
  expect(await users('no-id')).toEqual([]);
});
