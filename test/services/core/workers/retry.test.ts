/** What follows a loss under a policy: the same run once more, its first log kept, nothing doubled, everything told. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../../app/core/context.ts';
import { listData } from '../../../../app/core/data/list.ts';
import { getExecution } from '../../../../app/core/executions/get.ts';
import { stopExecution } from '../../../../app/core/executions/stop.ts';
import { whyWaiting } from '../../../../app/core/executions/waiting/get.ts';
import { chunkKey, encodeChunk } from '../../../../app/core/logs/chunks.ts';
import { events } from '../../../../app/core/logs/events.ts';
import { follow } from '../../../../app/core/logs/follow.ts';
import { eventsOf } from '../../../../app/core/logs/live.ts';
import { claim } from '../../../../app/core/workers/claim.ts';
import { end } from '../../../../app/core/workers/end.ts';
import { reapLost } from '../../../../app/core/workers/reap-lost.ts';
import { reportLogChunk } from '../../../../app/core/workers/report-log-chunk.ts';
import { reportOutputs } from '../../../../app/core/workers/report-outputs.ts';
import { uploads } from '../../../../app/core/workers/uploads.ts';
import type { JobSpec } from '../../../../app/protocol/worker.ts';
import { doorbell } from '../../../../app/scheduler/jobs/doorbell.ts';
import { type TestPlatform, testPlatform } from '../../../support/platform.ts';
import { logLines, makeWorld, startedRun, type World } from '../../../support/runs.ts';

let test: TestPlatform;
let world: World;
let scheduler: Context;
beforeAll(async () => {
  test = await testPlatform();
  world = await makeWorld(test, await test.person('ada'));
  scheduler = { platform: test.platform, actor: { kind: 'system', name: 'scheduler' } };
});
afterAll(() => test?.close());
beforeEach(async () => {
  await test.platform.db.updateTable('environments').set({ max_retries: 1 }).execute();
  await heard();
});

const heard = async () => {
  for (const id of await test.platform.queue.queueMembers(world.slug))
    await test.platform.queue.removeFromQueue(world.slug, id);
};
const rung = () => test.platform.queue.queueMembers(world.slug);
const lose = async () => {
  await sql`UPDATE attempts SET lease_expires_at = now() - interval '1 second' WHERE ended_at IS NULL`.execute(
    test.platform.db,
  );
  await reapLost(scheduler, () => true);
};
/** Once its pause is over. */
const again = async ({ execution_id: executionId }: JobSpec) => {
  await sql`UPDATE executions SET not_before = now() WHERE id = ${executionId}`.execute(test.platform.db);
  return claim(world.worker, { executionId, baseUrl: 'http://cove.test:8000' });
};
const report = ({ execution_id: executionId, token }: JobSpec) => ({ executionId, token });
const ends = (run: JobSpec, status: 'complete' | 'crashed', log_lines: number, reason = '') =>
  end(world.worker, { ...report(run), status, exit_code: null, reason, log_lines });
const stream = ({ execution_id, attempt }: JobSpec, first: number, last: number) =>
  test.platform.queue.appendLog(world.slug, execution_id, attempt, logLines(first, last));
async function storeChunk(run: JobSpec, first_seq: number, last_seq: number) {
  const storage_key = chunkKey(run.execution_id, run.attempt, first_seq, last_seq);
  const body = encodeChunk(logLines(first_seq, last_seq));
  await test.platform.storage.put(storage_key, body);
  const chunk = { first_seq, last_seq, storage_key, bytes: body.length };
  await reportLogChunk(world.worker, { ...report(run), ...chunk });
}
const log = async ({ execution_id: execution }: JobSpec) => {
  const found = await events(world.owner.context, { execution, limit: 0 });
  return (await Array.fromAsync(found.events)).flat().map(({ attempt, message }) => `${attempt} ${message}`);
};
const lines = (attempt: number, count: number) =>
  Array.from({ length: count }, (_, n) => `${attempt} line ${n + 1}`);
const detail = async ({ execution_id: execution }: JobSpec) =>
  getExecution(world.owner.context, { execution, outputs: true });
