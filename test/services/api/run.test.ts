/** The real API and a real worker between them: no part of either is played by the test. */
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { letWorkersIn, makeWorld, type World } from '../../support/runs.ts';
import { type OwnWorker, ownWorker } from '../../support/worker.ts';

const CONFIG = [
  {
    step: {
      name: 'train',
      image: 'none',
      command: [
        'cat greeting.txt',
        'echo "secret: $KEY"',
        `echo '{"loss": 0.5, "epoch": 1}'`,
        'echo weights {parameter-value:rate} > $VH_OUTPUTS_DIR/model.bin',
      ],
      parameters: [{ name: 'rate', type: 'float', default: 0.1 }],
    },
  },
  {
    step: {
      name: 'count',
      image: 'none',
      command: 'seq 1 {parameter-value:n}',
      parameters: [{ name: 'n', type: 'integer' }],
    },
  },
  { step: { name: 'wait', image: 'none', command: 'echo waiting; sleep 600' } },
  {
    step: {
      name: 'read',
      image: 'none',
      command: 'cat $VH_INPUTS_DIR/model/model.bin; cat $VH_CONFIG_DIR/api.json',
      inputs: [{ name: 'model' }],
    },
  },
];

let test: TestPlatform;
let api: TestApp;
let world: World;
let ada: Person;
let worker: OwnWorker;
let address: string;

beforeAll(async () => {
  test = await testPlatform();
  const { db, secrets, storage } = test.platform;
  api = await testApp(test.platform);
  ada = await test.person('ada');
  world = await makeWorld(test, ada);
  address = await api.app.listen({ host: '127.0.0.1', port: 0 });
  await letWorkersIn(test);
  await secrets.put(`projects/${world.projectId}/variables`, { KEY: 'hush-hush' });
  await db
    .insertInto('project_variables')
    .values({ project_id: world.projectId, name: 'KEY', value: null, secret: true })
    .execute();

  const tar = pack();
  tar.entry({ name: 'greeting.txt' }, 'good day\n');
  tar.finalize();
  const archive = gzipSync(await buffer(tar));
  const snapshot_key = `projects/${world.projectId}/snapshots/run.tar.gz`;
  const { sha256, size } = await storage.put(snapshot_key, archive);
  const commit = {
    config: JSON.stringify(CONFIG),
    snapshot_key,
    snapshot_sha256: sha256,
    snapshot_size: size,
  };
  await db.updateTable('commits').set(commit).where('id', '=', world.commitId).execute();

  worker = await ownWorker({ url: address, token: world.workerToken });
  await worker.start();
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
  await test?.close();
});

const submit = async (step: string, more: object = {}) => {
  const json = { project: world.projectId, commit: 'main', step, ...more };
  return (await api.call('POST', '/api/v0/executions/', { as: ada, json })).body;
};
const read = async (path: string) => (await api.call('GET', `/api/v0/${path}`, { as: ada })).body;
const messages = async (id: string) =>
  (await read(`executions/${id}/events/?limit=0`)).events.map((event: { message: string }) => event.message);
const ended = async (id: string) => {
  await expect
    .poll(async () => (await read(`executions/${id}/`)).end_time, { timeout: 30_000 })
    .not.toBeNull();
  return read(`executions/${id}/`);
};

describe('a job, through API and worker', () => {
  it('runs from its commit, and leaves log, metadata and outputs', async () => {
    const { id } = await submit('train', { parameters: { rate: '0.25' } });
    const run = await ended(id);
    expect(run).toMatchObject({
      status: 'complete',
      exit_code: 0,
      cumulative_metadata: { loss: 0.5, epoch: 1 },
    });
    expect(run.executor_identity).toBe('one');
    const lines = await messages(id);
    expect(lines).toContain('good day');
    expect(lines.join('\n')).not.toContain('hush-hush');
    expect(run.outputs).toMatchObject([{ name: 'model.bin' }]);
    const { url } = await read(`data/${run.outputs[0].id}/download/`);
    const bytes = await fetch(url.replace('http://cove.test:8000', address));
    expect(await bytes.text()).toBe('weights 0.25\n');
    expect(await test.platform.queue.readLog(world.slug, id, '0-0')).toEqual([]);

    const next = await submit('read', { inputs: { model: [`datum://${run.outputs[0].id}`] } });
    expect(await ended(next.id)).toMatchObject({ status: 'complete' });
    expect(await messages(next.id)).toContain('weights 0.25');
  });

  it('keeps every line of a long log, in order', async () => {
    const { id } = await submit('count', { parameters: { n: 20_000 } });
    expect(await ended(id)).toMatchObject({ status: 'complete' });
    const { total, events } = await read(`executions/${id}/events/?limit=0`);
    const out = events.filter((event: { stream: string }) => event.stream === 'stdout');
    expect(out.map((event: { message: string }) => Number(event.message))).toEqual(
      Array.from({ length: 20_000 }, (_, i) => i + 1),
    );
    expect(total).toBe(events.length);
    expect(new Set(events.map((event: { time: string }) => event.time)).size).toBe(total);
  });

  it('stops when asked', async () => {
    const { id } = await submit('wait');
    await expect.poll(() => messages(id), { timeout: 10_000 }).toContain('waiting');
    await api.call('POST', `/api/v0/executions/${id}/stop/`, { as: ada });
    expect(await ended(id)).toMatchObject({ status: 'stopped' });
  });
});
