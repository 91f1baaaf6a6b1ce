/**
 * The official client's requests as they were captured, and of each answer the fields that the client reads: one test per
 * row of contract 1.2 that is not of pipelines, tasks, deployments, models, aliases or notebooks, one per quirk of 1.11.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageOf } from '../../support/api.ts';
import {
  type CallOptions,
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { logLines, makeWorld, startedRun, type World } from '../../support/runs.ts';
import { type GitHost, startGitHost } from '../../support/sshd.ts';

const BASE = 'http://cove.test:8000';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
let platform: TestPlatform;
let api: TestApp;
let world: World;
let ada: Person;
let git: GitHost;
/** A run that has ended, with a log, metadata and one output. */
let ended: { id: string; counter: number; datum: string };

beforeAll(async () => {
  [platform, git] = await Promise.all([testPlatform(), startGitHost()]);
  platform.platform.trustedGitUrls.push(`127.0.0.1:${git.port}`);
  api = await testApp(platform.platform);
  ada = await platform.person('ada', { password: 'correct horse' });
  world = await makeWorld(platform, ada);
  ended = await endedRun();
});
afterAll(async () => {
  await git?.close();
  await api?.close();
  await platform?.close();
});

const call = (method: string, path: string, options: CallOptions = {}) =>
  api.call(method, `/api/v0${path}`, { as: ada, ...options });
const get = async (path: string) => {
  const { status, body } = await call('GET', path);
  expect([path, status]).toEqual([path, 200]);
  return body;
};
const work = (path: string, json: unknown) =>
  api.call('POST', `/api/worker/v1/${path}`, {
    headers: { authorization: `Worker ${world.workerToken}` },
    json,
  });
/** What `vh exec run plain` sends. */
const request = (more: object = {}) => ({
  commit: world.identifier,
  project: world.projectId,
  step: 'plain',
  inputs: {},
  parameters: {},
  environment_variables: {},
  tags: [],
  runtime_config: {},
  ...more,
});
const run = async (more: object = {}) => {
  const { status, body } = await call('POST', '/executions/', { json: request(more) });
  expect(status).toBe(201);
  return body;
};

async function endedRun() {
  const { execution_id: id, counter, token } = await startedRun(world);
  await platform.platform.queue.appendLog(world.slug, id, 1, logLines(1, 3));
  await work(`runs/${id}/metadata`, {
    token,
    points: [{ seq: 2, time: '2026-01-31T12:00:00.000003', value: { loss: 0.5 } }],
  });
  const files = [{ kind: 'output', name: 'dir/out.txt', size: 5 }];
  const { uploads } = (await work(`runs/${id}/uploads`, { token, files })).body;
  await api.call('PUT', uploads[0].url.slice(BASE.length), { payload: 'hello' });
  const checksums = { md5: 'a', sha1: 'b', sha256: 'c' };
  const times = { file_ctime: '2026-01-31T12:00:00Z', file_mtime: '2026-01-31T12:00:00Z' };
  const { storage_key } = uploads[0];
  const output = { storage_key, name: 'dir/out.txt', size: 5, ...checksums, ...times, metadata: {} };
  const { datum_ids } = (await work(`runs/${id}/outputs`, { token, outputs: [output] })).body;
  await work(`runs/${id}/end`, { token, status: 'complete', exit_code: 0, reason: '', log_lines: 3 });
  return { id, counter, datum: datum_ids[0] as string };
}

