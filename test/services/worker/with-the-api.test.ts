/** The worker against the real API: PostgreSQL, Redis, Vault and the object store are the real ones too. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { Api } from '../../support/api.ts';
import { type Person, type TestPlatform, testPlatform } from '../../support/platform.ts';
import { letWorkersIn, makeWorld, type World } from '../../support/runs.ts';
import { type OwnWorker, ownWorker } from '../../support/worker.ts';

let at: TestPlatform;
let world: World;
let app: App;
let api: Api;
let worker: OwnWorker;
async function run(command: string): Promise<{ id: string }> {
  const yaml = `- step:\n    name: go\n    image: none\n    command: ${JSON.stringify(command)}\n`;
  const commit = await api.importPackage(world.projectId, {
    'valohai.yaml': yaml,
    'deep/data.txt': 'of the commit\n',
  });
  return api.create(world.projectId, commit, 'go', { environment: world.environmentId });
}
const messages = async (id: string, stream: string) =>
  (await api.log(id)).filter((event) => event.stream === stream).map((event) => event.message);

// Design 5: whether the worker reaches Redis or has the API's relay, the same holds.
describe.each([
  ['Redis', false],
  ['the API', true],
])('with doorbell, stops and live log over %s', (_, relay) => {
  beforeAll(async () => {
    at = await testPlatform();
    const person: Person = await at.person('wanda');
    world = await makeWorld(at, person);
    await letWorkersIn(at);
    app = await buildApp(at.platform);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    api = new Api(url, person.token);
    worker = await ownWorker({ url, token: world.workerToken }, { relay });
    await worker.start();
  });
  afterAll(async () => {
    await worker?.close();
    await app?.close();
    await at?.close();
  });

  test('a job from an ad-hoc package runs to its end, with log, metadata and outputs', async () => {
    const { id } = await run(
      `cat deep/data.txt; echo '{"loss": 0.25}'; echo hello > $VH_OUTPUTS_DIR/out.txt; python3 - <<'X'\nprint(1)\nX`,
    );
    const ended = await api.end(id);
    expect(ended).toMatchObject({ status: 'complete', exit_code: 0, cumulative_metadata: { loss: 0.25 } });
    expect(await messages(id, 'stdout')).toEqual(['of the commit', '{"loss": 0.25}', '1']);
    expect(ended.outputs).toMatchObject([{ name: 'out.txt', size: 6 }]);
    expect((await api.download(ended.outputs[0]!.id)).toString()).toBe('hello\n');
  });

  test('an output becomes an input', async () => {
    const made = await run('mkdir $VH_OUTPUTS_DIR/a; echo first > $VH_OUTPUTS_DIR/a/b.txt');
    const [datum] = (await api.end(made.id)).outputs;
    const yaml = `- step:\n    name: go\n    image: none\n    command: cat $VH_INPUTS_DIR/in/b.txt $VH_CONFIG_DIR/inputs.json\n    inputs:\n      - name: in\n        default: datum://${datum!.id}\n`;
    const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml });
    const { id } = await api.create(world.projectId, commit, 'go', { environment: world.environmentId });
    expect((await api.end(id)).status).toBe('complete');
    const [line, ...json] = await messages(id, 'stdout');
    expect(line).toBe('first');
    expect(JSON.parse(json.join('')).in.files[0]).toMatchObject({
      name: 'b.txt',
      size: 6,
      datum_id: datum!.id,
    });
  });

  test('inputs on demand are fetched by the job alone, when it asks: of the project, of a dataset, of the web', async () => {
    const asked: string[] = [];
    const web = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('of the web');
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const page = `http://127.0.0.1:${(web.address() as AddressInfo).port}/page.txt`;
    const sidecar = JSON.stringify({ 'valohai.dataset-versions': ['dataset://asked/v1'] });
    const made = await run(
      `printf one > $VH_OUTPUTS_DIR/one.txt; printf two > $VH_OUTPUTS_DIR/two.txt; echo '${sidecar}' > $VH_OUTPUTS_DIR/two.txt.metadata.json`,
    );
    const [one] = (await api.end(made.id)).outputs.filter(({ name }) => name === 'one.txt');
    const ask = `
import json, os, urllib.request as web
ask = json.load(open(os.environ['VH_CONFIG_DIR'] + '/api.json'))['input_request']
call = web.Request(ask['url'] + '?inputs=later', method=ask['method'], headers=ask['headers'])
print(sorted(os.listdir(os.environ['VH_INPUTS_DIR'] + '/later') if os.path.exists(os.environ['VH_INPUTS_DIR'] + '/later') else []))
for file in json.load(web.urlopen(call))[0]['files']:
    print(file['filename'], file['download_intent'], web.urlopen(file['url']).read().decode())
`;
    const yaml = `- step:\n    name: go\n    image: none\n    command: python3 ask.py\n    inputs:\n      - {name: later, download: on-demand}\n`;
    const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml, 'ask.py': ask });
    const inputs = { later: [`datum://${one?.id}`, 'dataset://asked/v1', page] };
    const { id } = await api.create(world.projectId, commit, 'go', {
      environment: world.environmentId,
      inputs,
    });
    const { status } = await api.end(id);
    const said = await messages(id, 'stdout');
    expect([status, said], (await messages(id, 'stderr')).join('\n')).toEqual([
      'complete',
      ['[]', 'one.txt on-demand one', 'two.txt on-demand two', 'page.txt on-demand of the web'],
    ]);
    expect(asked).toEqual(['/page.txt']);
    web.close();
  });

  test('a cache volume keeps what one job left for the next, and the log says where', async () => {
    const step = 'cat $VH_CACHE_DIR/words/count || true; echo x >> $VH_CACHE_DIR/words/count';
    const yaml = `- step:\n    name: go\n    image: none\n    command: ${step}\n    cache-volumes: [words]\n`;
    const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml });
    const told: string[][] = [];
    for (let i = 0; i < 2; i++) {
      const { id } = await api.create(world.projectId, commit, 'go', { environment: world.environmentId });
      expect((await api.end(id)).status).toBe('complete');
      told.push(await messages(id, 'stdout'));
      expect((await messages(id, 'status')).join('\n')).toMatch(/^Cache volume .*\/words: /m);
    }
    expect(told).toEqual([[], ['x']]);
  });

  test('what a stop condition ended says so as its log’s last line', async () => {
    const yaml = `- step:\n    name: go\n    image: none\n    command: echo '{"loss":0.01}'; sleep 60\n    stop-condition: metadata.loss < 0.1\n`;
    const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml });
    const { id } = await api.create(world.projectId, commit, 'go', { environment: world.environmentId });
    const reason = 'Stopped: the stop condition holds: metadata.loss < 0.1';
    expect(await api.end(id)).toMatchObject({ status: 'stopped', status_detail: reason });
    expect((await messages(id, 'status')).at(-1)).toBe(reason);
  });

  test('a failure tells its code, a stop stops', async () => {
    const failing = await run('exit 4');
    expect(await api.end(failing.id)).toMatchObject({
      status: 'error',
      exit_code: 4,
      status_detail: expect.stringContaining('code 4'),
    });
    const long = await run('echo begun; sleep 100');
    await api.until(long.id, (r) => r.status === 'started');
    await expect.poll(() => messages(long.id, 'stdout'), { timeout: 10_000 }).toContain('begun');
    await api.ok('POST', `/executions/${long.id}/stop/`);
    expect((await api.end(long.id, 10)).status).toBe('stopped');
  });

  test('20,000 lines in chunks and stream make one log', async () => {
    const { id } = await run('seq 1 20000');
    await api.end(id);
    expect(await messages(id, 'stdout')).toEqual(Array.from({ length: 20_000 }, (_, i) => String(i + 1)));
    const chunk = await at.platform.db
      .selectFrom('log_chunks')
      .selectAll()
      .where('execution_id', '=', id)
      .executeTakeFirstOrThrow();
    const object = await at.platform.storage.get(chunk.storage_key);
    const text = gunzipSync(Buffer.concat(await Array.fromAsync(object as AsyncIterable<Buffer>))).toString();
    expect(text.trim().split('\n')).toHaveLength(5_000);
  });
});
