/** Heartbeats in PostgreSQL: one statement, and so one commit, for all runs of a worker. */
import { type RawBuilder, sql } from 'kysely';
import type { Beat, Held } from './run-store.ts';
import { leaseEnd } from './sql.ts';

/** One row; none where the worker is not known. */
export function beatsQuery(
  workerId: string,
  runs: readonly Held[],
  leaseSeconds: number,
): RawBuilder<{ beats: Beat[]; drain: boolean }> {
  const ids = runs.map(({ executionId }) => executionId);
  const tokens = runs.map(({ token }) => token);
  return sql<{ beats: Beat[]; drain: boolean }>`
    WITH me AS (
      UPDATE workers SET last_seen = now() WHERE id = ${workerId} RETURNING environment_id, draining_at
    ), asked AS MATERIALIZED (
      SELECT asked.*, executions.status FROM unnest(${ids}::uuid[], ${tokens}::uuid[])
        WITH ORDINALITY AS asked (execution_id, token, at)
      LEFT JOIN executions ON executions.id = asked.execution_id
        AND executions.environment_id = (SELECT environment_id FROM me)
    ), living AS MATERIALIZED (
      SELECT attempts.execution_id, attempts.number FROM asked
      JOIN attempts ON attempts.execution_id = asked.execution_id AND attempts.token = asked.token
      WHERE asked.status IS NOT NULL AND ended_at IS NULL
      ORDER BY attempts.execution_id, attempts.number FOR NO KEY UPDATE OF attempts
    ), beat AS (
      UPDATE attempts SET lease_expires_at = ${leaseEnd(leaseSeconds)} FROM living
      WHERE attempts.execution_id = living.execution_id AND attempts.number = living.number
      RETURNING attempts.execution_id, attempts.token
    )
    SELECT draining_at IS NOT NULL AS drain, ARRAY(
      SELECT CASE WHEN asked.status IS NULL THEN 'unknown' WHEN beat.token IS NULL THEN 'fenced'
        WHEN asked.status = 'stopping' THEN 'stop' ELSE 'held' END
      FROM asked LEFT JOIN beat ON beat.execution_id = asked.execution_id AND beat.token = asked.token
      ORDER BY at) AS beats
    FROM me`;
}
