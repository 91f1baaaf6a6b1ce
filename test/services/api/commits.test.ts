import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureSnapshot } from '../../../app/core/commits/ensure-snapshot.ts';
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
let project: string;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  ada = await platform.person('ada');
  project = await newProject('packages');
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

async function newProject(name: string, as = ada) {
  return (await api.call('POST', '/api/v0/projects/', { as, form: { name } })).body.id as string;
}
const YAML = '- step:\n    name: go\n    image: busybox\n    command: ls\n';

async function tgz(entries: (Partial<Header> & { name: string; body?: string | Buffer })[]): Promise<Buffer> {
  const tar = pack();
  for (const { body, ...header } of entries) tar.entry(header, body ?? '');
  tar.finalize();
  return buffer(tar.pipe(createGzip()));
}
const packageOf = (files: Record<string, string>) =>
  tgz(Object.entries(files).map(([name, body]) => ({ name, body })));
const identity = (file: Buffer) => `~${createHash('sha256').update(file).digest('hex')}`;

function multipart(parts: [string, string | Buffer][]) {
  const chunks = parts.flatMap(([name, body]) => [
    Buffer.from(
      `--xx\r\nContent-Disposition: form-data; name="${name}"${
        typeof body === 'string' ? '' : '; filename="data.tgz"\r\nContent-Type: application/gzip'
      }\r\n\r\n`,
    ),
    Buffer.from(body as string),
    Buffer.from('\r\n'),
  ]);
  return {
    headers: { 'content-type': 'multipart/form-data; boundary=xx' },
    payload: Buffer.concat([...chunks, Buffer.from('--xx--\r\n')]),
  };
}
const upload = (file: Buffer, fields: Record<string, string> = {}, to = project, as = ada) =>
  api.call('POST', `/api/v0/projects/${to}/import-package/`, {
    as,
    ...multipart([
      ...Object.entries({ description: '', yaml_path: 'valohai.yaml', ...fields }),
      ['data', file],
    ]),
  });

