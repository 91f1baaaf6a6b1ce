import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPulse } from '../../../app/api/pulse.ts';
import { grantRights } from '../../../app/bootstrap/grants.ts';
import { ensureRole, SERVICE_ROLES } from '../../../app/bootstrap/roles.ts';
import type { Context } from '../../../app/core/context.ts';
import { createExecution } from '../../../app/core/executions/create.ts';
import { sqlRunStore } from '../../../app/core/lifecycle/run-store-sql.ts';
import { events } from '../../../app/core/logs/events.ts';
import { touchControlPlane } from '../../../app/core/workers/control-plane.ts';
import { heartbeat } from '../../../app/core/workers/heartbeat.ts';
import { LEASE_SECONDS } from '../../../app/protocol/worker.ts';
import { doorbell } from '../../../app/scheduler/jobs/doorbell.ts';
import { forget } from '../../../app/scheduler/jobs/forget.ts';
import { logArchive } from '../../../app/scheduler/jobs/log-archive.ts';
import { reaper } from '../../../app/scheduler/jobs/reaper.ts';
import { sums } from '../../../app/scheduler/jobs/sum-counts.ts';
import { startScheduler } from '../../../app/scheduler/main.ts';
import { runExclusively, startJob } from '../../../app/scheduler/runner.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { logLines, makeWorld, startedRun, type World } from '../../support/runs.ts';

let test: TestPlatform;
let world: World;
let context: Context;
beforeAll(async () => {
  test = await testPlatform();
  world = await makeWorld(test, await test.person('ada'));
  context = { platform: test.platform, actor: { kind: 'system', name: 'scheduler' } };
});
afterAll(() => test?.close());
beforeEach(async () => {
  const { db, queue } = test.platform;
  for (const id of await queue.queueMembers(world.slug)) await queue.removeFromQueue(world.slug, id);
  await db.deleteFrom('executions').execute();
  await silence(0);
});

const create = async (priority = 0): Promise<string> => {
  const request = { project: world.projectId, commit: world.identifier, step: 'plain', priority };
  return (await createExecution(world.owner.context, request)).execution.id;
};
const status = async (id: string) =>
  (
    await test.platform.db
      .selectFrom('executions')
      .select('status')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).status;
const members = () => test.platform.queue.queueMembers(world.slug);
const log = async (execution: string) => {
  const found = await events(world.owner.context, { execution });
  return (await Array.fromAsync(found.events)).flat();
};
/** The API was last seen so long ago. */
const silence = (seconds: number) =>
  sql`UPDATE control_plane SET last_seen = now() - make_interval(secs => ${seconds})`.execute(
    test.platform.db,
  );
const pass = (seconds: number) =>
  sql`UPDATE attempts SET lease_expires_at = lease_expires_at - make_interval(secs => ${seconds})`.execute(
    test.platform.db,
  );

describe('doorbell', () => {
  it('rings again for every queued execution after Redis was emptied, once each', async () => {
    const ids = [await create(), await create()];
    for (const id of ids) await test.platform.queue.removeFromQueue(world.slug, id);
    await doorbell.run(context);
    await doorbell.run(context);
    expect(await members()).toEqual(ids);
  });

  it('leaves alone what a worker claims while it looks', async () => {
    const id = await create();
    await test.platform.queue.removeFromQueue(world.slug, id);
    const looking = doorbell.run(context);
    expect(await test.platform.runs.claim(id, workerId(), LEASE_SECONDS)).not.toBeNull();
    await looking;
    expect(await members()).toEqual([]);
  });

  it('puts what is urgent before what is not', async () => {
    const [first, second, urgent] = [await create(), await create(), await create(5)];
    await doorbell.run(context);
    expect(await members()).toEqual([urgent, first, second]);
  });

  it('takes out what is not queued any more', async () => {
    const [gone, waiting] = [randomUUID(), await create()];
    await test.platform.queue.ring(world.slug, gone);
    await doorbell.run(context);
    expect(await members()).toEqual([waiting]);
  });
});

