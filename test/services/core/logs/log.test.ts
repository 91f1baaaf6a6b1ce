import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveLog, uncovered } from '../../../../app/core/logs/archive.ts';
import { chunkKey, encodeChunk } from '../../../../app/core/logs/chunks.ts';
import { events, statusEvents } from '../../../../app/core/logs/events.ts';
import { follow } from '../../../../app/core/logs/follow.ts';
import { eventsOf } from '../../../../app/core/logs/live.ts';
import type { Event, Position } from '../../../../app/core/logs/window.ts';
import { end } from '../../../../app/core/workers/end.ts';
import { reportLogChunk } from '../../../../app/core/workers/report-log-chunk.ts';
import type { JobSpec } from '../../../../app/protocol/worker.ts';
import { type TestPlatform, testPlatform } from '../../../support/platform.ts';
import { logLines, makeWorld, startedRun, type World } from '../../../support/runs.ts';

let test: TestPlatform;
let world: World;
beforeAll(async () => {
  test = await testPlatform();
  world = await makeWorld(test, await test.person('ada'));
});
afterAll(() => test?.close());

async function storeChunk(
  { execution_id: executionId, attempt, token }: JobSpec,
  first: number,
  last: number,
) {
  const storage_key = chunkKey(executionId, attempt, first, last);
  const body = encodeChunk(logLines(first, last));
  await test.platform.storage.put(storage_key, body);
  const report = { token, first_seq: first, last_seq: last, storage_key, bytes: body.length };
  await reportLogChunk(world.worker, { executionId, ...report });
}
const stream = ({ execution_id, attempt }: JobSpec, first: number, last: number) =>
  test.platform.queue.appendLog(world.slug, execution_id, attempt, logLines(first, last));
const finish = ({ execution_id: executionId, token }: JobSpec, log_lines: number) =>
  end(world.worker, { executionId, token, status: 'complete', exit_code: 0, reason: '', log_lines });
async function window(spec: JobSpec, limit?: number) {
  const found = await events(world.owner.context, { execution: spec.execution_id, limit });
  const shown = (await Array.fromAsync(found.events)).flat();
  return { ...found, shown, numbers: shown.map((event) => event.seq) };
}
const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Everything a viewer is shown, until the end. */
function view(spec: JobSpec, seen?: Position, limit = 0) {
  const lines: Event[] = [];
  const abort = new AbortController();
  const done = (async () => {
    const parts = follow(world.owner.context, {
      execution: spec.execution_id,
      seen,
      limit,
      signal: abort.signal,
    });
    for await (const part of parts) {
      if (part.kind === 'lines') lines.push(...eventsOf(part.lines));
      if (part.kind === 'end') return part.status;
    }
    return 'left';
  })();
  const has = async (count: number) =>
    expect.poll(() => lines.length, { timeout: 5000 }).toBeGreaterThanOrEqual(count);
  return { lines, done, has, leave: () => abort.abort() };
}

