/** What autoscaling sees of an environment: its row, its queue, its workers, and what the cloud tells. */
import { sql } from 'kysely';
import type { Context } from '../../../core/context.ts';
import { NOBODY, quotasFor } from '../../../core/lifecycle/quota-sql.ts';
import { reachableSince } from '../../../core/workers/control-plane.ts';
import type { GroupLook } from '../../../platform/machines/machines.ts';
import type { KnownMachine } from '../../../platform/tables.ts';
import type { MachineGroup } from '../../../settings.ts';
import { boundsAt } from './schedule.ts';
import type { Machine, MachineWorker, State } from './state.ts';

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

/** Those that wait, and of each lane no more than its quotas have room for: no machine comes for what may not start. */
const MAY_START = sql`(SELECT coalesce(sum(least(lane.n, coalesce((
    SELECT min(greatest(quota.most - quota.running, 0)) FROM (${quotasFor('projects', sql`lane.creator`, [])}) quota),
    lane.n))), 0)::int
  FROM (SELECT project_id, coalesce(creator_id, ${NOBODY}) AS creator, count(*) AS n FROM executions
    WHERE environment_id = environments.id AND status = 'queued' AND deleted_at IS NULL GROUP BY 1, 2) lane
  JOIN projects ON projects.id = lane.project_id)`;

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
    .select([
      sql<Date>`now()`.as('now'),
      sql<number>`CASE WHEN environments.paused_at IS NULL THEN ${MAY_START} ELSE 0 END`.as('queued'),
    ])
    .where('environments.id', '=', id)
    .executeTakeFirstOrThrow();
  const { min_machines: min, max_machines: max, ceiling, schedule, now } = row;
  const state: State = {
    bounds: row.in_config
      ? boundsAt({ min: row.enabled ? min : 0, max, ceiling, schedule }, now)
      : { min: 0, max: 0 },
    graceSeconds: row.grace_seconds,
    slots: row.machine_slots,
    queued: row.queued,
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

async function workersOf(db: Context['platform']['db'], environmentId: string): Promise<MachineWorker[]> {
  const { rows } = await sql<MachineRow>`
    SELECT w.id, w.instance_id, w.last_seen, w.draining_at, w.drained_at, w.ctime,
      count(a.number) FILTER (WHERE a.ended_at IS NULL)::int AS running, max(a.ended_at) AS ended
    FROM workers w LEFT JOIN attempts a ON a.worker_id = w.id
    WHERE w.environment_id = ${environmentId} AND w.instance_id IS NOT NULL GROUP BY w.id`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    instanceId: row.instance_id,
    running: row.running,
    idleSince: (row.ended ?? row.ctime).getTime(),
    lastSeen: (row.last_seen ?? row.ctime).getTime(),
    drainingSince: row.draining_at?.getTime() ?? null,
    drained: row.drained_at !== null,
  }));
}
interface MachineRow {
  id: string;
  instance_id: string;
  last_seen: Date | null;
  draining_at: Date | null;
  drained_at: Date | null;
  ctime: Date;
  running: number;
  ended: Date | null;
}
