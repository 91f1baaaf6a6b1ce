import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ListExecutions } from '../../../../app/core/executions/list.ts';
import { sumCounts } from '../../../../app/core/executions/sum-counts.ts';
import { migrate } from '../../../../app/platform/migrate.ts';
import { addExecutions } from '../../../bench/history.ts';
import { type TestPlatform, testPlatform } from '../../../support/platform.ts';
import { listAll, makeWorld, startedRun, type World } from '../../../support/runs.ts';

let test: TestPlatform;
let world: World;
beforeAll(async () => {
  test = await testPlatform();
  world = await makeWorld(test, await test.person('ada'));
});
afterAll(() => test?.close());

/** By every filter the count is the number of rows that come. */
async function holds(): Promise<void> {
  const filters: Partial<ListExecutions>[] = [
    {},
    { project: undefined },
    { statuses: ['complete', 'queued'] },
    { statuses: ['incomplete'] },
    { statuses: ['error'], step: 'plain' },
    { statuses: ['nonsense'] },
    { creator: world.owner.id },
    { environment: world.slug.toUpperCase(), step: 'tune' },
    { deleted: true },
    { commit: world.identifier },
  ];
  for (const filter of filters) {
    const { executions, count } = await listAll(world, filter);
    expect({ filter, count }).toEqual({ filter, count: executions.length });
  }
}
const rows = async () =>
  (await sql<{ n: number }>`SELECT count(*)::int AS n FROM execution_counts`.execute(test.platform.db))
    .rows[0]!.n;

it('counts what has ended with each end, and whatever becomes of it later', async () => {
  const { db, runs } = test.platform;
  const started = await Promise.all(Array.from({ length: 8 }, () => startedRun(world)));
  await holds();
  const ends = started
    .slice(1)
    .map(({ execution_id, token }, n) =>
      runs.end(execution_id, token, { status: n % 2 ? 'error' : 'complete', exitCode: n % 2, reason: '' }),
    );
  // While they end, others sum up.
  await Promise.all([...ends, ...Array.from({ length: 5 }, () => sumCounts(world.owner.context))]);
  await holds();
  await sql`UPDATE executions SET deleted_at = now() WHERE counter = 2`.execute(db);
  await sql`UPDATE executions SET step = 'tune', creator_id = NULL WHERE counter = 3`.execute(db);
  await sql`DELETE FROM executions WHERE counter = 4`.execute(db);
  await holds();
  await sumCounts(world.owner.context);
  const once = await rows();
  await holds();
  await Promise.all([sumCounts(world.owner.context), sumCounts(world.owner.context)]);
  expect(await rows()).toBe(once);
  await sql`UPDATE executions SET deleted_at = now() WHERE end_time IS NOT NULL`.execute(db);
  await sumCounts(world.owner.context);
  expect(await rows()).toBe(0);
  await holds();
});

it('begins with what has ended before, where the schema comes later', async () => {
  const { db } = test.platform;
  const { projectId, commitId, environmentId } = world;
  const past = { projectId, commitId, environmentId, creatorId: world.owner.id, executions: 500 };
  await addExecutions(db, past);
  await migrate(db, { to: 21 });
  await migrate(db);
  expect((await listAll(world)).count).toBeGreaterThanOrEqual(500);
  await holds();
});