describe('an ad-hoc package', () => {
  test('becomes a commit named by its content, with its configuration', async () => {
    const file = await packageOf({ 'valohai.yaml': YAML, 'a/b.txt': 'x' });
    const made = await upload(file, { description: 'v1-dirty' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      identifier: identity(file),
      adhoc: true,
      ref: 'adhoc',
      description: 'v1-dirty',
    });
    expect(made.body).toMatchObject({ has_config: true, config_error: null, project_id: project });
    const path = `/api/v0/commits/${identity(file)}/`;
    const found = await api.call('GET', `${path}?project=${project}&include=config`, { as: ada });
    expect(found.body.config[0].step.name).toBe('go');
    expect((await api.call('GET', path, { as: ada })).body.config).toBeUndefined();
    const snapshot = await ensureSnapshot(ada.context, { commitId: made.body.id });
    expect(snapshot.size).toBe(file.length);
    expect(`~${snapshot.sha256}`).toBe(made.body.identifier);
    expect(await buffer(await platform.platform.storage.get(snapshot.key))).toEqual(file);
    expect(await readdir(`${platform.scratch}/uploads`)).toEqual([]);
  });

  test('sent twice is one commit, also at the same moment', async () => {
    const file = await packageOf({ 'valohai.yaml': YAML, n: 'twice' });
    const answers = await Promise.all([upload(file), upload(file), upload(file)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  test('with an unreadable YAML file says where', async () => {
    const made = await upload(await packageOf({ 'valohai.yaml': '- step:\n    name: [\n' }));
    expect(made.body.has_config).toBe(false);
    expect(made.body.config_error).toMatch(/^valohai\.yaml:\d+:\d+: /);
  });

  test('without the YAML file says so, and another one may be named', async () => {
    const file = await packageOf({ 'ml/other.yaml': YAML });
    expect((await upload(file)).body.config_error).toMatch(/no valohai\.yaml/);
    expect((await upload(file, { yaml_path: 'ml/other.yaml' })).body).toMatchObject({
      has_config: true,
      yaml_path: 'ml/other.yaml',
    });
    for (const yaml_path of ['../etc/x', 'x'.repeat(501)]) {
      expect((await upload(file, { yaml_path })).body.yaml_path).toHaveLength(1);
    }
  });

  test('may hold links that stay within', async () => {
    const file = await tgz([
      { name: 'valohai.yaml', body: YAML },
      { name: 'a/link', type: 'symlink', linkname: '../valohai.yaml' },
      { name: 'hard', type: 'link', linkname: 'valohai.yaml' },
    ]);
    expect((await upload(file)).status).toBe(201);
  });

  const bad: [string, () => Promise<Buffer> | Buffer, RegExp][] = [
    ['a path out of it', () => tgz([{ name: '../evil', body: 'x' }]), /leads out/],
    ['an absolute path', () => tgz([{ name: '/etc/cron.d/evil', body: 'x' }]), /leads out/],
    ['a link out of it', () => tgz([{ name: 'l', type: 'symlink', linkname: '/etc' }]), /leads out/],
    [
      'a file behind a link',
      () =>
        tgz([
          { name: 'd', type: 'symlink', linkname: 'e' },
          { name: 'd/x', body: 'x' },
        ]),
      /behind a link/,
    ],
    ['a device', () => tgz([{ name: 'sda', type: 'block-device' }]), /only files/],
    ['something else than gzip', () => Buffer.from('no gzip at all'), /not a whole/],
    ['half a package', async () => (await packageOf({ a: 'x'.repeat(9999) })).subarray(0, 60), /not a whole/],
    ['gzip of no tar', () => gzipSync(Buffer.alloc(2000, 7)), /not a whole/],
  ];
  test.each(bad)('with %s is refused, and nothing stays', async (_, make, message) => {
    const file = await make();
    const refused = await upload(file);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ data: [{ message: expect.stringMatching(message) }] });
    expect((await api.call('GET', `/api/v0/commits/${identity(file)}/`, { as: ada })).status).toBe(404);
    expect(await readdir(`${platform.scratch}/uploads`)).toEqual([]);
  });

  test('that grows a thousandfold is refused before it costs', async () => {
    const size = 150 * 1024 * 1024;
    const file = gzipSync(Buffer.concat([tarHeader('zeros', size), Buffer.alloc(size)]));
    expect(file.length).toBeLessThan(1024 * 1024);
    const before = process.memoryUsage().rss;
    const refused = await upload(file);
    expect(refused.body.data[0].message).toMatch(/grows too much/);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  test('with an oversized header does not fill the memory', async () => {
    const size = 64 * 1024 * 1024;
    const file = gzipSync(Buffer.concat([tarHeader('pax', size, 'x'), Buffer.alloc(size, 'a')]));
    expect((await upload(file)).body.data[0].message).toMatch(/not a whole/);
  });

  test.each([
    ['without a boundary', 'multipart/form-data', ''],
    [
      'cut off',
      'multipart/form-data; boundary=xx',
      '--xx\r\nContent-Disposition: form-data; name="data"; filename="d"',
    ],
    [
      'without an end',
      'multipart/form-data; boundary=xx',
      '--xx\r\nContent-Disposition: form-data; name="data"; filename="d"\r\n\r\nabc',
    ],
  ])('in a form %s is refused', async (_, type, payload) => {
    const refused = await api.call('POST', `/api/v0/projects/${project}/import-package/`, {
      as: ada,
      headers: { 'content-type': type },
      payload,
    });
    expect(refused.status).toBe(400);
    expect(await readdir(`${platform.scratch}/uploads`)).toEqual([]);
  });

  test('needs a project that one may write to, and the part itself', async () => {
    const file = await packageOf({ 'valohai.yaml': YAML });
    const eve = await platform.person('eve');
    expect((await upload(file, {}, project, eve)).status).toBe(404);
    const empty = await api.call('POST', `/api/v0/projects/${project}/import-package/`, {
      as: ada,
      ...multipart([['description', 'x']]),
    });
    expect(empty.body.data[0].code).toBe('required');
  });
});

/** A header that tells any size. */
function tarHeader(name: string, size: number, type = '0'): Buffer {
  const block = Buffer.alloc(512);
  block.write(name);
  block.write('0000644\0', 100);
  block.write('0000000\x000000000\0', 108);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

describe('finding commits', () => {
  const insert = (
    projectId: string,
    identifier: string,
    more: { ref?: string; ref_names?: string[]; time?: string } = {},
  ) =>
    platform.platform.db
      .insertInto('commits')
      .values({
        project_id: projectId,
        identifier,
        ref: more.ref ?? '',
        ref_names: more.ref_names ?? [],
        commit_time: more.time ?? '2026-01-01T00:00:00Z',
        config_error: null,
        snapshot_key: null,
        snapshot_sha256: null,
        snapshot_size: null,
      })
      .execute();
  const sha = (start: string) => start.padEnd(40, '0');
  const get = async (text: string, query = '', as = ada) =>
    (await api.call('GET', `/api/v0/commits/${text}/${query}`, { as })).body;

  test('by identifier, its beginning, branch and id', async () => {
    const id = await newProject('find');
    await insert(id, sha('abcd1'), { ref: 'main', ref_names: ['main', 'v1.0'] });
    await insert(id, sha('abcd2'), { ref: 'feature/x', ref_names: ['feature/x'] });
    for (const text of [sha('abcd1'), 'abcd1', 'main', 'v1.0']) {
      expect((await get(text, `?project=${id}`)).identifier).toBe(sha('abcd1'));
    }
    const found = await get('feature%2Fx', `?project=${id}`);
    expect(found.identifier).toBe(sha('abcd2'));
    expect((await get(found.id)).identifier).toBe(sha('abcd2'));
    expect((await get('abcd', `?project=${id}`)).code).toBe('ambiguous');
    expect((await get('ffff', `?project=${id}`)).code).toBe('not_found');
  });

  test('without a project, among all that one may see and no others', async () => {
    const eve = await platform.person('eve2');
    const hidden = await newProject('hidden', eve);
    await insert(hidden, sha('eeee1'));
    expect((await get(sha('eeee1'))).code).toBe('not_found');
    expect((await get(sha('eeee1'), '', eve)).project_id).toBe(hidden);
    expect((await get(sha('eeee1'), `?project=${hidden}`)).code).toBe('not_found');
  });

  test('a list is newest first, with or without ad-hoc ones, big pages honoured', async () => {
    const id = await newProject('listed');
    for (let i = 0; i < 120; i++) {
      await insert(id, sha(`c${String(i).padStart(3, '0')}`), {
        time: new Date(2026, 0, 1, 0, i).toISOString(),
      });
    }
    await upload(await packageOf({ 'valohai.yaml': YAML, who: 'listed' }), {}, id);
    const list = (query: string) => api.call('GET', `/api/v0/commits/?project=${id}${query}`, { as: ada });
    const git = await list('&adhoc=false&limit=9000');
    expect(git.body.count).toBe(120);
    expect(git.body.results).toHaveLength(120);
    expect(git.body.results[0].identifier).toBe(sha('c119'));
    expect((await list('&adhoc=True')).body.results.map((c: { adhoc: boolean }) => c.adhoc)).toEqual([true]);
    expect((await list('&limit=0')).body.results).toHaveLength(121);
    const page = (await list('&limit=50&offset=50')).body;
    expect(page.results).toHaveLength(50);
    expect(new URL(page.next).searchParams.get('offset')).toBe('100');
    expect(new URL(page.previous).searchParams.get('offset')).toBe('0');
    expect((await list('&no_count=true&limit=10')).body).not.toHaveProperty('count');
    const bare = await api.call('GET', `/api/v0/projects/${id}/commits/`, { as: ada });
    expect(bare.body).toHaveLength(121);
  });
});
