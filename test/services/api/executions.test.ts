import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { logLines, makeWorld, startedRun, type World } from '../../support/runs.ts';

let test: TestPlatform;
let api: TestApp;
let world: World;
let ada: Person;
let eve: Person;
beforeAll(async () => {
  test = await testPlatform();
  api = await testApp(test.platform);
  [ada, eve] = [await test.person('ada'), await test.person('eve')];
  world = await makeWorld(test, ada);
  await test.platform.secrets.put(`environments/${world.slug}`, { queue_username: 'u', queue_password: 'p' });
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const BASE = 'http://cove.test:8000';
const body = (more: object = {}) => ({
  project: world.projectId,
  commit: world.identifier,
  step: 'train',
  ...more,
});
const get = (path: string, as = ada) => api.call('GET', `/api/v0${path}`, { as });
const post = (path: string, json: unknown = {}, as = ada) => api.call('POST', `/api/v0${path}`, { as, json });
/** A report of the world's worker. */
const work = (path: string, json: unknown, token = world.workerToken) =>
  api.call('POST', `/api/worker/v1/${path}`, { json, headers: { authorization: `Worker ${token}` } });
const create = async (more: object = {}) => {
  const answer = await post('/executions/', body(more));
  expect(answer.status).toBe(201);
  return answer.body;
};

describe('an execution', () => {
  it('is made from JSON and has every field that clients know', async () => {
    const made = await create({ title: 'first', parameters: { epochs: 2 } });
    expect(made).toMatchObject({
      status: 'queued',
      title: 'first',
      commit: { identifier: world.identifier, ref: 'main' },
      project: { id: world.projectId, name: expect.any(String) },
      environment: { slug: world.slug, name: expect.any(String) },
      inputs: [
        { name: 'data', urls: ['https://example.com/iris.csv'] },
        { name: 'extra', urls: [] },
      ],
      parameters: { epochs: 2 },
      outputs: [],
      cumulative_metadata: {},
      duration: null,
      creator_name: 'ada',
      deleted: false,
      url: `${BASE}/api/v0/executions/${made.id}/`,
      urls: {
        stop: `${BASE}/api/v0/executions/${made.id}/stop/`,
        display: expect.stringMatching(`^${BASE}/p/ada/.*/executions/${made.counter}/$`),
      },
    });
    expect(made.ctime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    // Asked again, it says why it waits.
    const status_detail = expect.stringMatching(/^Waits: /);
    expect((await get(`/executions/${made.id}/`)).body).toEqual({ ...made, status_detail });
  });

  it('takes a whole number of 64 bits, as the client sends it, without rounding it', async () => {
    const json = { as: ada, headers: { 'content-type': 'application/json' } };
    const payload = JSON.stringify(body()).replace(/}$/, ',"parameters":{"epochs":1234567890123456789}}');
    const made = await api.call('POST', '/api/v0/executions/', { ...json, payload });
    expect(made.body.interpolated_command).toContain('--epochs=1234567890123456789 ');
    const copy = await post(`/executions/${made.body.id}/copy/`);
    expect(copy.body.parameters).toEqual(made.body.parameters);
    expect(copy.body.interpolated_command).toBe(made.body.interpolated_command);
  });

  it('is made from a form too', async () => {
    const form = { project: world.projectId, commit: 'main', step: 'plain', 'time-limit': '60', tags: 'x' };
    const answer = await api.call('POST', '/api/v0/executions/', { as: ada, form });
    expect(answer).toMatchObject({ status: 201, body: { step: 'plain', tags: ['x'], time_limit: 60 } });
  });

  it.each([
    [{ environment: 'nowhere' }, { environment: [{ code: 'does_not_exist' }] }],
    [{ step: undefined }, { step: [{ code: 'required' }] }],
    [{ parameters: { epochs: 'x' } }, { parameters: [{ code: 'invalid' }] }],
  ])('is refused with complaints by field: %j', async (more, complaint) => {
    expect(await post('/executions/', body(more))).toMatchObject({ status: 400, body: complaint });
  });

  it('is found by counter and latest, without what is excluded', async () => {
    const made = await create();
    for (const name of [`${world.projectId}:${made.counter}`, `${world.projectId}:latest`, made.id]) {
      const found = await get(`/executions/${name}/?exclude=metadata,%20events,tags,nonsense`);
      expect(found.body).toMatchObject({ id: made.id, counter: made.counter });
      expect(found.body).not.toHaveProperty('tags');
    }
    expect((await get(`/executions/${made.id}/`, eve)).status).toBe(404);
    expect((await get(`/executions/${world.projectId}:99999/`)).status).toBe(404);
    expect((await get('/executions/nonsense/')).status).toBe(404);
  });

  it('is listed with repeated filters and large limits', async () => {
    const [one, two] = [await create(), await create()];
    const of = (query: string) => get(`/executions/?project=${world.projectId}&${query}`);
    const both = await of(`counter=${one.counter}&counter=${two.counter}&ordering=counter&limit=9001`);
    expect(both.body).toMatchObject({ count: 2, next: null, previous: null });
    expect(both.body.results.map(({ counter }: { counter: number }) => counter)).toEqual([
      one.counter,
      two.counter,
    ]);
    await post(`/executions/${one.id}/stop/`);
    const stopped = await of('status=stopped&status=error&deleted=False');
    expect(stopped.body.results.map(({ id }: { id: string }) => id)).toContain(one.id);
    const incomplete = await of('status=incomplete&limit=9001');
    expect(incomplete.body.results.map(({ id }: { id: string }) => id)).not.toContain(one.id);
    const page = await of('limit=1&ordering=-counter');
    expect(page.body.next).toMatch(`${BASE}/api/v0/executions/`);
    expect((await api.call('GET', page.body.next.slice(BASE.length), { as: ada })).body.results).toHaveLength(
      1,
    );
    expect((await of('no_count=true')).body).not.toHaveProperty('count');
  });

  it('stops with a short message, an empty body and a doubled slash; is deleted; is gone', async () => {
    const { id, counter } = await create();
    expect((await api.call('DELETE', `/api/v0/executions/${id}/`, { as: ada })).status).toBe(409);
    const stop = await api.call('POST', `/api/v0/executions/${id}//stop/`, { as: ada, payload: '' });
    expect(stop).toMatchObject({ status: 200, body: { message: `Execution #${counter} is stopped.` } });
    expect((await api.call('DELETE', `/api/v0/executions/${id}/`, { as: ada })).status).toBe(204);
    expect((await get(`/executions/${id}/`)).status).toBe(404);
  });

  it('takes tags in place of those it had', async () => {
    const { id } = await create({ tags: ['old'] });
    const tagged = await post(`/executions/${id}/tags/`, { tags: [' new ', 'new', '', 'two'] });
    expect(tagged).toMatchObject({ status: 200, body: { tags: ['new', 'two'] } });
    expect((await get(`/executions/${id}/`)).body.tags).toEqual(['new', 'two']);
    expect(await post(`/executions/${id}/tags/`, { tags: 'two' })).toMatchObject({
      status: 400,
      body: { tags: [{ code: 'invalid' }] },
    });
    expect((await post(`/executions/${id}/tags/`, { tags: ['x'.repeat(201)] })).status).toBe(400);
    expect((await post(`/executions/${id}/tags/`, { tags: [] }, eve)).status).toBe(404);
  });

  it('can be copied', async () => {
    const made = await create({ parameters: { epochs: 9 } });
    const copy = await post(`/executions/${made.id}/copy/`, { title: 'again' });
    expect(copy).toMatchObject({ status: 201, body: { parameters: { epochs: 9 }, title: 'again' } });
  });
});

describe('a run, told by its worker', () => {
  it('goes from claim to end: status, log, metadata, outputs', async () => {
    const { id } = await create({ step: 'plain' });
    const hello = { protocol: 1, version: '0', hostname: 'h', cpus: 1, memory: 1, executors: ['docker'] };
    expect(await work('hello', hello)).toMatchObject({
      status: 200,
      body: { environment: { slug: world.slug } },
    });
    const claimed = await work('claim', { execution_id: id });
    expect(claimed).toMatchObject({ status: 200, body: { execution_id: id, command: 'echo hello' } });
    const { token, config } = claimed.body;
    expect((await work(`runs/${id}/heartbeat`, { token })).body).toMatchObject({ stop: false });

    const address = config.api.set_status_detail;
    const told = (headers: Record<string, string>) =>
      api.call('POST', address.url.slice(BASE.length), { headers, json: { status_detail: 'half way' } });
    expect((await told({ ...address.headers, Authorization: 'Execution nonsense' })).status).toBe(401);
    expect((await told(address.headers)).status).toBe(204);
    expect((await get(`/executions/${id}/`)).body.status_detail).toBe('half way');

    const points = [{ seq: 3, time: '2026-01-31T12:00:00.000003', value: { loss: 0.5 } }];
    expect((await work(`runs/${id}/metadata`, { token, points })).status).toBe(204);
    const metadata = (await get(`/executions/${id}/metadata/`)).body;
    expect(metadata).toMatchObject({ count: 1, results: [{ seq: 3, value: { loss: 0.5 } }] });

    const files = [{ kind: 'output', name: 'dir/out.txt', size: 5 }];
    const { uploads } = (await work(`runs/${id}/uploads`, { token, files })).body;
    const url = uploads[0].url.slice(BASE.length);
    expect((await api.call('PUT', url, { payload: 'hello' })).status).toBe(201);
    const times = { file_ctime: '2026-01-31T12:00:00Z', file_mtime: '2026-01-31T12:00:00Z' };
    const { storage_key } = uploads[0];
    const output = {
      storage_key,
      name: 'dir/out.txt',
      size: 5,
      md5: 'a',
      sha1: 'b',
      sha256: 'c',
      ...times,
      metadata: {},
    };
    const { datum_ids } = (await work(`runs/${id}/outputs`, { token, outputs: [output] })).body;

    const last = { token, status: 'complete', exit_code: 0, reason: '', log_lines: 0 };
    expect((await work(`runs/${id}/end`, last)).body).toEqual({ status: 'complete' });
    expect(await work(`runs/${id}/heartbeat`, { token })).toMatchObject({
      status: 409,
      body: { code: 'fenced' },
    });
    expect(await work('claim', { execution_id: id })).toMatchObject({
      status: 409,
      body: { code: 'not_claimable' },
    });

    const ended = (await get(`/executions/${id}/`)).body;
    expect(ended).toMatchObject({
      status: 'complete',
      exit_code: 0,
      cumulative_metadata: { loss: 0.5 },
      n_outputs: 1,
      outputs: [{ id: datum_ids[0], name: 'dir/out.txt', size: 5, purged: false }],
    });
    expect(ended.duration).toBeGreaterThanOrEqual(0);

    for (const path of [`/data/${datum_ids[0]}`, `/data/${datum_ids[0]}/`]) {
      expect((await get(path)).body).toMatchObject({
        name: 'dir/out.txt',
        sha256: 'c',
        output_execution: { counter: ended.counter },
      });
    }
    const listed = (await get(`/data/?output_execution=${id}&limit=5000`)).body;
    expect(listed.results).toMatchObject([{ id: datum_ids[0], uri: `datum://${datum_ids[0]}` }]);
    for (const list of ['data', 'executions', 'datum-aliases', 'datasets', 'dataset-versions']) {
      expect((await get(`/${list}/?project=${world.projectId}`, eve)).status, list).toBe(404);
      expect((await get(`/${list}/?project=nonsense`)).status, list).toBe(404);
      expect((await get(`/${list}/`, eve)).body.results, list).toEqual([]);
    }
    const properties = { lab: 'b', 'valohai.tags': ['good'], gone: 1 };
    const described = await post(`/data/${datum_ids[0]}/metadata/`, properties);
    expect(described).toMatchObject({ status: 200, body: { metadata: properties, tags: ['good'] } });
    const more = { datum_metadata: { [datum_ids[0]]: { gone: null, lab: 'c' } } };
    expect((await post('/data/metadata/apply/', more)).status).toBe(200);
    expect((await get(`/data/${datum_ids[0]}/`)).body).toMatchObject({ tags: ['good'] });
    expect((await get(`/data/${datum_ids[0]}/`)).body.metadata).toEqual({
      lab: 'c',
      'valohai.tags': ['good'],
    });
    expect((await get(`/data/?project=${world.projectId}&tag=good`)).body.results).toHaveLength(1);
    const unknown = { datum_metadata: { ...more.datum_metadata, [id]: { a: 1 } } };
    expect((await post('/data/metadata/apply/', unknown)).status).toBe(404);
    expect((await post(`/data/${datum_ids[0]}/metadata/`, {}, eve)).status).toBe(404);
    const download = (await get(`/data/${datum_ids[0]}/download/`)).body.url;
    expect(await api.call('GET', download.slice(BASE.length))).toMatchObject({ status: 200, text: 'hello' });
    const removed = await api.call('DELETE', `/api/v0/executions/${id}/?purge_outputs=true`, { as: ada });
    expect(removed.status).toBe(204);
    expect(
      (await api.call('POST', `/api/v0/data/${datum_ids[0]}/purge/`, { as: ada, payload: '' })).status,
    ).toBe(200);
    expect((await api.call('GET', download.slice(BASE.length))).status).toBe(404);
    expect((await get(`/data/?output_execution=${id}`)).body.results).toEqual([]);
  });

  it('is for those with a worker token', async () => {
    const { id } = await create();
    expect((await work('claim', { execution_id: id }, 'nonsense')).status).toBe(401);
    expect(
      (await api.call('POST', '/api/worker/v1/claim', { as: ada, json: { execution_id: id } })).status,
    ).toBe(401);
  });
});

describe('a log', () => {
  it('is shown as the clients read it', async () => {
    const run = await startedRun(world);
    await test.platform.queue.appendLog(world.slug, run.execution_id, 1, logLines(1, 2500));
    const path = `/executions/${run.execution_id}`;
    const window = (await get(`${path}/events/`)).body;
    expect(window).toMatchObject({ total: 2500, truncated: true });
    expect(window.events).toHaveLength(2000);
    expect(window.events[0]).toEqual({
      time: '2026-01-31T12:00:00.000501',
      stream: 'stdout',
      message: 'line 501',
    });
    expect((await get(`${path}/events/?limit=100`)).body.events).toHaveLength(100);
    expect((await get(`${path}/events/?limit=0`)).body).toMatchObject({ total: 2500, truncated: false });
    expect((await get(`${path}/status-events/?limit=100`)).body).toEqual({ total: 0, status_events: [] });
    const raw = await get(`${path}/log/`);
    expect(raw.headers['content-type']).toMatch(/^text\/plain/);
    expect(raw.text.split('\n')).toHaveLength(2501);
    expect(raw.text).toMatch(/^2026-01-31T12:00:00.000001 stdout line 1\n/);
    for (const part of ['events/', 'status-events/', 'log/', 'events/stream/', 'metadata/']) {
      expect((await get(`${path}/${part}`, eve)).status).toBe(404);
    }
  });

  it('is answered as a stream where it is long, and is valid JSON all the same', async () => {
    const run = await startedRun(world);
    for (let first = 1; first <= 12_000; first += 500) {
      await test.platform.queue.appendLog(world.slug, run.execution_id, 1, logLines(first, first + 499));
    }
    const { body: all } = await get(`/executions/${run.execution_id}/events/?limit=0`);
    expect(all.events).toHaveLength(12_000);
    expect(all.events.at(-1)).toMatchObject({ message: 'line 12000' });
  });
});

describe('the live log', () => {
  /** Reads server-sent events until the end of the stream, or until `enough` says so. */
  async function read(url: string, headers: Record<string, string>, enough: (text: string) => boolean) {
    const abort = new AbortController();
    const answer = await fetch(url, { headers, signal: abort.signal });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (enough(text)) break;
    }
    abort.abort();
    return text;
  }
  const ids = (text: string) => [...text.matchAll(/^id: 1-(\d+)$/gm)].map(([, seq]) => Number(seq));
  const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

  it('comes as it grows, goes on behind the last event seen, and ends', async () => {
    const address = await api.app.listen({ host: '127.0.0.1', port: 0 });
    const run = await startedRun(world);
    const { execution_id: id, token } = run;
    const url = `${address}/api/v0/executions/${id}/events/stream/`;
    const authorization = `Token ${ada.token}`;
    const say = (first: number, last: number) =>
      test.platform.queue.appendLog(world.slug, id, 1, logLines(first, last));
    await say(1, 10);
    const first = await read(url, { authorization }, (text) => ids(text).length >= 10);
    expect(ids(first)).toEqual(upTo(1, 10));
    expect(first).toContain(
      'data: {"seq":1,"time":"2026-01-31T12:00:00.000001","stream":"stdout","message":"line 1"}\n\n',
    );
    const rest = read(url, { authorization, 'last-event-id': '1-7' }, () => false);
    await say(11, 20);
    await work(`runs/${id}/end`, {
      token,
      status: 'error',
      exit_code: 1,
      reason: 'Exit code 1',
      log_lines: 20,
    });
    expect(ids(await rest)).toEqual(upTo(8, 20));
    expect(await rest).toMatch(/event: end\ndata: \{"status":"error"\}\n\n$/);
    const short = await read(`${url}?limit=5`, { authorization }, () => false);
    expect(short).toContain('event: window\ndata: {"total":20,"skipped":15}');
    expect(ids(short)).toEqual(upTo(16, 20));
    expect((await fetch(url)).status).toBe(401);
  });
});
