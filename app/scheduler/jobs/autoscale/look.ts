/** What autoscaling sees of an environment: its row, its queue, its workers, and what the cloud tells. */
import { sql } from 'kysely';
import type { Context } from '../../../core/context.ts';
import { reachableSince } from '../../../core/workers/control-plane.ts';
import type { GroupLook } from '../../../platform/machines/machines.ts';
import type { KnownMachine } from '../../../platform/tables.ts';
import type { MachineGroup } from '../../../settings.ts';
import { sizeOf, waitingIn, workersOf } from './queries.ts';
import { boundsAt } from './schedule.ts';
import type { Machine, State } from './state.ts';

export interface ScaledEnvironment {
  id: string;
  slug: string;
  machine_group: MachineGroup;
  /** False: taken out of the config. Its machines go as their jobs end, whether its group is still there or not. */
  in_config: boolean;
}

/** Environments whose machines the platform starts and ends. */
export async function scaledEnvironments({ platform }: Context): Promise<ScaledEnvironment[]> {
  const rows = await platform.db
    .selectFrom('environments')
    .select(['id', 'slug', 'machine_group', 'in_config'])
    .where('machine_group', 'is not', null)
    // Of a worker stack that is gone nobody tells.
    .where((eb) => eb.or([eb('in_config', '=', true), eb('worker_stack_id', 'is', null)]))
    .where('purpose', '=', 'jobs')
    .execute();
  return rows.flatMap(({ machine_group, ...row }) => (machine_group ? [{ ...row, machine_group }] : []));
}

/** The state as of `now`, which is the database's. */
export async function look(
  { platform }: Context,
  { id }: ScaledEnvironment,
  group: GroupLook,
): Promise<{ state: State; now: number }> {
  const { db } = platform;
  const row = await db
    .selectFrom('environments')
    .leftJoin('scaling', 'scaling.environment_id', 'environments.id')
    .selectAll('environments')
    .select([
      'scaling.wanted',
      'scaling.wanted_at',
      'scaling.failures',
      'scaling.failed_at',
      'scaling.machines',
    ])
    .select(['scaling.machine_size', 'scaling.machine_size_at', sql<Date>`now()`.as('now')])
    .where('environments.id', '=', id)
    .executeTakeFirstOrThrow();
  const { min_machines: min, max_machines: max, ceiling, schedule, now } = row;
  const state: State = {
    bounds: row.in_config
      ? boundsAt({ min: row.enabled ? min : 0, max, ceiling, schedule }, now)
      : { min: 0, max: 0 },
    graceSeconds: row.grace_seconds,
    slots: row.machine_slots,
    size: await sizeOf(db, row),
    waiting: row.paused_at === null ? await waitingIn(db, id) : [],
    wanted: group.wanted,
    largest: group.largest,
    machines: machinesOf(group, row.machines ?? [], now.getTime()),
    refusal: group.refusal,
    workers: await workersOf(db, id),
    memory: {
      wanted: row.wanted,
      wantedAt: row.wanted_at?.getTime() ?? null,
      failures: row.failures ?? 0,
      failedAt: row.failed_at?.getTime() ?? null,
    },
    trustSilenceFrom: await reachableSince(platform),
  };
  return { state, now: now.getTime() };
}

/** What the cloud shows, and what is known of the same machines from the looks before. Pure. */
export function machinesOf({ machines }: GroupLook, known: KnownMachine[], now: number): Machine[] {
  const before = new Map(known.map((one) => [one.id, one]));
  const time = (at: string | null | undefined) => (at == null ? null : Date.parse(at));
  return machines.map(({ id, state, launchedAt, stray }) => ({
    id,
    state,
    launchedAt: launchedAt.getTime(),
    strayedAt: stray ? (time(before.get(id)?.strayed_at) ?? now) : null,
    endedAt: time(before.get(id)?.ended_at),
  }));
}