describe('contract 1.2, row by row', () => {
  test('1 POST /get-token/: login', async () => {
    const form = { username: 'ada', password: 'correct horse' };
    const { status, body } = await api.call('POST', '/api/v0/get-token/', { form });
    expect([status, Object.keys(body), typeof body.token]).toEqual([200, ['token'], 'string']);
  });

  test('2 GET /users/me/: login', async () => {
    expect(await get('/users/me/')).toMatchObject({
      id: ada.id,
      username: 'ada',
      email: 'ada@example.com',
      first_name: expect.any(String),
      last_name: expect.any(String),
    });
  });

  test('3 GET, POST /projects/: project list, link, create', async () => {
    const made = await call('POST', '/projects/', {
      form: { name: 'Iris', description: 'flowers', owner: 'ada' },
    });
    expect(made).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(UUID), name: 'Iris', owner: { username: 'ada' } },
    });
    for (const limit of [9000, 1000]) {
      const { results } = await get(`/projects/?limit=${limit}`);
      expect(results.find(({ id }: { id: string }) => id === made.body.id)).toMatchObject({
        name: 'Iris',
        description: 'flowers',
        owner: { id: ada.organizationId, username: 'ada' },
      });
    }
  });

  test('4 GET /projects/ownership_options/: project create', async () => {
    expect(await get('/projects/ownership_options/')).toEqual(['ada']);
  });

  test('5 GET /projects/<id>/: status, open, variables, lint', async () => {
    const project = await get(`/projects/${world.projectId}/`);
    expect(project).toMatchObject({
      id: world.projectId,
      yaml_path: '',
      environment_variables: {},
      execution_summary: { count: expect.any(Number), complete_count: 1, stopping_hard_count: 0 },
      read_only: false,
      url: `${BASE}/api/v0/projects/${world.projectId}/`,
      urls: { display: expect.stringContaining(`${BASE}/p/ada/`), display_repository: expect.any(String) },
      ctime: expect.stringMatching(TIME),
      // Documented, though the client does not read them (contract 1.12).
      default_environment: null,
      default_store: null,
      upload_store_id: null,
      repository: null,
      tags: [],
      execution_count: expect.any(Number),
      queued_execution_count: expect.any(Number),
      running_execution_count: expect.any(Number),
      last_execution_ctime: expect.stringMatching(TIME),
      enabled_endpoint_count: 0,
    });
  });

  test('6 GET /projects/<id>/commits/: project commits', async () => {
    const commits = await get(`/projects/${world.projectId}/commits/`);
    expect(commits[0]).toMatchObject({
      identifier: world.identifier,
      ref: 'main',
      commit_time: expect.stringMatching(TIME),
      adhoc: false,
      description: '',
    });
  });

  test('7 POST /projects/<id>/fetch/: project fetch, with an empty body', async () => {
    const id = (await call('POST', '/projects/', { form: { name: 'of git' } })).body.id;
    const repository = await git.repository('contract', { 'valohai.yaml': '[]\n' });
    const set = await call('PUT', `/projects/${id}/repository/`, { json: { url: repository.sshUrl } });
    await git.authorize(set.body.public_key);
    const fetched = await call('POST', `/projects/${id}/fetch/`, { payload: '' });
    expect(fetched).toMatchObject({
      status: 200,
      body: { commits: [{ ref: 'main', identifier: expect.stringMatching(/^[0-9a-f]{40}$/) }], errors: [] },
    });
    expect((await get(`/repositories/?project=${id}`)).results).toMatchObject([
      { project: id, url: repository.sshUrl, ref: null },
    ]);
  });

  test('8 POST, DELETE /projects/<id>/environment_variable/', async () => {
    const path = `/projects/${world.projectId}/environment_variable/`;
    const json = { name: 'MODE-X', value: 'fast', secret: false };
    expect((await call('POST', path, { json })).status).toBe(201);
    expect((await get(`/projects/${world.projectId}/`)).environment_variables).toEqual({
      'MODE-X': { value: 'fast', secret: false },
    });
    expect((await call('DELETE', path, { json: { name: 'MODE-X' } })).status).toBe(200);
    expect((await call('DELETE', path, { json: { name: 'MODE-X' } })).status).toBe(404);
  });

  test('9 POST /projects/<id>/import-package/: once, and skipped the second time; what is no archive is told', async () => {
    const archive = await packageOf({ 'valohai.yaml': '[]\n' });
    const identifier = `~${createHash('sha256').update(archive).digest('hex')}`;
    const known = `/commits/${identifier}/?project=${world.projectId}`;
    expect((await call('GET', known)).status).toBe(404);
    const upload = async (bytes: Buffer) => {
      const form = new FormData();
      form.set('data', new Blob([new Uint8Array(bytes)], { type: 'application/gzip' }), 'data.tgz');
      form.set('description', '');
      form.set('yaml_path', 'valohai.yaml');
      const sent = new Response(form);
      return call('POST', `/projects/${world.projectId}/import-package/`, {
        headers: { 'content-type': sent.headers.get('content-type') ?? '' },
        payload: Buffer.from(await sent.arrayBuffer()),
      });
    };
    expect(await upload(archive)).toMatchObject({ status: 201, body: { identifier, adhoc: true } });
    expect(await get(known)).toMatchObject({ identifier, adhoc: true, ref: 'adhoc' });
    const wrong = await upload(Buffer.from('no archive'));
    expect(wrong).toMatchObject({ status: 400, body: { data: [{ message: expect.any(String) }] } });
  });

  test('10 GET /commits/, GET /commits/<identifier>/: run, remote mode', async () => {
    const { results } = await get(`/commits/?project=${world.projectId}&adhoc=false&limit=9000`);
    expect(results).toMatchObject([
      { identifier: world.identifier, adhoc: false, commit_time: expect.stringMatching(TIME) },
    ]);
    const remote = await get(`${results[0].url.slice(`${BASE}/api/v0`.length)}?include=config`);
    expect(remote.config[0].step.name).toBe('train');
    // `deployment create-version` names no project.
    expect((await get(`/commits/${world.identifier}/?include=config`)).config).toHaveLength(2);
  });

  test('11 GET, POST /executions/: run, list, status', async () => {
    const made = await run();
    expect(made).toMatchObject({
      counter: expect.any(Number),
      urls: { display: expect.stringMatching(`^${BASE}/p/ada/.*/executions/${made.counter}/$`) },
    });
    const list = `/executions/?project=${world.projectId}&limit=9001&ordering=-counter&deleted=false`;
    const { results } = await get(`${list}&status=queued&status=error&creator=${ada.id}`);
    expect(results[0]).toMatchObject({
      counter: made.counter,
      status: 'queued',
      step: 'plain',
      duration: null,
      urls: { display: expect.any(String) },
    });
    const incomplete = `/executions/?project=${world.projectId}&status=incomplete&ordering=counter`;
    expect((await get(incomplete)).results.length).toBeGreaterThan(0);
    for (const filter of [
      `step=plain`,
      `environment=${world.slug}`,
      `commit=${world.identifier}`,
      'tag=none',
    ]) {
      const { count } = await get(`/executions/?project=${world.projectId}&${filter}`);
      expect([filter, count > 0]).toEqual([filter, filter !== 'tag=none']);
    }
  });

  test('12 GET, DELETE /executions/<id or project:counter>/: info, summarize, delete', async () => {
    const detail = await get(`/executions/${world.projectId}:${ended.counter}/?exclude=metadata,events`);
    expect(detail).toMatchObject({
      id: ended.id,
      counter: ended.counter,
      status: 'complete',
      duration: expect.any(Number),
      cumulative_metadata: { loss: 0.5 },
      project: { name: expect.any(String) },
      environment: { name: expect.any(String) },
      commit: { identifier: world.identifier, url: expect.any(String) },
      inputs: [],
      parameters: {},
      outputs: [{ id: ended.datum, name: 'dir/out.txt', size: 5, purged: false }],
      url: `${BASE}/api/v0/executions/${ended.id}/`,
      urls: { display: expect.any(String), stop: expect.any(String), copy: expect.any(String) },
    });
    const gone = await run();
    await call('POST', `/executions/${gone.id}/stop/`);
    expect((await call('DELETE', `/executions/${world.projectId}:${gone.counter}/`)).status).toBe(204);
    expect((await call('DELETE', `/executions/${world.projectId}:${gone.counter}/`)).status).toBe(404);
    // Counters are not given twice.
    expect((await run()).counter).toBe(gone.counter + 1);
  });

  test('13 GET /executions/<id>/events/, status-events/: logs, watch, ssh', async () => {
    const log = await get(`/executions/${ended.id}/events/?limit=100`);
    expect(log).toMatchObject({ total: 3, truncated: false });
    for (const event of log.events) {
      expect(Object.keys(event).sort()).toEqual(['message', 'stream', 'time']);
      expect(event.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    }
    expect(new Set(log.events.map((event: object) => JSON.stringify(event))).size).toBe(3);
    expect(await get(`/executions/${ended.id}/status-events/?limit=100`)).toEqual({
      total: 0,
      status_events: [],
    });
  });

  test('14 POST /executions/<id>/stop/: the address is read from the answer', async () => {
    const made = await run();
    const stop = await api.call('POST', made.urls.stop.slice(BASE.length), { as: ada, payload: '' });
    expect(stop).toMatchObject({ status: 200, body: { message: `Execution #${made.counter} is stopped.` } });
  });

  test('15 GET /data/, GET /data/<id>/download/, POST /data/<id>/purge/: data list, outputs, delete', async () => {
    const other = await endedRun();
    const list = `/data/?limit=100&ordering=-ctime&deleted=false&no_count=true&project=${world.projectId}`;
    const { results, ...envelope } = await get(list);
    expect(envelope).not.toHaveProperty('count');
    expect(results[0]).toMatchObject({
      id: other.datum,
      name: 'dir/out.txt',
      size: 5,
      ctime: expect.stringMatching(TIME),
      uri: `datum://${other.datum}`,
      output_execution: { counter: other.counter },
    });
    const outputs = `/data/?output_execution=${other.id}&limit=5000`;
    expect((await get(outputs)).results).toHaveLength(1);
    expect((await get(`${outputs}&offset=1`)).results).toEqual([]);
    const { url } = await get(`/data/${other.datum}/download/`);
    expect((await api.call('GET', url.slice(BASE.length))).text).toBe('hello');
    expect((await call('POST', `/data/${other.datum}/purge/`, { payload: '' })).status).toBe(200);
    expect((await get(`/executions/${other.id}/`)).outputs).toMatchObject([{ purged: true }]);
  });

  test('16 GET /data/<id>: valohai-utils, without a slash', async () => {
    expect(await get(`/data/${ended.datum}`)).toMatchObject({
      id: ended.datum,
      name: 'dir/out.txt',
      sha256: 'c',
    });
  });

  test('16, 17 GET /datum-aliases/resolve/, GET /datum-aliases/: valohai-utils outside a job, alias list', async () => {
    const body = { project: world.projectId, name: 'the-best', datum: ended.datum };
    expect((await call('POST', '/datum-aliases/', { json: body })).status).toBe(201);
    expect(await get(`/datum-aliases/resolve/?name=the-best&project=${world.projectId}`)).toMatchObject({
      datum: { id: ended.datum, name: 'dir/out.txt', sha256: 'c' },
    });
    const query = `limit=100&ordering=-ctime&deleted=false&no_count=true&project=${world.projectId}`;
    const { results, ...envelope } = await get(`/datum-aliases/?${query}`);
    expect(envelope).toEqual({ next: null, previous: null });
    expect(results).toMatchObject([
      { name: 'the-best', mtime: expect.stringMatching(/\.\d{6}Z$/), datum: { name: 'dir/out.txt' } },
    ]);
  });

  test('21 GET /environments/: environments', async () => {
    const fields = {
      name: expect.any(String),
      slug: world.slug,
      description: '',
      gpu_spec: '',
      per_hour_price_usd: expect.any(String),
      per_user_queue_quota: 0,
    };
    const { results } = await get('/environments/?limit=9000');
    expect(results[0]).toMatchObject({ ...fields, enabled: true, type: 'vm', owner: null, has_gpu: false });
    expect(results[0]).not.toHaveProperty('unfinished_job_count');
    const counted = await get('/environments/?limit=9000&include=unfinished_job_count');
    expect(counted.results[0]).toMatchObject({ ...fields, unfinished_job_count: expect.any(Number) });
  });
});

