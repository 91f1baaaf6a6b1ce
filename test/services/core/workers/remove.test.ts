/** Workers as who looks after them sees them, and how a machine that joined by a code leaves. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { authenticateWorker, workersByToken } from '../../../../app/core/users/authenticate-worker.ts';
import { hashSecret } from '../../../../app/core/users/secrets.ts';
import { heartbeats } from '../../../../app/core/workers/heartbeat.ts';
import { hello } from '../../../../app/core/workers/hello.ts';
import { joinByCode, makeJoinCode } from '../../../../app/core/workers/join-code.ts';
import { listWorkers, stateOf } from '../../../../app/core/workers/list.ts';
import { removeWorker, sendHome } from '../../../../app/core/workers/remove.ts';
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
  await test.platform.db
    .updateTable('environments')
    .set({ organization_id: owner.organizationId })
    .where('id', '=', world.environmentId)
    .execute();
});
afterAll(() => test?.close());

const window = { limit: null, offset: 0 };
const all = async (person = owner) =>
  (await listWorkers(person.context, window)).rows.filter(
    ({ environment }) => environment.slug === world.slug,
  );
const told = { protocol: 1, version: '9.9', hostname: 'h', cpus: 2, memory: 1, executors: ['docker'] };
async function joined(token: string) {
  const { code } = await makeJoinCode(owner.context, world.slug);
  const { worker } = await joinByCode(owner.context, { code, host: 'box', tokenHash: hashSecret(token) });
  return (await all()).find(({ name }) => name === worker.name)!;
}

it('tells how each is, to those who may use its environment and to nobody else', async () => {
  const [one] = await all();
  expect([one?.name, stateOf(one!), one?.running]).toEqual(['one', 'new', 0]);
  const run = await startedRun(world);
  await hello(world.worker, { ...told, unready: 'has no engine' });
  const [heard] = await all();
  expect(heard).toMatchObject({
    running: 1,
    by_code: false,
    told: { version: '9.9', unready: 'has no engine' },
  });
  expect(stateOf(heard!)).toBe('unready');
  await test.platform.db
    .updateTable('workers')
    .set({ last_seen: new Date(Date.now() - 3_600_000) })
    .where('id', '=', heard!.id)
    .execute();
  expect(stateOf((await all())[0]!)).toBe('silent');
  expect(await all(stranger)).toEqual([]);
  await test.platform.runs.end(run.execution_id, run.token, {
    status: 'stopped',
    exitCode: null,
    reason: '',
  });
});

it('is removed after its last job alone, and its token is good for nothing then', async () => {
  const { id, environment } = await joined('secret');
  const worker = { actor: (await authenticateWorker(test.platform, 'secret'))!, platform: test.platform };
  await expect(removeWorker(owner.context, id)).rejects.toThrow(/still takes jobs: let it drain first/);
  const run = await startedRun({ ...world, worker });
  expect(stateOf(await sendHome(owner.context, id))).toBe('new');
  await expect(removeWorker(owner.context, id)).rejects.toThrow(/holds 1 job: wait/);
  await test.platform.runs.end(run.execution_id, run.token, { status: 'complete', exitCode: 0, reason: '' });
  await removeWorker(owner.context, id);
  expect(await authenticateWorker(test.platform, 'secret')).toBeNull();
  expect((await all()).map(({ name }) => name)).toEqual(['one']);
  const { actor, properties } = await test.platform.db
    .selectFrom('audit')
    .select(['actor', 'properties'])
    .where('action', '=', 'worker.remove')
    .where('subject_id', '=', id)
    .executeTakeFirstOrThrow();
  expect([actor, properties]).toMatchObject([{ username: 'ada' }, { environment: environment.slug }]);
});

it('is known by its token for a moment after it was removed, in which it is given nothing and keeps nothing', async () => {
  const { id } = await joined('remembered');
  const ask = workersByToken();
  expect(await ask(test.platform, 'nobody')).toBeNull();
  const actor = (await ask(test.platform, 'remembered'))!;
  await sendHome(owner.context, id);
  await removeWorker(owner.context, id);
  expect(await ask(test.platform, 'remembered')).toEqual(actor);
  const gone = { actor, platform: test.platform };
  await expect(startedRun({ ...world, worker: gone })).rejects.toMatchObject({ reason: 'not_claimable' });
  await expect(hello(gone, told)).rejects.toMatchObject({ code: 'not_found' });
  const run = await startedRun(world);
  const { runs } = await heartbeats(gone, [{ executionId: run.execution_id, token: run.token }]);
  expect(runs).toEqual(['unknown']);
  await expect.poll(() => ask(test.platform, 'remembered'), { timeout: 3_000 }).toBeNull();
  await test.platform.runs.end(run.execution_id, run.token, { status: 'complete', exitCode: 0, reason: '' });
});

it('is refused, with a cure, for a machine of the config and for one of a group', async () => {
  const [one] = await all();
  await expect(sendHome(owner.context, one!.id)).rejects.toThrow(/config: take it out there/);
  await test.platform.db
    .updateTable('workers')
    .set({ instance_id: 'i-1' })
    .where('id', '=', one!.id)
    .execute();
  await expect(sendHome(owner.context, one!.id)).rejects.toThrow(/group, which the scheduler ends/);
  await expect(sendHome(stranger.context, one!.id)).rejects.toMatchObject({ code: 'not_found' });
});
