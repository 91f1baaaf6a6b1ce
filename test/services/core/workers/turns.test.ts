/** Who gets the next place: the claim as workers make it, many at once, over real rows. */
import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Context } from '../../../../app/core/context.ts';
import { look } from '../../../../app/core/executions/waiting/look.ts';
import { turnQuery, turnsQuery } from '../../../../app/core/lifecycle/turn-sql.ts';
import { claim } from '../../../../app/core/workers/claim.ts';
import { end } from '../../../../app/core/workers/end.ts';
import type { JobSpec } from '../../../../app/protocol/worker.ts';
import { type Person, type TestPlatform, testPlatform } from '../../../support/platform.ts';
import { makeWorld, type World } from '../../../support/runs.ts';

let test: TestPlatform;
let world: World;
let owner: Person;
let eve: Person;
beforeAll(async () => {
  test = await testPlatform();
  [owner, eve] = [await test.person('ada'), await test.person('eve')];
  world = await makeWorld(test, owner);
});
afterAll(() => test?.close());
afterEach(async () => {
  const { db, queue } = test.platform;
  await db.deleteFrom('quotas').execute();
  await sql`UPDATE attempts SET ended_at = now(), end_status = 'stopped' WHERE ended_at IS NULL`.execute(db);
  await sql`UPDATE executions SET status = 'stopped', end_time = now() WHERE end_time IS NULL`.execute(db);
  for (const id of await queue.queueMembers(world.slug)) await queue.removeFromQueue(world.slug, id);
});