describe('a window of events', () => {
  it('joins stored chunks and the live stream, also where they overlap', async () => {
    const run = await startedRun(world);
    await stream(run, 1, 3000);
    await stream(run, 3001, 5200);
    await storeChunk(run, 1, 5000);
    const last = await window(run);
    expect(last).toMatchObject({ total: 5200, truncated: true });
    expect(last.numbers).toEqual(upTo(3201, 5200));
    expect((await window(run, 100)).numbers).toEqual(upTo(5101, 5200));
    const everything = await window(run, 0);
    expect(everything.truncated).toBe(false);
    expect(everything.numbers).toEqual(upTo(1, 5200));
    expect(new Set(everything.shown.map((event) => event.time)).size).toBe(5200);
  });

  it('touches only the chunks that hold the window, however long the log is', async () => {
    const run = await startedRun(world);
    const rows = upTo(0, 239).map((i) => ({
      execution_id: run.execution_id,
      attempt: 1,
      first_seq: i * 5000 + 1,
      last_seq: (i + 1) * 5000,
      storage_key: chunkKey(run.execution_id, 1, i * 5000 + 1, (i + 1) * 5000),
      bytes: 1,
    }));
    await test.platform.db.insertInto('log_chunks').values(rows).execute();
    // Only the last chunk exists: reading any other would show a gap.
    await test.platform.storage.put(rows.at(-1)!.storage_key, encodeChunk(logLines(1_195_001, 1_200_000)));
    const last = await window(run, 2000);
    expect(last.total).toBe(1_200_000);
    expect(last.numbers).toEqual(upTo(1_198_001, 1_200_000));
    expect(last.shown.every((event) => event.stream === 'stdout')).toBe(true);
  });

  it('tells of lines that never arrived, in their place', async () => {
    const run = await startedRun(world);
    await storeChunk(run, 1, 10);
    await storeChunk(run, 21, 30);
    await finish(run, 32);
    const { shown, total } = await window(run);
    expect(total).toBe(32);
    expect(shown.filter((event) => event.stream === 'status').map((event) => event.message)).toEqual([
      'Lines 11–20 of this log are missing: not received from the worker.',
      'Lines 31–32 of this log are missing: not received from the worker.',
    ]);
  });

  it('ends with the reason where a worker died', async () => {
    const run = await startedRun(world);
    await stream(run, 1, 3);
    const { db, runs } = test.platform;
    await db
      .updateTable('attempts')
      .set({ lease_expires_at: new Date(0) })
      .where('execution_id', '=', run.execution_id)
      .execute();
    await runs.reap();
    expect((await window(run)).shown.at(-1)).toMatchObject({
      seq: 4,
      stream: 'status',
      message: expect.stringMatching(/stopped answering/),
    });
    expect(await archiveLog(test.platform, { executionId: run.execution_id, slug: world.slug })).toEqual({
      lines: 3,
    });
    expect(await test.platform.queue.readLog(world.slug, run.execution_id, '0-0')).toEqual([]);
    expect((await window(run)).numbers).toEqual([1, 2, 3, 4]);
    expect(await view(run).done).toBe('crashed');
  });

  it('finds the lines of the platform', async () => {
    const run = await startedRun(world);
    const lines = logLines(1, 20);
    lines[4] = [5, lines[4]![1], 'status', '::ssh::{"port": 2222, "address": "1.2.3.4"}'];
    await test.platform.queue.appendLog(world.slug, run.execution_id, 1, lines);
    const found = await statusEvents(world.owner.context, { execution: run.execution_id, limit: 100 });
    expect(found.map((event) => event.message)).toEqual(['::ssh::{"port": 2222, "address": "1.2.3.4"}']);
  });
});

describe('a viewer', () => {
  it('sees every line once, whether it joins before, while chunks are cut, or after', async () => {
    const run = await startedRun(world);
    const before = view(run);
    await stream(run, 1, 100);
    await before.has(100);
    await stream(run, 101, 5000);
    const during = view(run);
    await storeChunk(run, 1, 5000);
    await stream(run, 5001, 5001);
    await Promise.all([before.has(5001), during.has(5001)]);
    await storeChunk(run, 5001, 5001);
    await finish(run, 5001);
    const after = view(run);
    for (const viewer of [before, during, after]) {
      expect(await viewer.done).toBe('complete');
      expect(viewer.lines.map((event) => event.seq)).toEqual(upTo(1, 5001));
    }
  });

  it('goes on behind the line it has seen', async () => {
    const run = await startedRun(world);
    await stream(run, 1, 50);
    const viewer = view(run, { attempt: 1, seq: 20 });
    await viewer.has(30);
    await storeChunk(run, 1, 50);
    await finish(run, 50);
    expect(await viewer.done).toBe('complete');
    expect(viewer.lines.map((event) => event.seq)).toEqual(upTo(21, 50));
  });

  it('sees lines that reach the store but never the stream', async () => {
    const run = await startedRun(world);
    const viewer = view(run);
    await stream(run, 1, 10);
    await viewer.has(10);
    await storeChunk(run, 1, 40);
    await viewer.has(40);
    await stream(run, 41, 45);
    await viewer.has(45);
    await storeChunk(run, 41, 45);
    await finish(run, 45);
    expect(await viewer.done).toBe('complete');
    expect(viewer.lines.map((event) => event.seq)).toEqual(upTo(1, 45));
  });

  it('leaves when it wants to', async () => {
    const run = await startedRun(world);
    const viewer = view(run);
    await stream(run, 1, 1);
    await viewer.has(1);
    viewer.leave();
    expect(await viewer.done).toBe('left');
  });
});

describe('uncovered', () => {
  it('cuts what no chunk covers into runs without a hole', () => {
    const lines = [...logLines(1, 6), ...logLines(5, 6), ...logLines(8, 9)];
    const runs = uncovered(lines, [[1, 2]], 3).map((run) => run.map(([seq]) => seq));
    expect(runs).toEqual([[3, 4, 5], [6], [8, 9]]);
  });
});
