import diagnostics from 'node:diagnostics_channel';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Context } from '../../../../app/core/context.ts';
import { requireExecution } from '../../../../app/core/executions/access.ts';
import { chunkKey, encodeChunk } from '../../../../app/core/logs/chunks.ts';
import { type Followed, follow } from '../../../../app/core/logs/follow.ts';
import { eventsOf } from '../../../../app/core/logs/live.ts';
import { end } from '../../../../app/core/workers/end.ts';
import { reportLogChunk } from '../../../../app/core/workers/report-log-chunk.ts';
import type { JobSpec, LogLine } from '../../../../app/protocol/worker.ts';
import { type TestPlatform, testPlatform } from '../../../support/platform.ts';
import { until } from '../../../support/process.ts';
import { logLines, makeWorld, startedRun, type World } from '../../../support/runs.ts';

const VIEWERS = 200;

let test: TestPlatform;
let world: World;
/** Counts what it asks. */
let context: Context;
const asked = { database: 0, redis: 0 };
const count = () => void asked.redis++;
beforeAll(async () => {
  test = await testPlatform();
  world = await makeWorld(test, await test.person('ada'));
  const counting: KyselyPlugin = {
    transformQuery({ node }) {
      asked.database++;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const platform = { ...test.platform, db: test.platform.db.withPlugin(counting) };
  context = { platform, actor: world.owner.context.actor };
  diagnostics.subscribe('tracing:ioredis:command:start', count);
});
afterAll(async () => {
  diagnostics.unsubscribe('tracing:ioredis:command:start', count);
  await test?.close();
});

/** What `work` asks of database and Redis through the viewers' platform. */
async function cost(work: () => Promise<unknown>): Promise<{ database: number; redis: number }> {
  Object.assign(asked, { database: 0, redis: 0 });
  await work();
  return { ...asked };
}
const send = ({ execution_id, attempt }: JobSpec, lines: LogLine[]) =>
  test.platform.queue.appendLog(world.slug, execution_id, attempt, lines);
async function store({ execution_id: executionId, attempt, token }: JobSpec, lines: LogLine[]) {
  const [first_seq, last_seq] = [lines[0]![0], lines.at(-1)![0]];
  const storage_key = chunkKey(executionId, attempt, first_seq, last_seq);
  const body = encodeChunk(lines);
  await test.platform.storage.put(storage_key, body);
  const report = { token, first_seq, last_seq, storage_key, bytes: body.length };
  await reportLogChunk(world.worker, { executionId, ...report });
}
const finish = ({ execution_id: executionId, token }: JobSpec, log_lines: number) =>
  end(world.worker, { executionId, token, status: 'complete', exit_code: 0, reason: '', log_lines });
const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

/** Reads as fast as it can, unless it is told to `wait` between two pieces. */
function view(run: JobSpec, wait?: () => Promise<void>) {
  const parts: Followed[] = [];
  const { signal } = new AbortController();
  const seqs = () =>
    parts.flatMap((part) => (part.kind === 'lines' ? eventsOf(part.lines).map(({ seq }) => seq) : []));
  const done = (async () => {
    for await (const part of follow(context, { execution: run.execution_id, limit: 0, signal })) {
      // Only the numbers are kept: what a viewer holds shall be seen.
      const lines = part.kind === 'lines' ? eventsOf(part.lines).map(({ seq }) => ({ seq }) as never) : [];
      parts.push(part.kind === 'lines' ? { kind: 'lines', lines: [lines] } : part);
      if (part.kind === 'lines') await wait?.();
    }
  })();
  return { parts, seqs, done };
}

/** Some viewers of a run, from their coming to its end; each phase with what it cost. */
async function watched(viewers: number) {
  const run = await startedRun(world);
  await send(run, logLines(1, 10));
  const all: ReturnType<typeof view>[] = [];
  const have = (lines: number) =>
    until(`${viewers} viewers have ${lines} lines`, () => all.every(({ seqs }) => seqs().length >= lines));
  const opening = await cost(async () => {
    for (let n = 0; n < viewers; n++) all.push(view(run));
    await have(10);
  });
  const growing = await cost(async () => {
    for (let first = 11; first <= 1000; first += 30) await send(run, logLines(first, first + 29));
    await have(1000);
  });
  const silence = await cost(() => new Promise((resolve) => setTimeout(resolve, 1100)));
  const ending = await cost(async () => {
    await finish(run, 1000);
    await Promise.all(all.map(({ done }) => done));
  });
  for (const { seqs, parts } of all) {
    expect(seqs()).toEqual(upTo(1000));
    expect(parts[0]).toEqual({ kind: 'window', total: 10, skipped: 0 });
    expect(parts.at(-1)).toEqual({ kind: 'end', status: 'complete' });
  }
  return { opening, growing, silence, ending };
}

it('costs database and Redis for 200 viewers what it does for one, but for the question whether each may look', async () => {
  const run = await startedRun(world);
  const access = await cost(() => requireExecution(context, run.execution_id, 'execution.read'));
  const one = await watched(1);
  const many = await watched(VIEWERS);
  // A few more: how often a silence is heard and a look is shared depends on how busy the machine is.
  const FEW = 12;
  expect(many.opening.database - VIEWERS * access.database).toBeLessThan(one.opening.database + FEW);
  expect(many.opening.redis).toBeLessThan(one.opening.redis + FEW);
  for (const phase of ['growing', 'silence', 'ending'] as const) {
    expect(many[phase].database).toBeLessThan(one[phase].database + FEW);
    // Each batch that was sent is one of them.
    expect(many[phase].redis).toBeLessThan(one[phase].redis + 2 * FEW);
  }
});

it('is not held up by a viewer that stands still, who costs no memory and misses nothing', async () => {
  const run = await startedRun(world);
  const [pieces, lines, bytes] = [20, 2000, 1000];
  const letters = 'x'.repeat(bytes);
  const some = (piece: number): LogLine[] =>
    logLines(piece * lines + 1, (piece + 1) * lines).map(([seq, time, stream]) => [
      seq,
      time,
      stream,
      `${seq} ${letters}`,
    ]);
  await send(run, some(0));
  let goOn = () => {};
  const standing = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const [slow, ...others] = [view(run, () => standing), view(run), view(run)];
  const have = (n: number) =>
    until(`${n} lines are seen`, () => others.every(({ seqs }) => seqs().length === n), 30);
  await have(lines);
  const before = heapInUse();
  for (let piece = 1; piece < pieces; piece++) {
    await send(run, some(piece));
    if (piece % 2 === 1) await store(run, [...some(piece - 1), ...some(piece)]);
    await have((piece + 1) * lines);
  }
  // 40 MB went by.
  expect(heapInUse() - before).toBeLessThan(20e6);
  expect(slow!.seqs()).toEqual(upTo(lines));
  goOn();
  await finish(run, pieces * lines);
  await Promise.all([slow!, ...others].map(({ done }) => done));
  for (const { seqs } of [slow!, ...others]) expect(seqs()).toEqual(upTo(pieces * lines));
});

it('reads each look to its end where a viewer falls behind a flood', async () => {
  const run = await startedRun(world);
  const [pieces, lines] = [60, 200];
  const letters = 'x'.repeat(1000);
  const some = (piece: number): LogLine[] =>
    logLines(piece * lines + 1, (piece + 1) * lines).map(([seq, time, stream]) => [
      seq,
      time,
      stream,
      letters,
    ]);
  let sent = 0;
  const more = async () => {
    if (sent >= pieces) return;
    await send(run, some(sent++));
    // Behind the viewer, and before it: what it was about to read is in the stream no more.
    if (sent === 35) for (let piece = 0; piece < 20; piece++) await store(run, some(piece));
  };
  await more();
  const before = view(run);
  await until('the first lines are seen', () => before.seqs().length === lines);
  // More than is kept for those who follow.
  while (sent < 30) await more();
  let viewer: ReturnType<typeof view> | undefined;
  const { database } = await cost(async () => {
    viewer = view(run, async () => {
      await more();
      await new Promise((resolve) => setTimeout(resolve, 10));
    });
    await until('all lines are seen', () => viewer?.seqs().length === pieces * lines, 30);
  });
  // Two for each look, and one for each silence: there were a hundred.
  expect(database).toBeLessThan(pieces / 2);
  expect(viewer!.seqs()).toEqual(upTo(pieces * lines));
  await finish(run, pieces * lines);
  await Promise.all([before.done, viewer!.done]);
});

/** Bytes, after everything that nobody holds is gone. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