const project = async (): Promise<string> => {
  const { id } = await test.platform.db
    .insertInto('projects')
    .values({ organization_id: owner.organizationId, name: randomUUID() })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
};
/** Rows as `createExecution` leaves them, without its ring. */
const queue = async (count: number, of: { project: string; creator?: Person }): Promise<void> => {
  await sql`
    WITH counted AS (UPDATE projects SET execution_counter = execution_counter + ${count} WHERE id = ${of.project}
      RETURNING execution_counter - ${count}::int AS before)
    INSERT INTO executions (project_id, counter, commit_id, environment_id, creator_id, step, image, command,
      interpolated_command, status, queued_at)
    SELECT ${of.project}, before + n, ${world.commitId}, ${world.environmentId}, ${(of.creator ?? owner).id}, 'plain',
      'alpine:3', '["true"]', 'true', 'queued', clock_timestamp() FROM counted, generate_series(1, ${count}::int) n`.execute(
    test.platform.db,
  );
};
const worker = async (): Promise<Context> => {
  const { id } = await test.platform.db
    .insertInto('workers')
    .values({
      environment_id: world.environmentId,
      name: randomUUID(),
      token_hash: Buffer.from(randomUUID()),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const actor = {
    kind: 'worker',
    workerId: id,
    environmentId: world.environmentId,
    environmentSlug: world.slug,
  };
  return { platform: test.platform, actor: actor as Context['actor'] };
};
const take = (by: Context, claimId: string = randomUUID()): Promise<JobSpec | null> =>
  claim(by, { executionId: randomUUID(), claimId, baseUrl: 'http://cove.test:8000' }).catch((error) => {
    if (error.reason === 'not_claimable') return null;
    throw error;
  });
const finish = (by: Context, { execution_id: executionId, token }: JobSpec) =>
  end(by, { executionId, token, status: 'complete', exit_code: 0, reason: '', log_lines: 0 });
const quota = (kind: 'user' | 'project', subject: string, most: number) =>
  test.platform.db
    .insertInto('quotas')
    .values({
      organization_id: owner.organizationId,
      kind,
      most,
      ...(kind === 'user' ? { user_id: subject } : { project_id: subject }),
    })
    .execute();

it('shares places out exactly among projects, however many workers claim at once', async () => {
  const [many, few, other] = [await project(), await project(), await project()];
  await queue(20, { project: many });
  await queue(3, { project: few });
  await queue(5, { project: other, creator: eve });
  const workers = await Promise.all(Array.from({ length: 10 }, worker));
  const jobs = await Promise.all(workers.map((one) => take(one)));
  const shares = Map.groupBy(jobs, (job) => job?.project.id);
  expect([...shares.values()].map(({ length }) => length).sort()).toEqual([3, 3, 4]);
  expect(shares.get(few)).toHaveLength(3);
  expect(new Set(jobs.map((job) => job?.execution_id)).size).toBe(10);
});

it('gives the same job to who asks again with the same name, and another one to another name', async () => {
  await queue(2, { project: await project() });
  const [one, name] = [await worker(), randomUUID()];
  const answers = await Promise.all([take(one, name), take(one, name), take(one, name)]);
  const ids = new Set(answers.flatMap((job) => job?.execution_id ?? []));
  expect(ids.size).toBe(1);
  const again = await take(one, name);
  expect(again?.execution_id).toBe([...ids][0]);
  expect((await take(one))?.execution_id).not.toBe(again?.execution_id);
});

it('never runs more than a quota while many claim, and each end at once gives its place to who waits', async () => {
  const [limited, free] = [await project(), await project()];
  await quota('project', limited, 2);
  await quota('user', eve.id, 3);
  await queue(8, { project: limited });
  await queue(8, { project: free, creator: eve });
  const workers = await Promise.all(Array.from({ length: 12 }, worker));
  const jobs = (await Promise.all(workers.map(async (by) => ({ by, job: await take(by) })))).flatMap(
    ({ by, job }) => (job ? [{ by, job }] : []),
  );
  const count = (id: string) => jobs.filter(({ job }) => job.project.id === id).length;
  expect([count(limited), count(free)]).toEqual([2, 3]);
  expect(await take(workers[0]!)).toBeNull();
  expect(await test.platform.queue.queueMembers(world.slug)).toEqual([]);
  // Every worker that had no luck waits at the doorbell: one end, one ring, one claim.
  const { by, job } = jobs.find((one) => one.job.project.id === limited)!;
  await finish(by, job);
  expect(await test.platform.queue.waitForJob(world.slug, 1)).not.toBeNull();
  expect((await take(workers[1]!))?.project.id).toBe(limited);
  expect(await take(workers[2]!)).toBeNull();
});

it('passes over a job whose repository is away, which does not keep the others from their turn', async () => {
  const { db, trustedGitUrls } = test.platform;
  const [sick, well] = [await project(), await project()];
  const url = 'https://127.0.0.1:9/away.git';
  trustedGitUrls.push(url);
  await db.insertInto('repositories').values({ project_id: sick, url }).execute();
  const commit = await db
    .insertInto('commits')
    .values({ project_id: sick, identifier: 'b'.repeat(40), commit_time: new Date() })
    .returning('id')
    .executeTakeFirstOrThrow();
  await queue(1, { project: sick });
  await db
    .updateTable('executions')
    .set({ commit_id: commit.id, priority: 5 })
    .where('project_id', '=', sick)
    .execute();
  await queue(1, { project: well });
  const one = await worker();
  expect(await take(one)).toBeNull();
  expect((await take(one))?.project.id).toBe(well);
  const waits = await db
    .selectFrom('executions')
    .selectAll()
    .where('project_id', '=', sick)
    .executeTakeFirstOrThrow();
  expect(waits).toMatchObject({ status: 'queued', status_detail: expect.stringMatching(/^Waits: /) });
});

it('finds the next one of 100,000 that wait without reading them', { timeout: 120_000 }, async () => {
  const { db } = test.platform;
  const projects = await Promise.all(Array.from({ length: 10 }, project));
  for (const id of projects) await queue(5_000, { project: id });
  for (const id of projects) await queue(5_000, { project: id, creator: eve });
  await quota('user', eve.id, 1);
  await sql`ANALYZE executions`.execute(db);
  const one = await worker();
  const { workerId } = one.actor as { workerId: string };
  const planOf = async (query: RawBuilder<unknown>) => {
    const { rows } = await sql<Record<'QUERY PLAN', string>>`EXPLAIN (ANALYZE, COSTS OFF) ${query}`.execute(
      db,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toContain('Seq Scan on executions');
    expect(plan).toContain('executions_lanes');
    // Rows that were read, not time, which a busy machine makes longer: some per lane, of twenty lanes.
    const read = [...plan.matchAll(/on executions.*rows=([\d.]+) loops=(\d+)/g)].map(
      ([, n, loops]) => Number(n) * Number(loops),
    );
    return { plan, read: read.reduce((sum, n) => sum + n, 0) };
  };
  const { plan, read } = await planOf(turnQuery(workerId, []));
  expect(read).toBeLessThan(500);
  const began = performance.now();
  expect(await take(one)).not.toBeNull();
  console.info(`one of 100,000 in ${Math.round(performance.now() - began)} ms`);
  // And why one of them waits is told as quickly: from both ends of the queue.
  const ends = await sql<{ first: string; last: string }>`
    SELECT (SELECT id FROM executions WHERE status = 'queued' ORDER BY queued_at, counter LIMIT 1) AS first,
      (SELECT id FROM executions WHERE status = 'queued' ORDER BY queued_at DESC, counter DESC LIMIT 1) AS last`.execute(
    db,
  );
  const { first, last } = ends.rows[0]!;
  const asked = performance.now();
  const [early, late] = [await look(db, first), await look(db, last)];
  console.info(`two of 100,000 explained in ${Math.round(performance.now() - asked)} ms`);
  expect(early?.state.ahead.count).toBeLessThan(20);
  expect(late?.state.ahead).toMatchObject({ more: true });
  if (process.env.COVE_TEST_PLAN) console.info(plan);
  // Ten who ask at once, without quotas: as many of each lane at most.
  await db.deleteFrom('quotas').execute();
  const wishes = Array.from({ length: 10 }, () => ({ claimId: randomUUID(), workerId }));
  expect((await planOf(turnsQuery(wishes, []))).read).toBeLessThan(1_000);
});
