/** Whose turn it is (`order.ts`) in PostgreSQL, read from no more of the queue than the first jobs of each lane. */
import { type RawBuilder, sql } from 'kysely';
import type { Asker, Head } from './hand-out.ts';
import { hasRoom, NOBODY, taken } from './quota-sql.ts';
import { ASKS, fitsIn, HAS_MOUNTS, MOUNTS_THEM } from './room-sql.ts';
import type { MachineRoom, Wish } from './run-store.ts';
import { isDue } from './sql.ts';

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
      WHERE workers.id = ${workerId} AND ${SERVES}
    ), ${lanesBeside(held)}
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

/** Of a worker of an environment. */
export const SERVES = sql`draining_at IS NULL AND environments.paused_at IS NULL`;
export const CREATOR = sql`coalesce(executions.creator_id, ${NOBODY})`;
const LANE = sql`executions.project_id, ${CREATOR} AS creator`;
/** Exactly the condition of the index `executions_lanes`. */
export const WAITS = sql`executions.status = 'queued' AND executions.deleted_at IS NULL`;

/** Over a `holder` of one environment: its lanes, and how many of each project run there. */
const lanesBeside = (held: readonly string[]) => sql`lanes AS (
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
    )`;

/** What a used name gives: what it was given, while that lives. */
export const answered = (claimId: string | RawBuilder<unknown>, workerId: string | RawBuilder<unknown>) =>
  sql<{ id: string; gives: string | null }>`
  SELECT claims.id, attempts.execution_id AS gives FROM claims LEFT JOIN attempts
    ON claim_id = claims.id AND worker_id = ${workerId} AND ended_at IS NULL
  WHERE claims.id = ${claimId}`;

/** One row, or none: what one claim is given. */
export const lookQuery = ({ claimId, workerId, room }: Wish, held: readonly string[]) => sql<{
  id: string | null;
}>`
  WITH used AS MATERIALIZED (${answered(claimId, workerId)})
  SELECT gives AS id FROM used
  UNION ALL SELECT id FROM (${turnQuery(workerId, held, room)}) turn WHERE NOT EXISTS (SELECT FROM used)`;

/** One row with what `handOut` decides by, for workers of one environment. */
export function turnsQuery(
  wishes: readonly Wish[],
  held: readonly string[],
): RawBuilder<{ askers: Asker[]; waiting: Head[] | null }> {
  const asked = JSON.stringify(wishes.map(({ claimId, workerId }) => ({ claimId, workerId })));
  return sql`
    WITH RECURSIVE asked AS MATERIALIZED (
      SELECT asked.*, row_number() OVER () AS at
      FROM jsonb_to_recordset(${asked}::jsonb) AS asked ("claimId" uuid, "workerId" uuid)
    ), askers AS MATERIALIZED (
      SELECT asked.at, used.id IS NOT NULL AS used, used.gives, worker.environment_id,
        coalesce(worker.serves, false) AS serves, coalesce(worker.mounts, false) AS mounts
      FROM asked LEFT JOIN LATERAL (
        ${answered(sql`asked."claimId"`, sql`asked."workerId"`)} LIMIT 1) used ON true
      LEFT JOIN LATERAL (
        SELECT workers.environment_id, ${SERVES} AS serves, ${MOUNTS_THEM} AS mounts
        FROM workers JOIN environments ON environments.id = workers.environment_id
        WHERE workers.id = asked."workerId" LIMIT 1) worker ON true
    ), holder AS MATERIALIZED (
      SELECT environment_id FROM askers WHERE serves LIMIT 1
    ), ${lanesBeside(held)}, heads AS (
      SELECT head.*, coalesce(running.n, 0) + row_number() OVER (
        PARTITION BY lanes.project_id ORDER BY head.priority DESC, head.queued_at, head.counter) AS turn
      FROM lanes LEFT JOIN running ON running.project_id = lanes.project_id
      CROSS JOIN LATERAL (
        SELECT executions.id, executions.priority, executions.queued_at, executions.counter,
          ${ASKS} AS asks, ${HAS_MOUNTS} AS mounts FROM executions
        WHERE executions.environment_id = (SELECT environment_id FROM holder) AND ${WAITS}
          AND executions.project_id = lanes.project_id AND ${CREATOR} = lanes.creator
          AND executions.id <> ALL (${held}::uuid[]) AND ${isDue('executions')}
        ORDER BY executions.priority DESC, executions.queued_at, executions.counter LIMIT ${wishes.length}) head
      ORDER BY turn, head.priority DESC, head.queued_at, head.counter, head.id LIMIT ${wishes.length}
    )
    SELECT (SELECT json_agg(askers ORDER BY at) FROM askers) AS askers,
      CASE WHEN NOT EXISTS (SELECT FROM quotas) THEN (SELECT coalesce(json_agg(
        heads ORDER BY turn, priority DESC, queued_at, counter, id), '[]') FROM heads) END AS waiting`;
}
