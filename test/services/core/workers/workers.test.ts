import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadDatum } from '../../../../app/core/data/download.ts';
import { getDatum } from '../../../../app/core/data/get.ts';
import { listData } from '../../../../app/core/data/list.ts';
import { purgeDatum } from '../../../../app/core/data/purge.ts';
import { createExecution } from '../../../../app/core/executions/create.ts';
import { getExecution } from '../../../../app/core/executions/get.ts';
import { metadataPoints } from '../../../../app/core/executions/metadata.ts';
import { stopExecution } from '../../../../app/core/executions/stop.ts';
import { claim } from '../../../../app/core/workers/claim.ts';
import { end } from '../../../../app/core/workers/end.ts';
import { heartbeat, heartbeats } from '../../../../app/core/workers/heartbeat.ts';
import { hello } from '../../../../app/core/workers/hello.ts';
import { reportLogChunk } from '../../../../app/core/workers/report-log-chunk.ts';
import { reportMetadata } from '../../../../app/core/workers/report-metadata.ts';
import { reportOutputs } from '../../../../app/core/workers/report-outputs.ts';
import { reportStatus } from '../../../../app/core/workers/report-status.ts';
import { uploads } from '../../../../app/core/workers/uploads.ts';
import type { JobSpec } from '../../../../app/protocol/worker.ts';
import { type Person, type TestPlatform, testPlatform } from '../../../support/platform.ts';
import { makeWorld, startedRun, type World } from '../../../support/runs.ts';

let test: TestPlatform;
let world: World;
let owner: Person;
let stranger: Person;
beforeAll(async () => {
  test = await testPlatform();
  [owner, stranger] = await Promise.all([test.person('ada'), test.person('eve')]);
  world = await makeWorld(test, owner);
  const login = { queue_username: 'u', queue_password: 'p' };
  await test.platform.secrets.put(`environments/${world.slug}`, login);
});
afterAll(() => test?.close());

const report = ({ execution_id: executionId, token }: JobSpec) => ({ executionId, token });
const complete = (run: JobSpec, more: object = {}) =>
  end(world.worker, { ...report(run), status: 'complete', exit_code: 0, reason: '', log_lines: 0, ...more });
const detail = async (run: JobSpec) =>
  (await getExecution(owner.context, { execution: run.execution_id, outputs: true })).execution;

describe('hello', () => {
  const request = { protocol: 1, version: '0', hostname: 'h', cpus: 2, memory: 1, executors: ['docker'] };
  it('tells whom the worker serves and how it reaches the queue', async () => {
    expect(await hello(world.worker, request)).toMatchObject({
      worker: { name: 'one' },
      environment: { slug: world.slug, executor: 'docker' },
      queue: { host: '127.0.0.1', username: 'u', password: 'p', tls: false },
    });
  });
  it('refuses another protocol, and a worker that cannot run what the environment runs', async () => {
    await expect(hello(world.worker, { ...request, protocol: 2 })).rejects.toMatchObject({
      reason: 'protocol',
    });
    await expect(hello(world.worker, { ...request, executors: ['process'] })).rejects.toThrow(
      /runs jobs by docker; this worker offers process/,
    );
  });
});

describe('a worker that cannot run jobs', () => {
  const request = { protocol: 1, version: '0', hostname: 'h', cpus: 2, memory: 1, executors: ['docker'] };
  it('is why a queued execution waits, as long as it says so', async () => {
    const { execution } = await createExecution(owner.context, {
      project: world.projectId,
      commit: world.identifier,
      step: 'plain',
    });
    const told = async () =>
      (await getExecution(owner.context, { execution: execution.id, outputs: false })).execution;
    await hello(world.worker, { ...request, unready: 'cannot run containers: no engine' });
    expect(await told()).toMatchObject({
      status: 'queued',
      status_detail: expect.stringMatching(/^Waits: worker one cannot run containers: no engine/),
    });
    await hello(world.worker, request);
    expect((await told()).status_detail).toMatch(/^Waits for its turn: it is next; 0 of 1 machines work/);
    await stopExecution(owner.context, { execution: execution.id });
  });
});

