/** Machines that come and go with the queue: the scheduler's job on a real database, the cloud is moto. */
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DetachInstancesCommand,
} from '@aws-sdk/client-auto-scaling';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Context } from '../../../app/core/context.ts';
import { createExecution } from '../../../app/core/executions/create.ts';
import { claim } from '../../../app/core/workers/claim.ts';
import { touchControlPlane } from '../../../app/core/workers/control-plane.ts';
import { drained, drainMyself, isDraining } from '../../../app/core/workers/drain.ts';
import { awsMachines } from '../../../app/platform/machines/aws.ts';
import type { Machines } from '../../../app/platform/machines/machines.ts';
import type { JobSpec } from '../../../app/protocol/worker.ts';
import { autoscaleJob } from '../../../app/scheduler/jobs/autoscale/autoscale.ts';
import { runExclusively } from '../../../app/scheduler/runner.ts';
import { startMoto } from '../../support/moto-server.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { until } from '../../support/process.ts';
import { makeWorld, type World } from '../../support/runs.ts';

const region = 'eu-central-1';
const group = 'cove-test-scaled';
let moto: Awaited<ReturnType<typeof startMoto>>;
let test: TestPlatform;
let world: World;
let scheduler: Context;
let machines: Machines;
let aws: AutoScalingClient;
const job = autoscaleJob(async () => machines);
beforeAll(async () => {
  [moto, test] = await Promise.all([startMoto(), testPlatform()]);
  const { endpoint } = moto;
  aws = new AutoScalingClient({ region, endpoint });
  const launch = { LaunchConfigurationName: group, ImageId: 'ami-12c6146b', InstanceType: 't3.small' };
  await aws.send(new CreateLaunchConfigurationCommand(launch));
  await aws.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: group,
      LaunchConfigurationName: group,
      AvailabilityZones: [`${region}a`],
      MinSize: 0,
      MaxSize: 3,
      DesiredCapacity: 0,
      NewInstancesProtectedFromScaleIn: true,
      Tags: Object.entries({ Name: group, 'managed-by': 'cove', component: 'worker' }).map(
        ([Key, Value]) => ({ Key, Value, PropagateAtLaunch: true }),
      ),
    }),
  );
  machines = awsMachines({ region, group }, endpoint);
  world = await makeWorld(test, await test.person('ada'));
  scheduler = { platform: test.platform, actor: { kind: 'system', name: 'scheduler' } };
  await db()
    .updateTable('environments')
    .set({ machine_group: JSON.stringify({ kind: 'aws', region, group }), ceiling: 3, grace_seconds: 300 })
    .execute();
}, 180_000);
afterAll(async () => {
  machines?.close();
  aws?.destroy();
  await Promise.all([test?.close(), moto?.server.stop()]);
});
beforeEach(async () => {
  const { machines: left } = await machines.look();
  await machines.end(left.map(({ id }) => id));
  await db().deleteFrom('executions').execute();
  await db().deleteFrom('workers').execute();
  await db().deleteFrom('scaling').execute();
  await sql`UPDATE control_plane SET last_seen = now(), returned_at = NULL`.execute(db());
});

const db = () => test.platform.db;
const scale = () => job.run(scheduler);
const there = async () => (await machines.look()).machines.map(({ id }) => id);
async function queued(resources?: object): Promise<string> {
  const request = {
    project: world.projectId,
    commit: world.identifier,
    step: 'plain',
    ...(resources && { runtime_config: { kubernetes: { containers: { workload: { resources } } } } }),
  };
  return (await createExecution(world.owner.context, request)).execution.id;
}
const detail = async (id: string) =>
  (await db().selectFrom('executions').select('status_detail').where('id', '=', id).executeTakeFirstOrThrow())
    .status_detail;
