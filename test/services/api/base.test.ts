/** What holds for every route: slashes, bodies, errors, addresses, headers (client-contract 1.1, 1.11). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  api = await testApp(platform.platform, { web: '/nonexistent' });
  ada = await platform.person('ada');
  project = (await api.call('POST', '/api/v0/projects/', { as: ada, json: { name: 'base' } })).body.id;
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

describe('paths', () => {
  test.each(['/api/v0/users/me', '/api/v0/users/me/', '/api/v0/users/me//', '//api//v0/users//me/'])(
    '%s is served without a redirect',
    async (path) => expect((await api.call('GET', path, { as: ada })).status).toBe(200),
  );
  test('an unknown one is 404 in JSON below /api, for programs elsewhere, and a page for people', async () => {
    for (const path of ['/api/v0/nothing/', '/api/', '/git/other.git/info/refs']) {
      const answer = await api.call('GET', path, { as: ada });
      expect([path, answer.status, typeof answer.body?.message]).toEqual([path, 404, 'string']);
    }
    const page = await api.call('GET', '/p/ada/base/');
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/not built/);
    expect((await api.call('POST', '/p/ada/base/')).status).toBe(404);
  });
});

describe('bodies', () => {
  const variable = () => `/api/v0/projects/${project}/environment_variable/`;
  test('an empty POST needs no Content-Type, and an odd one does no harm', async () => {
    const path = `/api/v0/projects/${project}/fetch/`;
    expect((await api.call('POST', path, { as: ada })).status).toBe(200);
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const headers = { 'content-type': type, 'content-length': '0' };
      expect((await api.call('POST', path, { as: ada, headers })).status).toBe(200);
    }
  });
  test('a form counts like JSON', async () => {
    const form = { name: 'A', value: '1', secret: 'True' };
    expect((await api.call('POST', variable(), { as: ada, form })).status).toBe(201);
    const { body } = await api.call('GET', `/api/v0/projects/${project}/`, { as: ada });
    expect(body.environment_variables.A).toEqual({ value: null, secret: true });
  });
  test('DELETE may have one', async () => {
    await api.call('POST', variable(), { as: ada, json: { name: 'B', value: '1' } });
    expect((await api.call('DELETE', variable(), { as: ada, json: { name: 'B' } })).status).toBe(200);
  });
  test('broken JSON, a missing body, a wrong type and a huge one are told apart', async () => {
    const json = { 'content-type': 'application/json' };
    const broken = await api.call('POST', variable(), { as: ada, headers: json, payload: '{"name": ' });
    expect([broken.status, broken.body.code]).toEqual([400, 'invalid']);
    const missing = await api.call('POST', variable(), { as: ada });
    expect(missing.status).toBe(400);
    const xml = { 'content-type': 'application/xml' };
    const wrong = await api.call('POST', variable(), { as: ada, headers: xml, payload: '<x/>' });
    expect(wrong.body.message).toMatch(/application\/xml/);
    const huge = await api.call('POST', variable(), {
      as: ada,
      headers: json,
      payload: ' '.repeat(11 * 1024 ** 2),
    });
    expect([huge.status, huge.body.code]).toEqual([413, 'too_large']);
  });
  test('text that cannot be stored, and bytes that are no text, are refused by the name of the field', async () => {
    const json = { 'content-type': 'application/json' };
    const zero = await api.call('POST', variable(), { as: ada, json: { name: 'Z', value: 'a\0b' } });
    expect([zero.status, Object.keys(zero.body)]).toEqual([400, ['value']]);
    const half = await api.call('POST', variable(), {
      as: ada,
      headers: json,
      payload: '{"name": "Z", "value": "\\ud800"}',
    });
    expect([half.status, Object.keys(half.body)]).toEqual([400, ['value']]);
    for (const [path, field] of [
      ['/api/v0/data/?name=%00', 'name'],
      ['/api/v0/commits/a%00b/', 'commit'],
    ] as const) {
      const refused = await api.call('GET', path, { as: ada });
      expect([path, refused.status, Object.keys(refused.body)]).toEqual([path, 400, [field]]);
    }
    const payload = Buffer.concat([
      Buffer.from('{"name": "Z", "value": "'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    const bytes = await api.call('POST', variable(), { as: ada, headers: json, payload });
    expect([bytes.status, bytes.body.code]).toEqual([400, 'invalid']);
  });
  test('JSON nested a million deep costs little, and is refused', async () => {
    const headers = { 'content-type': 'application/json' };
    const before = process.memoryUsage().rss;
    for (const payload of ['['.repeat(1_000_000), `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`]) {
      expect((await api.call('POST', variable(), { as: ada, headers, payload })).status).toBe(400);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 ** 2);
  });
  test('a key that could turn objects inside out is dropped', async () => {
    const payload = `{"name": "C", "value": "1", "__proto__": {"secret": true}}`;
    const headers = { 'content-type': 'application/json' };
    expect((await api.call('POST', variable(), { as: ada, headers, payload })).status).toBe(201);
  });
});

describe('queries', () => {
  const detail = (query: string) => api.call('GET', `/api/v0/projects/${project}/${query}`, { as: ada });
  test('exclude leaves out, with spaces, and knows no wrong names', async () => {
    const { body } = await detail('?exclude=description,%20mtime,nonsense&include=whatever');
    expect(body).not.toHaveProperty('description');
    expect(body).not.toHaveProperty('mtime');
    expect(body.id).toBe(project);
  });
  test('what identifies an object stays', async () => {
    expect((await detail('?exclude=id,url')).body).toMatchObject({ id: project });
  });
  test('big limits, limit 0, unknown orderings and parameters are taken', async () => {
    for (const query of [
      'limit=9001',
      'limit=0',
      'ordering=nonsense',
      'foo=bar',
      'limit=5&limit=9',
      'deleted=True',
    ]) {
      const { status, body } = await api.call('GET', `/api/v0/projects/?${query}`, { as: ada });
      expect([query, status, body.results.length]).toEqual([query, 200, 1]);
    }
    expect((await api.call('GET', '/api/v0/projects/?limit=-1', { as: ada })).body.limit).toHaveLength(1);
  });
});

describe('addresses in answers', () => {
  const url = async (headers: Record<string, string>) =>
    (await api.call('GET', `/api/v0/projects/${project}/`, { as: ada, headers })).body.url as string;
  test('are those of the request', async () => {
    expect(await url({ host: 'gpu.example:8000' })).toBe(
      `http://gpu.example:8000/api/v0/projects/${project}/`,
    );
  });
  test('or of the proxy before it', async () => {
    const headers = { host: 'inner', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'cove.example' };
    expect(await url(headers)).toBe(`https://cove.example/api/v0/projects/${project}/`);
  });
});

describe('safety', () => {
  test('nothing from elsewhere, no frames, no guessing of types', async () => {
    const { headers } = await api.call('GET', '/api/v0/users/me/', { as: ada });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|upgrade-insecure/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
  test('an error of ours tells no details', async () => {
    const app = await testApp({ ...platform.platform, db: null as never });
    const answer = await app.call('GET', '/api/v0/users/me/', { as: ada });
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('internal');
    expect(answer.text).not.toMatch(/selectFrom|null|TypeError|\.ts/);
    await app.close();
  });
});

describe('health', () => {
  test('says how every part is', async () => {
    const { status, body } = await api.call('GET', '/healthz');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      parts: { database: { ok: true }, queue: { ok: true }, vault: { ok: true } },
    });
    expect((await api.call('GET', '/readyz')).status).toBe(200);
  });
  test('names the one that is away', async () => {
    const queue = { tryToWrite: () => Promise.reject(new Error('connect ECONNREFUSED')) };
    const app = await testApp({ ...platform.platform, queue: queue as never });
    const { status, body } = await app.call('GET', '/healthz');
    expect(status).toBe(503);
    expect(body.parts.queue).toEqual({ ok: false, error: 'connect ECONNREFUSED' });
    expect(body.parts.database.ok).toBe(true);
    expect((await app.call('GET', '/readyz')).status).toBe(200);
    await app.close();
  });
  test('lives while its database and its Vault are away, so that no machine is replaced for them', async () => {
    const away = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const app = await testApp({ ...platform.platform, secrets: { health: away } as never });
    expect((await app.call('GET', '/readyz')).status).toBe(503);
    expect(await app.call('GET', '/livez')).toMatchObject({ status: 200, body: { ok: true } });
    await app.close();
  });
});

test('the API describes itself: every path of the clients is there, with names that the pages show', async () => {
  const { body } = await api.call('GET', '/api/v0/openapi.json');
  expect(body.openapi).toMatch(/^3\.1/);
  for (const path of ['/api/v0/get-token/', '/api/v0/projects/{id}/fetch/', '/api/v0/commits/{commit}/']) {
    expect(Object.keys(body.paths)).toContain(path);
  }
  for (const operations of Object.values<Record<string, { summary?: string }>>(body.paths)) {
    for (const said of Object.values(operations)) expect(said.summary).toBeTruthy();
  }
  const page = await api.call('GET', '/api/docs/');
  expect(page.text).toContain('/api/v0/projects/');
  expect(page.text).not.toMatch(/<script|src=|https?:\/\//);
});