describe('claim', () => {
  it('hands over all that the job needs', async () => {
    await test.platform.db
      .insertInto('project_variables')
      .values([
        { project_id: world.projectId, name: 'MODE', value: 'project', secret: false },
        { project_id: world.projectId, name: 'KEY', value: null, secret: true },
      ])
      .execute();
    await test.platform.secrets.put(`projects/${world.projectId}/variables`, { KEY: 'hush' });
    const run = await startedRun(world, {
      step: 'train',
      title: 'T',
      tags: ['x'],
      environment_variables: { B: '2' },
    });
    expect(run).toMatchObject({
      attempt: 1,
      project: { id: world.projectId, name: expect.stringMatching(/^ada\/p-/) },
      image: 'python:3.12-slim',
      command: 'python train.py --epochs=5 --rate=0.1 --layers=8 --layers=8',
      environment_variables: { MODE: 'fast', KEY: 'hush', B: '2' },
      secrets: ['hush'],
      snapshot: {
        url: expect.stringMatching(/^\/store\/.*signature=/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      time_limit: 3600,
      no_output_timeout: 8 * 3600,
      inputs: [
        {
          name: 'data',
          files: [
            { uri: 'https://example.com/iris.csv', url: 'https://example.com/iris.csv', name: 'iris.csv' },
          ],
        },
        { name: 'extra', files: [] },
      ],
    });
    expect(run.config.parameters).toEqual({ epochs: 5, rate: 0.1, layers: [8, 8], label: null });
    expect(run.config.execution).toMatchObject({
      'valohai.execution-id': run.execution_id,
      'valohai.execution-counter': run.counter,
      'valohai.execution-title': 'T',
      'valohai.execution-tags': ['x'],
      'valohai.creator-name': 'ada',
      'valohai.creator-email': 'ada@example.com',
      'valohai.commit-identifier': world.identifier,
      'valohai.environment-slug': world.slug,
    });
    expect(run.config.api).toMatchObject({ set_status_detail: { method: 'POST' } });
    expect(JSON.stringify(run.config.api)).not.toContain(run.token);
    expect(await detail(run)).toMatchObject({ status: 'started', attempt: 1, executor_identity: 'one' });
  });

  it('gives its holder the same attempt again, and nobody else any', async () => {
    const run = await startedRun(world);
    const input = { executionId: run.execution_id, baseUrl: 'http://cove.test' };
    expect(await claim(world.worker, input)).toMatchObject({ attempt: 1, token: run.token });
    const other = await makeWorld({ ...test, slug: `${test.slug}-other` }, owner);
    await expect(claim(other.worker, input)).rejects.toMatchObject({ reason: 'not_claimable' });
    await expect(heartbeat(other.worker, report(run))).rejects.toMatchObject({ code: 'not_found' });
    await expect(complete(run).then(() => claim(world.worker, input))).rejects.toMatchObject({
      reason: 'not_claimable',
    });
  });

  it('ends a run whose input is gone, and says so', async () => {
    const source = await startedRun(world);
    const [id] = await output(source, 'data.csv', 'x');
    const inputs = { data: [`datum://${id}`] };
    const made = await createExecution(owner.context, {
      project: world.projectId,
      commit: 'main',
      step: 'train',
      inputs,
    });
    await purgeDatum(owner.context, { datum: id ?? '' });
    const input = { executionId: made.execution.id, baseUrl: '' };
    await expect(claim(world.worker, input)).rejects.toMatchObject({ reason: 'not_claimable' });
    const { execution } = await getExecution(owner.context, { execution: made.execution.id, outputs: false });
    expect(execution).toMatchObject({
      status: 'error',
      status_detail: expect.stringMatching(/data.csv\) was purged/),
    });
  });
});

/** Uploads and reports one output. */
async function output(run: JobSpec, name: string, text: string, metadata: Record<string, unknown> = {}) {
  const body = Buffer.from(text);
  const files = [{ kind: 'output' as const, name, size: body.length }];
  const { uploads: addresses } = await uploads(world.worker, { ...report(run), files });
  const storage_key = addresses[0]?.storage_key ?? '';
  await test.platform.storage.put(storage_key, body);
  const hash = (kind: string) => createHash(kind).update(body).digest('hex');
  const told = {
    storage_key,
    name,
    size: body.length,
    md5: hash('md5'),
    sha1: hash('sha1'),
    sha256: hash('sha256'),
  };
  const times = { file_ctime: '2026-01-31T12:00:00Z', file_mtime: '2026-01-31T12:00:00Z' };
  const outputs = [{ ...told, ...times, metadata }];
  const { datum_ids } = await reportOutputs(world.worker, { ...report(run), outputs });
  expect(await reportOutputs(world.worker, { ...report(run), outputs })).toEqual({
    datum_ids,
    complaints: [],
  });
  return datum_ids;
}

describe('outputs', () => {
  it('become datums, each once, and inputs of other runs', async () => {
    const run = await startedRun(world);
    const [id = ''] = await output(run, 'models/model.bin', 'weights', {
      'valohai.tags': ['best'],
      note: 'n\0',
    });
    const datum = await getDatum(owner.context, { datum: id });
    expect(datum).toMatchObject({
      name: 'models/model.bin',
      size: 7,
      tags: ['best'],
      metadata: { 'valohai.tags': ['best'], note: 'n\ufffd' },
      execution_counter: run.counter,
      sha256: createHash('sha256').update('weights').digest('hex'),
    });
    const next = await startedRun(world, { step: 'train', inputs: { data: [`datum://${id}`] } });
    expect(next.inputs[0]?.files).toEqual([
      expect.objectContaining({
        name: 'model.bin',
        datum_id: id,
        uri: `datum://${id}`,
        size: 7,
        metadata: [datum.metadata],
      }),
    ]);
  });

  it('two of one name are two datums', async () => {
    const run = await startedRun(world);
    const ids = [...(await output(run, 'a.txt', '1')), ...(await output(run, 'a.txt', '2'))];
    expect(new Set(ids).size).toBe(2);
    const filter = { outputExecution: run.execution_id, tags: [], deleted: false, offset: 0, count: true };
    const ordering = { field: 'ctime', direction: 'asc' } as const;
    const found = await listData(owner.context, { ...filter, ordering, limit: null });
    expect(found.data.map((datum) => datum.id)).toEqual(ids);
    expect(found.count).toBe(2);
    expect((await listData(stranger.context, { ...filter, ordering, limit: 1 })).data).toEqual([]);
  });

  it('are refused where the bytes did not arrive, or lie elsewhere', async () => {
    const run = await startedRun(world);
    const files = [{ kind: 'output' as const, name: 'a', size: 5 }];
    const { uploads: addresses } = await uploads(world.worker, { ...report(run), files });
    const times = { file_ctime: '2026-01-31T12:00:00Z', file_mtime: '2026-01-31T12:00:00Z' };
    const told = { name: 'a', size: 5, md5: '', sha1: '', sha256: '', ...times, metadata: {} };
    const tell = (storage_key: string) =>
      reportOutputs(world.worker, { ...report(run), outputs: [{ ...told, storage_key }] });
    const key = addresses[0]?.storage_key ?? '';
    await expect(tell(key)).rejects.toThrow(/was not uploaded/);
    await test.platform.storage.put(key, Buffer.from('1234'));
    await expect(tell(key)).rejects.toMatchObject({ reason: 'upload_incomplete' });
    const elsewhere = `projects/${world.projectId}/outputs/${randomUUID()}/${randomUUID()}/a`;
    await expect(tell(elsewhere)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('can be downloaded until they are purged, by those who may', async () => {
    const run = await startedRun(world);
    const [id = ''] = await output(run, 'dir/a.txt', 'hello');
    expect(await downloadDatum(owner.context, { datum: id })).toEqual({
      name: 'a.txt',
      url: expect.stringMatching(/^\/store\//),
    });
    await expect(downloadDatum(stranger.context, { datum: id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(purgeDatum(stranger.context, { datum: id })).rejects.toMatchObject({ code: 'not_found' });
    await purgeDatum(owner.context, { datum: id });
    await purgeDatum(owner.context, { datum: id });
    const { storage_key, purged } = await getDatum(owner.context, { datum: id });
    expect(purged).toBe(true);
    expect(await test.platform.storage.head(storage_key)).toBeNull();
    await expect(downloadDatum(owner.context, { datum: id })).rejects.toThrow(/was purged/);
  });
});

describe('reports', () => {
  it('keep metadata once, and the latest value of each key', async () => {
    const run = await startedRun(world);
    const point = (seq: number, value: Record<string, unknown>) => ({
      seq,
      time: `2026-01-31T12:00:00.00000${seq}`,
      value,
    });
    const first = [
      point(1, { loss: 3, epoch: 1 }),
      point(2, { loss: 2, text: 'a\0b', _time: '2020-01-01T00:00:00Z' }),
    ];
    await reportMetadata(world.worker, { ...report(run), points: first });
    await reportMetadata(world.worker, { ...report(run), points: [point(3, { loss: 1 })] });
    await reportMetadata(world.worker, { ...report(run), points: first });
    expect((await detail(run)).cumulative_metadata).toEqual({ loss: 1, epoch: 1, text: 'a\ufffdb' });
    const all = { execution: run.execution_id, limit: null, offset: 0 };
    const points = (await Array.fromAsync(await metadataPoints(owner.context, all))).flat();
    expect(points.map(({ value }) => value)).toEqual([
      { loss: 3, epoch: 1, _time: '2026-01-31T12:00:00.000001Z' },
      { loss: 2, text: 'a\ufffdb', _time: '2020-01-01T00:00:00Z' },
      { loss: 1, _time: '2026-01-31T12:00:00.000003Z' },
    ]);
    expect(points[0]?.time).toEqual(new Date('2026-01-31T12:00:00Z'));
  });

  it('set the status detail', async () => {
    const run = await startedRun(world);
    await reportStatus(world.worker, { ...report(run), statusDetail: 'epoch 3 of 5' });
    expect((await detail(run)).status_detail).toBe('epoch 3 of 5');
  });

  it('take a chunk only once it lies in the store', async () => {
    const run = await startedRun(world);
    const storage_key = `logs/${run.execution_id}/1/1-5.ndjson.gz`;
    const chunk = { ...report(run), first_seq: 1, last_seq: 5, storage_key, bytes: 3 };
    await expect(reportLogChunk(world.worker, chunk)).rejects.toMatchObject({ reason: 'upload_incomplete' });
    await test.platform.storage.put(storage_key, Buffer.from('abc'));
    await reportLogChunk(world.worker, chunk);
    await reportLogChunk(world.worker, chunk);
    await expect(reportLogChunk(world.worker, { ...chunk, last_seq: 6 })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  it('end a run once, with audit', async () => {
    const run = await startedRun(world);
    const failed = { status: 'error', exit_code: 2, reason: 'Exit code 2' } as const;
    await complete(run, failed);
    await complete(run, failed);
    expect(await detail(run)).toMatchObject({
      status: 'error',
      exit_code: 2,
      status_detail: 'Exit code 2',
      duration: expect.any(Number),
    });
    const audit = test.platform.db
      .selectFrom('audit')
      .select('id')
      .where('subject_id', '=', run.execution_id);
    expect(await audit.where('action', '=', 'execution.end').execute()).toHaveLength(1);
  });

  it('of an attempt that is over are refused, and the refusal is recorded', async () => {
    const run = await startedRun(world);
    await complete(run);
    const old = report(run);
    const refused = { code: 'fenced' };
    await expect(heartbeat(world.worker, old)).rejects.toMatchObject(refused);
    await expect(reportStatus(world.worker, { ...old, statusDetail: '' })).rejects.toMatchObject(refused);
    await expect(reportMetadata(world.worker, { ...old, points: [] })).rejects.toMatchObject(refused);
    await expect(uploads(world.worker, { ...old, files: [] })).rejects.toMatchObject(refused);
    await expect(reportOutputs(world.worker, { ...old, outputs: [] })).rejects.toMatchObject(refused);
    await expect(complete(run, { status: 'error', exit_code: 1 })).rejects.toMatchObject(refused);
    await expect(heartbeat(world.worker, { ...old, token: randomUUID() })).rejects.toMatchObject(refused);
    const attempt = await test.platform.db
      .selectFrom('attempts')
      .select('refused_reports')
      .where('execution_id', '=', run.execution_id)
      .executeTakeFirst();
    expect(attempt?.refused_reports).toBe(6);
  });

  it('are only for workers', async () => {
    const run = await startedRun(world);
    await expect(heartbeat(owner.context, report(run))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('tell a stop with the heartbeat', async () => {
    const run = await startedRun(world);
    expect(await heartbeat(world.worker, report(run))).toEqual({
      stop: false,
      stop_reason: null,
      lease_seconds: 10,
      drain: false,
    });
    await stopExecution(owner.context, { execution: run.execution_id });
    expect(await heartbeat(world.worker, report(run))).toMatchObject({ stop: true });
    const other = await startedRun(world);
    const runs = [report(other), report(run), { ...report(other), token: run.token }];
    expect(await heartbeats(world.worker, runs)).toMatchObject({ runs: ['held', 'stop', 'fenced'] });
  });
});