/** The worker of a machine, as a join makes it. */
async function joined(instanceId: string): Promise<Context> {
  const row = await db()
    .insertInto('workers')
    .values({
      environment_id: world.environmentId,
      name: instanceId,
      instance_id: instanceId,
      token_hash: Buffer.from(instanceId),
      last_seen: new Date(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const actor = { environmentId: world.environmentId, environmentSlug: world.slug };
  return { platform: test.platform, actor: { kind: 'worker', workerId: row.id, ...actor } };
}
const take = (worker: Context, executionId: string) =>
  claim(worker, { executionId, baseUrl: 'http://cove.test:8000' });
const finish = ({ execution_id, token }: JobSpec) =>
  test.platform.runs.end(execution_id, token, { status: 'complete', exitCode: 0, reason: '' });
/** Two schedulers have looked and decided, each for itself, before either does anything: what they decide they write down first. */
async function bothDecide(): Promise<void> {
  let both: Promise<unknown> = Promise.resolve();
  const waiting = sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await db()
    .transaction()
    .execute(async (tx) => {
      await tx.selectFrom('scaling').select('wanted').forUpdate().execute();
      both = Promise.all([scale(), scale()]);
      await until('both wait', async () => (await waiting.execute(db())).rows[0]?.n === 2);
    });
  await both;
}
/** Everything that was before is so much longer ago; workers are heard of as they were. */
async function pass(seconds: number): Promise<void> {
  const ago = sql`make_interval(secs => ${seconds})`;
  await sql`UPDATE workers SET ctime = ctime - ${ago}, draining_at = draining_at - ${ago}`.execute(db());
  await sql`UPDATE attempts SET ended_at = ended_at - ${ago}`.execute(db());
  const earlier = (at: string) => sql`(machine ->> ${sql.lit(at)})::timestamptz - ${ago}`;
  await sql`UPDATE scaling SET wanted_at = wanted_at - ${ago}, machines = coalesce((
    SELECT jsonb_agg(machine || jsonb_build_object('strayed_at', ${earlier('strayed_at')}, 'ended_at', ${earlier('ended_at')}))
    FROM jsonb_array_elements(machines) machine), '[]')`.execute(db());
}
const silent = (seconds: number) =>
  sql`UPDATE workers SET last_seen = now() - make_interval(secs => ${seconds})`.execute(db());

it('a machine comes for a job that waits, works, rests, is drained and ends', async () => {
  const id = await queued();
  await scale();
  expect((await machines.look()).wanted).toBe(1);
  expect(await detail(id)).toBe('Starting a machine (1 of 3)');
  await scale();
  expect((await machines.look()).wanted).toBe(1);

  const [machine] = await there();
  const worker = await joined(machine!);
  const run = await take(worker, id);
  await pass(3600);
  await scale();
  expect([await isDraining(worker), await there()]).toEqual([false, [machine]]);

  await finish(run);
  await scale();
  expect(await isDraining(worker)).toBe(false);
  await pass(301);
  await scale();
  expect([await isDraining(worker), await there()]).toEqual([true, [machine]]);
  await expect(take(worker, await queued())).rejects.toThrow(/drains/);
  await db().deleteFrom('executions').execute();

  await drained(worker);
  await scale();
  expect(await machines.look()).toMatchObject({ wanted: 0, machines: [] });
  const told = await db().selectFrom('audit').select('action').where('subject_id', '=', world.environmentId);
  expect((await told.orderBy('id').execute()).map(({ action }) => action)).toEqual([
    'environment.grow',
    'environment.end_machines',
  ]);
});

it('no machine ends while a job runs on it, whatever its worker was told', async () => {
  const id = await queued();
  await scale();
  const [machine] = await there();
  const worker = await joined(machine!);
  const run = await take(worker, id);
  await drainMyself(worker, { reason: 'the cloud takes it back' });
  await expect(drained(worker)).rejects.toThrow(/still holds a job/);
  await silent(3600);
  await pass(3600);
  await scale();
  expect(await there()).toEqual([machine]);

  await finish(run);
  await drained(worker);
  await drained(worker);
  await scale();
  expect(await there()).toEqual([]);
});

it('two schedulers alive start no machine twice and end none twice, also where the lock between them failed', async () => {
  await Promise.all([queued(), queued()]);
  const one = () => runExclusively(scheduler, job);
  await Promise.all([one(), one(), one()]);
  expect(await there()).toHaveLength(2);
  await Promise.all([scale(), scale(), scale()]);
  expect(await there()).toHaveLength(2);

  const [first, second] = await there();
  const worker = await joined(first!);
  await joined(second!);
  await db().updateTable('environments').set({ min_machines: 1 }).execute();
  await db().deleteFrom('executions').execute();
  await pass(600);
  await bothDecide();
  const { workerId } = worker.actor as { workerId: string };
  const told = await db().selectFrom('audit').selectAll().where('subject_id', '=', workerId).execute();
  expect(told.map(({ action }) => action)).toEqual(['worker.drain']);

  await drained(worker);
  await bothDecide();
  expect(await machines.look()).toMatchObject({ wanted: 1, machines: [{ id: second }] });
  await db().updateTable('environments').set({ min_machines: 0 }).execute();
});

/** As an operator may, and as Auto Scaling itself: the machine lives on, and is in no group. */
const loseFromGroup = (id: string) =>
  aws.send(
    new DetachInstancesCommand({
      AutoScalingGroupName: group,
      InstanceIds: [id],
      ShouldDecrementDesiredCapacity: true,
    }),
  );
const shown = async () =>
  (await db().selectFrom('scaling').select('machines').executeTakeFirstOrThrow()).machines;

it('fault 33: a machine that lives, though its group says it is gone, finishes its job, is drained and ended', async () => {
  const id = await queued();
  await scale();
  const [machine] = await there();
  const worker = await joined(machine!);
  const run = await take(worker, id);
  await loseFromGroup(machine!);
  await scale();
  expect(await isDraining(worker)).toBe(false);
  await pass(61);
  await scale();
  expect([await isDraining(worker), await there()]).toEqual([true, [machine]]);
  // It counts against max as long as the cloud has it.
  await db().updateTable('environments').set({ max_machines: 1 }).execute();
  const next = await queued();
  await Promise.all([scale(), scale()]);
  expect((await machines.look()).wanted).toBe(0);

  await finish(run);
  await drained(worker);
  await Promise.all([scale(), scale()]);
  expect(await shown()).toMatchObject([{ id: machine, state: 'running', ended_at: expect.any(String) }]);
  expect(await there()).toEqual([]);
  await scale();
  expect(await shown()).toEqual([]);
  await scale();
  expect((await machines.look()).wanted).toBe(1);
  expect(await detail(next)).toBe('Starting a machine (1 of 1)');
  await db().updateTable('environments').set({ max_machines: null }).execute();
});

it('fault 33: an orphan that no worker row knows is ended, once it is sure', async () => {
  await queued();
  await scale();
  const [machine] = await there();
  await loseFromGroup(machine!);
  await db().deleteFrom('executions').execute();
  await scale();
  await scale();
  expect(await there()).toEqual([machine]);
  await pass(61);
  await scale();
  expect(await there()).toEqual([]);
});

it('an environment that is in no config any more lets its machines go, and is then looked at no more', async () => {
  await db().updateTable('environments').set({ min_machines: 1 }).execute();
  await scale();
  const [machine] = await there();
  const worker = await joined(machine!);
  const { machine_group } = await db().selectFrom('environments').selectAll().executeTakeFirstOrThrow();
  await db().updateTable('environments').set({ in_config: false }).execute();
  await scale();
  expect([await isDraining(worker), await there()]).toEqual([true, [machine]]);
  await drained(worker);
  await scale();
  await scale();
  const row = await db().selectFrom('environments').selectAll().executeTakeFirstOrThrow();
  expect([await there(), row.machine_group]).toEqual([[], null]);
  const back = { in_config: true, min_machines: 0, machine_group: JSON.stringify(machine_group) };
  await db().updateTable('environments').set(back).execute();
});

it('a worker that nobody told to drain cannot say that it has', async () => {
  await expect(drained(await joined('i-0123456789abcdef0'))).rejects.toThrow(/not told to drain/);
});

it('who was silent through an outage of ours is not taken for lost; who stays silent is', async () => {
  await db().updateTable('environments').set({ min_machines: 1 }).execute();
  await scale();
  const worker = await joined((await there())[0]!);
  await silent(600);
  await sql`UPDATE control_plane SET last_seen = now() - interval '10 minutes'`.execute(db());
  await scale();
  expect(await isDraining(worker)).toBe(false);
  await touchControlPlane(test.platform);
  await touchControlPlane(test.platform);
  await scale();
  expect(await isDraining(worker)).toBe(false);

  await sql`UPDATE control_plane SET returned_at = now() - interval '4 minutes'`.execute(db());
  await scale();
  expect(await isDraining(worker)).toBe(true);
  await db().updateTable('environments').set({ min_machines: 0 }).execute();
});

it('as many machines come as the jobs fill, once one has told what it has; none for what fits on none', async () => {
  await db().updateTable('environments').set({ machine_slots: 4 }).execute();
  const half = { requests: { cpu: 4, memory: 1024 } };
  const id = await queued(half);
  await scale();
  const [machine] = await there();
  const worker = await joined(machine!);
  const whole = { cpus: 8, memory: 32 * 2 ** 30, devices: {} };
  await db()
    .updateTable('workers')
    .set({ info: JSON.stringify({ whole }) })
    .execute();
  await take(worker, id);
  await Promise.all([queued(half), queued(half), queued(half)]);
  await scale();
  expect((await machines.look()).wanted).toBe(2);

  // All machines are gone, and what they had is remembered.
  await db().deleteFrom('executions').execute();
  await machines.end(await there());
  await db().deleteFrom('workers').execute();
  const large = await queued({ requests: { cpu: 16 } });
  await scale();
  await pass(61);
  await scale();
  expect((await machines.look()).wanted).toBe(0);
  expect(await detail(large)).toBe(
    'No machine of this environment is large enough: one has 8 cores, 32768 MiB of memory',
  );
  // The config names another machine type: nobody knows how large it is.
  await sql`UPDATE environments SET machines_changed_at = now() + interval '1 second'`.execute(db());
  await scale();
  expect((await machines.look()).wanted).toBe(1);
  await db().updateTable('environments').set({ machine_slots: 1 }).execute();
});

it('no machine comes for what may not start: a quota is reached, the environment is paused', async () => {
  const { organizationId, id } = world.owner;
  const paused = (paused_at: Date | null) => db().updateTable('environments').set({ paused_at }).execute();
  await db()
    .insertInto('quotas')
    .values({ organization_id: organizationId, kind: 'user', user_id: id, most: 1 })
    .execute();
  for (let n = 0; n < 3; n++) await queued();
  await paused(new Date());
  await scale();
  expect((await machines.look()).wanted).toBe(0);
  await paused(null);
  await scale();
  expect((await machines.look()).wanted).toBe(1);
  await db().deleteFrom('quotas').execute();
  await scale();
  expect((await machines.look()).wanted).toBe(3);
});