describe('contract 1.11, the client’s quirks', () => {
  test('1 a doubled slash before stop', async () => {
    const { id } = await run();
    expect((await call('POST', `/executions/${id}//stop/`, { payload: '' })).status).toBe(200);
  });
  test('2 /data/<id> without a slash, and without a redirect', async () =>
    expect((await call('GET', `/data/${ended.datum}`)).status).toBe(200));
  test('3 exclude with a space', async () => {
    const detail = await get(`/executions/${ended.id}/?exclude=metadata,%20events,%20tags`);
    expect(detail).not.toHaveProperty('tags');
    expect(detail.id).toBe(ended.id);
  });
  test('4 deleted=True with a capital', async () => {
    const gone = await run();
    await call('POST', `/executions/${gone.id}/stop/`);
    await call('DELETE', `/executions/${gone.id}/`);
    const ids = async (deleted: string) =>
      (await get(`/executions/?project=${world.projectId}&limit=9001&deleted=${deleted}`)).results.map(
        ({ id }: { id: string }) => id,
      );
    expect(await ids('True')).toContain(gone.id);
    expect(await ids('False')).not.toContain(gone.id);
  });
  test('5 a DELETE with a body in JSON', async () => {
    const path = `/projects/${world.projectId}/environment_variable/`;
    await call('POST', path, { json: { name: 'GO', value: '1', secret: false } });
    expect((await call('DELETE', path, { json: { name: 'GO' } })).status).toBe(200);
  });
  test('6 time_limit as a float', async () => expect((await run({ time_limit: 90.0 })).time_limit).toBe(90));
  test('7 null for a parameter without a value, and flags left out', async () => {
    const made = await run({ step: 'train', parameters: { epochs: 5, rate: 0.1, label: null } });
    expect(made.parameters).toMatchObject({ epochs: 5, label: null });
    expect(made.interpolated_command).not.toMatch(/label|verbose/);
  });
  test('10 limit=9001 for lists, limit=0 for events', async () => {
    expect((await get(`/executions/?project=${world.projectId}&limit=9001`)).next).toBeNull();
    expect((await get(`/executions/${ended.id}/events/?limit=0`)).events).toHaveLength(3);
  });
  test('11 short answers to a stop', async () => {
    const { text } = await call('POST', `/executions/${ended.id}/stop/`, { payload: '' });
    expect(text).toBe(`{"message":"Execution #${ended.counter} has already ended (complete)."}`);
  });
  test('12 ids of projects do not change', async () => {
    await call('PATCH', `/projects/${world.projectId}/`, { json: { description: 'changed' } });
    expect((await get(`/projects/${world.projectId}/`)).id).toBe(world.projectId);
  });
  test('13 an empty POST without a content type', async () => {
    const { id } = await run();
    expect((await call('POST', `/executions/${id}/stop/`)).status).toBe(200);
  });
  test('14 environments by id and by slug, anywhere', async () => {
    for (const environment of [world.slug, world.environmentId]) {
      expect((await run({ environment })).environment.slug).toBe(world.slug);
      const set = await call('PATCH', `/projects/${world.projectId}/`, {
        json: { default_environment: environment },
      });
      expect(set.body.default_environment).toMatchObject({ id: world.environmentId, slug: world.slug });
      expect((await get(`/environments/${environment}/`)).slug).toBe(world.slug);
    }
    const unknown = await call('POST', '/executions/', { json: request({ environment: 'nowhere' }) });
    expect(unknown.body.environment[0].code).toBe('does_not_exist');
  });
});

