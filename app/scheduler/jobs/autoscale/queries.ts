/** What the database knows of an environment's queue, its workers, and how large its machines are. */
import { type Kysely, sql } from 'kysely';
import { forWorker } from '../../../core/executions/runtime-config.ts';
import { NOBODY, quotasFor } from '../../../core/lifecycle/quota-sql.ts';
import type { Asked } from '../../../core/workers/room.ts';
import type { Database, MachineSize } from '../../../platform/tables.ts';
import type { MachineWorker, State, Waiting } from './state.ts';

type Db = Kysely<Database>;

/** Of each lane no more are looked at: these start before the others. */
const LANE_LIMIT = 1_000;
const ASKED = sql`runtime_config #> '{kubernetes,containers,workload,resources}'`;

/** Those that wait, and of each lane no more than its quotas have room for: no machine comes for what may not start. */
const mayStart = (environmentId: string) => sql<{ asked: unknown; jobs: number }>`
  SELECT job.asked, count(*)::int AS jobs
  FROM (SELECT DISTINCT project_id, coalesce(creator_id, ${NOBODY}) AS creator FROM executions
    WHERE environment_id = ${environmentId} AND status = 'queued' AND deleted_at IS NULL) lane
  JOIN projects ON projects.id = lane.project_id
  CROSS JOIN LATERAL (SELECT executions.${ASKED} AS asked FROM executions
    WHERE environment_id = ${environmentId} AND status = 'queued' AND deleted_at IS NULL
      AND project_id = lane.project_id AND coalesce(creator_id, ${NOBODY}) = lane.creator
    ORDER BY priority DESC, queued_at, counter LIMIT least(${sql.lit(LANE_LIMIT)}, (
      SELECT min(greatest(quota.most - quota.running, 0)) FROM (${quotasFor('projects', sql`lane.creator`, null)}) quota))
  ) job GROUP BY job.asked`;

export async function waitingIn(db: Db, environmentId: string): Promise<Waiting[]> {
  const { rows } = await mayStart(environmentId).execute(db);
  return rows.map(({ asked, jobs }) => ({ asked: askedOf(asked), jobs }));
}
const askedOf = (resources: unknown): Asked =>
  forWorker({ kubernetes: { containers: { workload: { resources } } } });

interface Remembered {
  id: string;
  machine_size: MachineSize | null;
  machine_size_at: Date | null;
  machines_changed_at: Date;
}

/** As the newest machine told since the config last said something else of them; it is remembered when all are gone. */
export async function sizeOf(db: Db, row: Remembered): Promise<State['size']> {
  const { rows } = await sql<{ size: MachineSize; at: Date }>`
    SELECT info -> 'whole' AS size, ctime AS at FROM workers
    WHERE environment_id = ${row.id} AND instance_id IS NOT NULL AND info -> 'whole' IS NOT NULL
    ORDER BY ctime DESC LIMIT 1`.execute(db);
  const { size, at } = rows[0] ?? { size: row.machine_size, at: row.machine_size_at };
  return size === null || at === null || at < row.machines_changed_at ? null : { ...size, at: at.getTime() };
}

export async function workersOf(db: Db, environmentId: string): Promise<MachineWorker[]> {
  const { rows } = await sql<MachineRow>`
    SELECT w.id, w.instance_id, w.last_seen, w.draining_at, w.drained_at, w.ctime,
      count(a.number) FILTER (WHERE a.ended_at IS NULL)::int AS running, max(a.ended_at) AS ended,
      coalesce(jsonb_agg(executions.${ASKED}) FILTER (WHERE executions.id IS NOT NULL), '[]') AS holds
    FROM workers w LEFT JOIN attempts a ON a.worker_id = w.id
    LEFT JOIN executions ON executions.id = a.execution_id AND a.ended_at IS NULL
    WHERE w.environment_id = ${environmentId} AND w.instance_id IS NOT NULL GROUP BY w.id`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    instanceId: row.instance_id,
    running: row.running,
    holds: row.holds.map(askedOf),
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
  holds: unknown[];
  ended: Date | null;
}