const audited = async ({ execution_id }: JobSpec) => {
  const query = test.platform.db.selectFrom('audit').select(['action', 'properties']).orderBy('id');
  const rows = await query.where('subject_id', '=', execution_id).execute();
  return rows.filter(({ action }) => ['execution.retry', 'execution.end'].includes(action));
};
async function output(run: JobSpec, name: string, content: string): Promise<string> {
  const files = [{ kind: 'output' as const, name, size: content.length }];
  const [address] = (await uploads(world.worker, { ...report(run), files })).uploads;
  const storage_key = address?.storage_key ?? '';
  await test.platform.storage.put(storage_key, Buffer.from(content));
  const hash = (kind: string) => createHash(kind).update(content).digest('hex');
  const told = { name, size: content.length, storage_key, metadata: {} };
  const sums = { md5: hash('md5'), sha1: hash('sha1'), sha256: hash('sha256') };
  const times = { file_ctime: '2026-01-31T12:00:00Z', file_mtime: '2026-01-31T12:00:00Z' };
  const outputs = [{ ...told, ...sums, ...times }];
  return (await reportOutputs(world.worker, { ...report(run), outputs })).datum_ids[0] ?? '';
}

const LOST = '1 The worker stopped answering: its lease ran out without a heartbeat';
const FOLLOWS = '1 Attempt 1 was lost; attempt 2 of at most 2 follows';

