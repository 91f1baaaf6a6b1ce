/**
 * Claims in PostgreSQL: whose turn it is (`order.ts`), read from no more of the queue than the first job of each lane; and
 * the taking itself, one conditional statement. Where a quota counts, those claims go one after the other: behind a lock,
 * and only then counting.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { hasRoom, NOBODY, taken } from './quota-sql.ts';
import { fitsIn, HAS_MOUNTS, MOUNTS_THEM } from './room-sql.ts';
import type { MachineRoom } from './run-store.ts';
import { isDue, leaseEnd, movable, move } from './sql.ts';

type Db = Kysely<Database>;

/**
 * One row with the execution whose turn it is, or none. `held`: those that somebody is about to take count as running.
 * A statement of its own, so that a test may ask PostgreSQL how it goes about it.
 */
export function turnQuery(
  workerId: string,
  held: readonly string[],
  room?: MachineRoom,
): RawBuilder<{ id: string }> {
  const { now, ever } = roomFor(room);
  return sql<{ id: string }>`
    WITH RECURSIVE holder AS MATERIALIZED (
      SELECT workers.environment_id, ${MOUNTS_THEM} AS mounts FROM workers JOIN environments ON environments.id = workers.environment_id
      WHERE workers.id = ${workerId} AND draining_at IS NULL AND environments.paused_at IS NULL
    ), lanes AS (
      SELECT first.* FROM holder CROSS JOIN LATERAL (
        SELECT ${LANE} FROM executions
        WHERE executions.environment_id = holder.environment_id AND ${WAITS} ORDER BY 1, 2 LIMIT 1) first
      UNION ALL
      -- From one lane to the next by the index: the jobs between are not read.
      SELECT next.* FROM lanes CROSS JOIN holder CROSS JOIN LATERAL (
        SELECT ${LANE} FROM executions
        WHERE executions.environment_id = holder.environment_id AND ${WAITS}
          AND (executions.project_id, ${CREATOR}) > (lanes.project_id, lanes.creator) ORDER BY 1, 2 LIMIT 1) next
    ), running AS (
      SELECT project_id, count(*) AS n FROM (${taken(held)}) taken
      WHERE environment_id = (SELECT environment_id FROM holder) GROUP BY project_id
    )
    SELECT id FROM (SELECT head.id, head.fits FROM lanes JOIN projects ON projects.id = lanes.project_id
    LEFT JOIN running ON running.project_id = lanes.project_id
    CROSS JOIN LATERAL (
      SELECT executions.id, executions.priority, executions.queued_at, executions.counter, ${now} AS fits FROM executions
      WHERE executions.environment_id = (SELECT environment_id FROM holder) AND ${WAITS}
        AND executions.project_id = lanes.project_id AND ${CREATOR} = lanes.creator
        AND executions.id <> ALL (${held}::uuid[]) AND ${isDue('executions')} AND ${ever} AND ((SELECT mounts FROM holder) OR NOT ${HAS_MOUNTS})
      ORDER BY executions.priority DESC, executions.queued_at, executions.counter LIMIT 1) head
    WHERE ${hasRoom('projects', sql`lanes.creator`, held)}
    ORDER BY coalesce(running.n, 0), head.priority DESC, head.queued_at, head.counter, head.id LIMIT 1) first
    WHERE fits`;
}

/** So long smaller jobs may pass by one that finds no room; then its turn is kept until the machine has room. */
const PATIENCE = sql`interval '15 minutes'`;

/** Over `executions`: whether it fits beside what runs, and whether it is looked at. */
function roomFor(room: MachineRoom | undefined): Record<'now' | 'ever', RawBuilder<boolean>> {
  if (room === undefined) return { now: sql<boolean>`true`, ever: sql<boolean>`true` };
  const json = (resources: MachineRoom['free']) => sql`${JSON.stringify(resources)}::jsonb`;
  const fits = (free: MachineRoom['free']) => fitsIn(json(free), json(room.share));
  const now = fits(room.free);
  const late = sql`executions.queued_at < now() - ${PATIENCE} AND ${fits(room.whole)}`;
  return { now, ever: sql<boolean>`(${now} OR (${late}))` };
}

export interface Wish {
  executionId: string;
  workerId: string;
  leaseSeconds: number;
  /** The worker's name for its claim. */
  claimId: string | null;
}
export interface Won {
  execution_id: string;
  number: number;
  token: string;
  lease_expires_at: Date;
}
const UNIQUE_VIOLATION = '23505';

/** Null: it may not start, or the name of this claim is used up. */
export async function take(db: Db, wish: Wish): Promise<Won | null> {
  try {
    const { limited, won } = await attempt(db, wish, false);
    if (limited === null || won !== null) return won;
    return await withTransaction(db, async (tx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`quota ${limited}`}, 0))`.execute(tx);
      return (await attempt(tx, wish, true)).won;
    });
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return null;
    throw error;
  }
}

/** `limited`: the organisation whose quotas count, which are only sure behind its lock. */
async function attempt(
  db: Db,
  { executionId, workerId, leaseSeconds, claimId }: Wish,
  locked: boolean,
): Promise<{ limited: string | null; won: Won | null }> {
  const { rows } = await sql<{ limited: string | null } & { [K in keyof Won]: Won[K] | null }>`
    WITH holder AS (
      -- Locked, so that a worker told to drain has no claim under way that nobody sees.
      SELECT workers.id, workers.name, workers.environment_id, ${MOUNTS_THEM} AS mounts FROM workers
      JOIN environments ON environments.id = workers.environment_id
      WHERE workers.id = ${workerId} AND draining_at IS NULL AND environments.paused_at IS NULL FOR SHARE OF workers
    ), wish AS MATERIALIZED (
      SELECT executions.id, holder.name,
        (SELECT projects.organization_id FROM quotas
          WHERE quotas.organization_id = projects.organization_id LIMIT 1) AS limited
      FROM executions JOIN projects ON projects.id = executions.project_id
      JOIN holder ON holder.environment_id = executions.environment_id
      WHERE executions.id = ${executionId} AND ${WAITS} AND ${isDue('executions')} AND ${hasRoom('projects', CREATOR, null)}
        AND (holder.mounts OR NOT ${HAS_MOUNTS})
    ), claimed AS (
      UPDATE executions SET status = ${move('claim')}, attempt = attempt + 1, started_at = now(), mtime = now(),
        status_detail = '', executor_identity = wish.name
      FROM wish WHERE executions.id = wish.id AND ${movable('claim')}
        AND (wish.limited IS NULL OR ${locked})
      RETURNING executions.id, executions.attempt
    ), made AS (
      INSERT INTO attempts (execution_id, number, worker_id, token, lease_expires_at, claim_id)
      SELECT id, attempt, ${workerId}, gen_random_uuid(), ${leaseEnd(leaseSeconds)}, ${claimId}::uuid FROM claimed
      RETURNING execution_id, number, token, lease_expires_at
    ), named AS (
      INSERT INTO claims (id) SELECT ${claimId}::uuid FROM claimed WHERE ${claimId}::uuid IS NOT NULL
    )
    SELECT wish.limited, made.* FROM wish LEFT JOIN made ON true`.execute(db);
  const [row] = rows;
  return { limited: row?.limited ?? null, won: row?.token ? (row as Won) : null };
}

const CREATOR = sql`coalesce(executions.creator_id, ${NOBODY})`;
const LANE = sql`executions.project_id, ${CREATOR} AS creator`;
/** Exactly the condition of the index `executions_lanes`. */
const WAITS = sql`executions.status = 'queued' AND executions.deleted_at IS NULL`;