describe('reaper', () => {
  it('ends the run of a dead worker, keeps its log and says why in it', async () => {
    const run = await startedRun(world);
    await test.platform.queue.appendLog(world.slug, run.execution_id, run.attempt, logLines(1, 3));
    await reaper.run(context);
    expect(await status(run.execution_id)).toBe('started');
    await pass(LEASE_SECONDS + 1);
    await reaper.run(context);
    expect(await status(run.execution_id)).toBe('crashed');
    const shown = await log(run.execution_id);
    expect(shown.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(shown.at(-1)).toMatchObject({ stream: 'status', message: expect.stringContaining('worker') });
    const held = await test.platform.queue.logsHeld();
    expect(held.map(({ executionId }) => executionId)).not.toContain(run.execution_id);
    const told = await test.platform.db
      .selectFrom('audit')
      .select(['action', 'actor', 'properties'])
      .where('subject_id', '=', run.execution_id)
      .where('action', '=', 'execution.end')
      .execute();
    expect(told).toMatchObject([{ actor: { name: 'scheduler' }, properties: { status: 'crashed' } }]);
  });

  it('kills nothing through an outage of our own, and gives every run one full term afterwards', async () => {
    const [alive, dead] = [await startedRun(world), await startedRun(world)];
    await pass(LEASE_SECONDS + 60);
    await silence(60);
    await reaper.run(context);
    expect(await status(alive.execution_id)).toBe('started');

    expect(await touchControlPlane(test.platform)).toBe(2);
    await reaper.run(context);
    expect([await status(alive.execution_id), await status(dead.execution_id)]).toEqual([
      'started',
      'started',
    ]);

    await pass(LEASE_SECONDS - 2);
    await heartbeat(world.worker, { executionId: alive.execution_id, token: alive.token });
    await pass(3);
    expect(await touchControlPlane(test.platform)).toBe(0);
    await reaper.run(context);
    expect([await status(alive.execution_id), await status(dead.execution_id)]).toEqual([
      'started',
      'crashed',
    ]);
  });
});

describe('log archive', () => {
  it('stores what an ended run left in Redis, once it has rested', async () => {
    const run = await startedRun(world);
    await test.platform.runs.end(run.execution_id, run.token, {
      status: 'error',
      exitCode: 1,
      reason: '',
      logLines: 2,
    });
    await test.platform.queue.appendLog(world.slug, run.execution_id, run.attempt, logLines(1, 2));
    const isHeld = async () =>
      (await test.platform.queue.logsHeld()).some(({ executionId }) => executionId === run.execution_id);
    await logArchive.run(context);
    expect(await isHeld()).toBe(true);
    await sql`UPDATE executions SET end_time = now() - interval '1 minute'`.execute(test.platform.db);
    await logArchive.run(context);
    expect(await isHeld()).toBe(false);
    expect(await log(run.execution_id)).toHaveLength(2);
  });

  it('does not touch the log of a living run', async () => {
    const run = await startedRun(world);
    await test.platform.queue.appendLog(world.slug, run.execution_id, run.attempt, logLines(1, 2));
    await logArchive.run(context);
    const held = await test.platform.queue.logsHeld();
    expect(held).toContainEqual({ slug: world.slug, executionId: run.execution_id });
  });
});

describe('runner', () => {
  it('lets one of many schedulers do a job at a time', async () => {
    let at = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++at);
      await sql`SELECT pg_sleep(0.01)`.execute(test.platform.db);
      at--;
    };
    const name = randomUUID();
    const ran = await Promise.all(Array.from({ length: 4 }, () => runExclusively(context, { name, run })));
    expect(ran.filter(Boolean).length).toBeGreaterThan(0);
    expect(most).toBe(1);
    expect(await runExclusively(context, { name, run })).toBe(true);
  });

  it('goes on after a failure, and finishes what it began before it closes', async () => {
    let runs = 0;
    let finished = 0;
    const job = startJob(context, {
      name: randomUUID(),
      everySeconds: 0.01,
      async run() {
        if (++runs === 1) throw new Error('the first one fails');
        await sql`SELECT pg_sleep(0.02)`.execute(test.platform.db);
        finished++;
      },
    });
    await vi.waitFor(() => expect(runs).toBeGreaterThan(2));
    await job.close();
    expect(finished).toBe(runs - 1);
  });
});

describe("the scheduler's own role in the database", () => {
  it('may do all that its jobs do', async () => {
    const { db } = test.platform;
    for (const role of Object.values(SERVICE_ROLES)) await ensureRole(db, role);
    await grantRights(db);
    const [waiting, lost, ended] = [await create(), await startedRun(world), await startedRun(world)];
    const left = [lost, ended];
    for (const { execution_id, attempt } of left) {
      await test.platform.queue.appendLog(world.slug, execution_id, attempt, logLines(1, 2));
    }
    const { token, execution_id } = ended;
    await test.platform.runs.end(execution_id, token, { status: 'error', exitCode: 1, reason: '' });
    await sql`UPDATE executions SET end_time = now() - interval '1 minute' WHERE id = ${execution_id}`.execute(
      db,
    );
    await test.platform.queue.removeFromQueue(world.slug, waiting);
    await pass(LEASE_SECONDS + 1);
    await db.connection().execute(async (own) => {
      await sql`SET ROLE ${sql.id(SERVICE_ROLES.scheduler)}`.execute(own);
      try {
        const platform = { ...test.platform, db: own, runs: sqlRunStore(own) };
        for (const job of [doorbell, reaper, logArchive, forget, sums])
          await job.run({ ...context, platform });
      } finally {
        await sql`RESET ROLE`.execute(own);
      }
    });
    expect(await members()).toContain(waiting);
    expect(await status(lost.execution_id)).toBe('crashed');
    const held = (await test.platform.queue.logsHeld()).map(({ executionId }) => executionId);
    expect(held).not.toEqual(expect.arrayContaining([execution_id]));
  });
});

describe('scheduler and API together', () => {
  it('notice a dead worker within two looks after its lease, and ring for what was lost', async () => {
    const waiting = await create();
    await test.platform.queue.removeFromQueue(world.slug, waiting);
    const id = await create();
    await silence(3600);
    const pulse = startPulse(test.platform);
    const scheduler = await startScheduler({ platform: test.platform, close: async () => {} });
    try {
      await vi.waitFor(async () => expect(await members()).toContain(waiting), { timeout: 2_000 });
      await test.platform.runs.claim(id, workerId(), 0.5);
      await vi.waitFor(async () => expect(await status(id)).toBe('crashed'), {
        timeout: 5_000,
        interval: 50,
      });
    } finally {
      await Promise.all([scheduler.close(), pulse.stop()]);
    }
  });
});

function workerId(): string {
  const { actor } = world.worker;
  return actor.kind === 'worker' ? actor.workerId : '';
}