describe('a run whose worker was lost', () => {
  it('waits again, and runs to its end: the log of both attempts is whole, one end is told', async () => {
    const first = await startedRun(world);
    const hourAgo = { queued_at: sql<Date>`now() - interval '1 hour'` };
    const { db } = test.platform;
    await db.updateTable('executions').set(hourAgo).where('id', '=', first.execution_id).execute();
    await storeChunk(first, 1, 3);
    await stream(first, 4, 5);
    await heard();
    await lose();
    expect((await detail(first)).execution).toMatchObject({ status: 'queued', attempt: 1, max_retries: 1 });
    expect(await rung()).toEqual([]);
    expect(await log(first)).toEqual([...lines(1, 5), LOST, FOLLOWS]);
    const why = (await whyWaiting(world.owner.context, { execution: first.execution_id }))!;
    expect(Math.abs(Date.now() - why.since)).toBeLessThan(60_000);
    expect(why).toMatchObject({ code: 'retry_pause', numbers: { attempt: 2, most: 2 } });
    expect(why.message).toMatch(
      /^Waits: attempt 2 of at most 2 begins in [1-5] s at the earliest. Attempt 1 was lost: The worker stopped/,
    );
    const claims = claim(world.worker, { executionId: first.execution_id, baseUrl: 'http://cove.test:8000' });
    await expect(claims).rejects.toMatchObject({ reason: 'not_claimable' });
    const second = await again(first);
    expect(second).toMatchObject({ execution_id: first.execution_id, attempt: 2 });
    expect(second.token).not.toBe(first.token);
    await expect(ends(first, 'complete', 5)).rejects.toMatchObject({ code: 'fenced' });
    await stream(second, 1, 2);
    await storeChunk(second, 1, 2);
    await stream(second, 3, 3);
    expect(await log(first)).toEqual([...lines(1, 5), LOST, FOLLOWS, ...lines(2, 3)]);
    await ends(second, 'complete', 3);
    expect((await detail(first)).execution).toMatchObject({ status: 'complete', attempt: 2 });
    expect(await log(first)).toEqual([...lines(1, 5), LOST, FOLLOWS, ...lines(2, 3)]);
    expect(await audited(first)).toMatchObject([
      { action: 'execution.retry', properties: { attempt: 1, worker: 'one' } },
      { action: 'execution.end', properties: { attempt: 2, status: 'complete' } },
    ]);
  });

  it('shows a viewer what happened while it waits, and goes on with the next attempt', async () => {
    const first = await startedRun(world);
    await stream(first, 1, 2);
    const seen: string[] = [];
    const { signal } = new AbortController();
    const viewing = (async () => {
      const parts = follow(world.owner.context, { execution: first.execution_id, limit: 0, signal });
      for await (const part of parts)
        if (part.kind === 'lines')
          seen.push(...eventsOf(part.lines).map((line) => `${line.attempt} ${line.message}`));
    })();
    await expect.poll(() => seen).toEqual(lines(1, 2));
    await lose();
    await expect.poll(() => seen).toEqual([...lines(1, 2), LOST, FOLLOWS]);
    const second = await again(first);
    await stream(second, 1, 1);
    await expect.poll(() => seen.at(-1)).toBe('2 line 1');
    await stream(second, 2, 2);
    await ends(second, 'complete', 2);
    await viewing;
    expect(seen).toEqual([...lines(1, 2), LOST, FOLLOWS, ...lines(2, 2)]);
  });

  it('keeps what the store could not take at the loss', async () => {
    const first = await startedRun(world);
    await stream(first, 1, 2);
    const { storage } = test.platform;
    const { put } = storage;
    storage.put = () => Promise.reject(new Error('the store is away'));
    await lose().finally(() => {
      storage.put = put;
    });
    const second = await again(first);
    await stream(second, 1, 2);
    await storeChunk(second, 1, 2);
    await ends(second, 'complete', 2);
    expect(await log(first)).toEqual([...lines(1, 2), LOST, FOLLOWS, ...lines(2, 2)]);
  });

  it('waits again when its worker tells of the loss; told twice it changes nothing', async () => {
    const first = await startedRun(world);
    await storeChunk(first, 1, 2);
    const gone = () => ends(first, 'crashed', 2, 'The run was lost: the engine is gone');
    await heard();
    expect(await gone()).toEqual({ status: 'queued' });
    expect(await rung()).toEqual([]);
    await doorbell.run(scheduler);
    expect(await rung()).toEqual([]);
    await sql`UPDATE executions SET not_before = now() WHERE id = ${first.execution_id}`.execute(
      test.platform.db,
    );
    await doorbell.run(scheduler);
    expect(await rung()).toContain(first.execution_id);
    const second = await again(first);
    await stream(second, 1, 1);
    await gone();
    expect(await log(first)).toEqual([...lines(1, 2), FOLLOWS, ...lines(2, 1)]);
    await ends(second, 'crashed', 1, 'gone again');
    expect((await detail(first)).execution).toMatchObject({ status: 'crashed', status_detail: 'gone again' });
    expect((await audited(first)).map(({ action }) => action)).toEqual(['execution.retry', 'execution.end']);
  });

  it('has each output once: what an earlier attempt stored under a name gives way', async () => {
    const first = await startedRun(world);
    const old = await output(first, 'model.bin', 'half');
    const only = await output(first, 'first.txt', 'only here');
    await lose();
    const second = await again(first);
    const model = await output(second, 'model.bin', 'whole');
    const twice = [await output(second, 'two.txt', '1'), await output(second, 'two.txt', '2')];
    await ends(second, 'complete', 0);
    const { outputs, execution } = await detail(first);
    expect(outputs!.map(({ id }) => id).sort()).toEqual([only, model, ...twice].sort());
    expect(execution.n_outputs).toBe(4);
    const list = async (filter: object) => {
      const common = { tags: [], deleted: false, offset: 0, count: false, limit: null, ...filter };
      const ordering = { field: 'ctime', direction: 'asc' } as const;
      return (await listData(world.owner.context, { ...common, ordering })).data.map(({ id }) => id);
    };
    expect(await list({ outputExecution: first.execution_id, name: 'model.bin' })).toEqual([model]);
    expect(await list({ project: world.projectId, name: 'model.bin' })).toEqual([old, model]);
  });

  it('ends with the words of a stop, where somebody stops it while it waits', async () => {
    const first = await startedRun(world);
    await lose();
    await stopExecution(world.owner.context, { execution: first.execution_id });
    expect((await detail(first)).execution).toMatchObject({ status: 'stopped', status_detail: '' });
    expect(await log(first)).toEqual([LOST, '1 Stopped before attempt 2 began']);
  });
});

describe('who decides', () => {
  const policy = async (request: Record<string, unknown> = {}) => {
    const run = await startedRun(world, request);
    await ends(run, 'crashed', 0);
    const { status, max_retries } = (await detail(run)).execution;
    await stopExecution(world.owner.context, { execution: run.execution_id });
    return [status, max_retries];
  };
  it('is the environment, unless the execution says `autorestart`', async () => {
    expect(await policy()).toEqual(['queued', 1]);
    expect(await policy({ runtime_config: { autorestart: false } })).toEqual(['crashed', 0]);
    await test.platform.db.updateTable('environments').set({ max_retries: 0 }).execute();
    expect(await policy()).toEqual(['crashed', 0]);
    expect(await policy({ runtime_config: { autorestart: true } })).toEqual(['queued', 3]);
  });
});
