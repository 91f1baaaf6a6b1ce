/** Gives every environment the machines that its queue needs, and ends those that nobody needs (design 12). */
import { sql } from 'kysely';
import { audit } from '../../../core/audit.ts';
import type { Context } from '../../../core/context.ts';
import { CoveError } from '../../../core/errors.ts';
import { stackMachines } from '../../../core/worker-stacks/machines.ts';
import { drainWorker } from '../../../core/workers/drain.ts';
import { type GroupLook, type Machines, openMachines } from '../../../platform/machines/machines.ts';
import type { MachineGroup } from '../../../settings.ts';
import type { Job } from '../../runner.ts';
import { decide } from './decide.ts';
import { look, type ScaledEnvironment, scaledEnvironments } from './look.ts';
import type { Decision, State } from './state.ts';

type Open = (group: MachineGroup) => Promise<Machines>;

/** `open` is another one where a test has its own cloud. */
export function autoscaleJob(open: Open = openMachines): Job {
  const opened = new Map<string, Promise<Machines>>();
  const machinesOf = async (
    { platform }: Context,
    { machine_group: group }: ScaledEnvironment,
  ): Promise<Machines> => {
    if (group.kind === 'workerStack') return stackMachines(platform.db, group);
    const key = JSON.stringify(group);
    const found = opened.get(key) ?? open(group);
    opened.set(key, found);
    found.catch(() => opened.delete(key));
    return found;
  };
  return {
    name: 'autoscale',
    everySeconds: 5,
    async run(context) {
      for (const environment of await scaledEnvironments(context)) {
        try {
          await scale(context, environment, await machinesOf(context, environment));
        } catch (error) {
          if (!environment.in_config && isNotFound(error)) {
            await forget(context, environment);
            continue;
          }
          const { message } = error as Error;
          context.platform.log.warn({ err: error, environment: environment.slug }, 'could not be scaled');
          await tell(context, environment, `The cloud gives no machine: ${message}`);
        }
      }
    },
  };
}
export const autoscale = autoscaleJob();

async function scale(context: Context, environment: ScaledEnvironment, machines: Machines): Promise<void> {
  const group = await machines.look();
  // After the cloud was looked at: a worker that joined meanwhile is seen, one that was taken is not missed.
  const { state, now } = await look(context, environment, group);
  const decision = decide(state, now);
  await remember(context, environment, state, decision, now);
  for (const { workerId, reason } of decision.drain) {
    await drainWorker(context, { workerId, reason });
    // So that it hears at once; its next hello or heartbeat tells it in any case.
    await context.platform.queue.announceStop(environment.slug, workerId).catch(() => {});
  }
  if (decision.end.length > 0) {
    await machines.end(decision.end.map(({ instanceId }) => instanceId));
    await note(context, environment, 'environment.end_machines', { machines: decision.end });
  }
  if (decision.grow !== null) {
    await machines.grow(decision.grow);
    await note(context, environment, 'environment.grow', { from: group.wanted, to: decision.grow });
  }
  if (decision.forgo) await machines.forgo();
  await forgetGone(context, environment, group);
  if (!environment.in_config && group.wanted === 0 && group.machines.length === 0)
    await forget(context, environment);
  await tell(context, environment, decision.message);
}

const isNotFound = (error: unknown) => error instanceof CoveError && error.code === 'not_found';

/** An environment that is in no config any more, and of whose machines the cloud has none, is done with. */
async function forget({ platform }: Context, { id }: ScaledEnvironment): Promise<void> {
  await platform.db.updateTable('environments').set({ machine_group: null }).where('id', '=', id).execute();
}

/** Before anything is done by it: a scheduler that dies in between has asked for less, never for more. */
async function remember(
  { platform }: Context,
  { id }: ScaledEnvironment,
  { machines, size }: State,
  { memory, end }: Decision,
  now: number,
): Promise<void> {
  const time = (at: number | null) => (at === null ? null : new Date(at));
  const told = new Set(end.map(({ instanceId }) => instanceId));
  const row = {
    wanted: memory.wanted,
    wanted_at: time(memory.wantedAt),
    failures: memory.failures,
    failed_at: time(memory.failedAt),
    machines: JSON.stringify(
      machines.map((one) => ({
        id: one.id,
        state: one.state,
        launched_at: time(one.launchedAt),
        ...(one.strayedAt !== null && { strayed_at: time(one.strayedAt) }),
        ...((told.has(one.id) || one.endedAt !== null) && {
          ended_at: time(told.has(one.id) ? now : one.endedAt),
        }),
      })),
    ),
    ...(size !== null && { machine_size: sizeText(size), machine_size_at: new Date(size.at) }),
    mtime: new Date(),
  };
  await platform.db
    .insertInto('scaling')
    .values({ environment_id: id, ...row })
    .onConflict((on) => on.column('environment_id').doUpdateSet(row))
    .execute();
}

const sizeText = ({ cpus, memory, devices }: NonNullable<State['size']>) =>
  JSON.stringify({ cpus, memory, devices });

/** The workers of machines that the cloud does not have any more. One that was heard of lately may only be new. */
async function forgetGone(
  { platform }: Context,
  { id }: ScaledEnvironment,
  { machines }: GroupLook,
): Promise<void> {
  const there = machines.map((machine) => machine.id);
  let gone = platform.db
    .deleteFrom('workers')
    .where('environment_id', '=', id)
    .where('instance_id', 'is not', null)
    .where(sql<boolean>`coalesce(last_seen, ctime) < now() - interval '10 minutes'`);
  if (there.length > 0) gone = gone.where('instance_id', 'not in', there);
  await gone.execute();
}

/** What people read at a job that waits, and at its environment. */
async function tell({ platform }: Context, { id }: ScaledEnvironment, message: string): Promise<void> {
  const text = message.slice(0, 1000);
  await platform.db
    .insertInto('scaling')
    .values({ environment_id: id, message: text })
    .onConflict((on) => on.column('environment_id').doUpdateSet({ message: text }))
    .execute();
  await platform.db
    .updateTable('executions')
    .set({ status_detail: text, mtime: sql<Date>`now()` })
    .where('environment_id', '=', id)
    .where('status', '=', 'queued')
    .where('status_detail', '!=', text)
    .execute();
}

const note = ({ platform, ...context }: Context, { id }: ScaledEnvironment, action: string, told: object) =>
  audit(platform.db, context, action, { id }, { ...told });