describe('conformance 3, extra checks', () => {
  test('addresses are those of the very host and port of the request, also behind a proxy', async () => {
    const detail = (headers: Record<string, string>) => call('GET', `/executions/${ended.id}/`, { headers });
    const direct = (await detail({ host: 'gpu.example:8000' })).body;
    expect(direct.urls.stop).toBe(`http://gpu.example:8000/api/v0/executions/${ended.id}/stop/`);
    const proxied = (await detail({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'cove.example' })).body;
    expect([proxied.url, proxied.project.url]).toEqual([
      `https://cove.example/api/v0/executions/${ended.id}/`,
      `https://cove.example/api/v0/projects/${world.projectId}/`,
    ]);
  });
  test(':latest is the last one that was made', async () => {
    const made = await run();
    expect((await get(`/executions/${world.projectId}:latest/`)).id).toBe(made.id);
  });
  test('pages follow one another in every list', async () => {
    const root = await get('/');
    expect(root.executions).toBe(`${BASE}/api/v0/executions/`);
    delete root['worker-stacks']; // the operator's alone
    for (const [name, url] of Object.entries<string>(root)) {
      const first = await get(`${url.slice(`${BASE}/api/v0`.length)}?limit=1&ordering=-ctime`);
      expect([name, Object.keys(first).sort()]).toEqual([name, ['count', 'next', 'previous', 'results']]);
      if (first.next !== null) {
        const second = await get(first.next.slice(`${BASE}/api/v0`.length));
        expect([name, second.previous !== null]).toEqual([name, true]);
        expect(second.results).not.toEqual(first.results);
      }
    }
  });
});

test('projects: tags and a default environment from the first; a template is refused in words', async () => {
  const make = (json: object) => call('POST', '/projects/', { json: { name: 'Documented', ...json } });
  const refused = await make({ template: 'mnist' });
  expect(refused).toMatchObject({ status: 400, body: { template: [{ code: 'invalid' }] } });
  const made = await make({
    tags: ['a', ' a', 'b'],
    default_environment: world.slug,
    default_notifications: true,
  });
  expect(made).toMatchObject({
    status: 201,
    body: { tags: ['a', 'b'], default_environment: { slug: world.slug } },
  });
  expect((await get('/projects/?tag=a&tag=b')).count).toBe(1);
  expect((await get('/projects/?tag=a&tag=c')).count).toBe(0);
  const changed = await call('PATCH', `/projects/${made.body.id}/`, { json: { tags: [] } });
  expect(changed.body.tags).toEqual([]);
});
