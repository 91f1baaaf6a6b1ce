/** Ends of attempts in PostgreSQL, and of their executions: many at once, each told of in the audit in the same moment. */
import { type RawBuilder, sql } from 'kysely';
import { type Ending, LOST_REASON } from './execution.ts';
import type { Closed, End, EndStatus, Told } from './run-store.ts';
import { among, auditAfter, dueAfter, move } from './sql.ts';

/** What a worker tells of an attempt's end. */
export interface Report {
  executionId: string;
  token: string;
  end: End;
  told: Told | undefined;
}

/**
 * Ends as they were reported, of executions that all differ: with nothing to decide, it costs no more than two updates.
 * `waits` false: an attempt that somebody else holds is left as it is.
 */
export function endAsReported(reports: readonly Report[], waits: boolean): RawBuilder<Closed> {
  const inOrder = reports.toSorted((a, b) => (a.executionId < b.executionId ? -1 : 1));
  const asked = inOrder.map(({ executionId, token, end, told = null }) => ({
    execution_id: executionId,
    token,
    status: end.status,
    exit_code: end.exitCode,
    reason: end.reason,
    log_lines: end.logLines ?? 0,
    told,
  }));
  return close(
    'end',
    sql`due AS MATERIALIZED (
      SELECT living.number, asked.* FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS asked
        (execution_id uuid, token uuid, status text, exit_code int, reason text, log_lines int, told jsonb)
      CROSS JOIN LATERAL (
        SELECT number FROM attempts
        WHERE attempts.execution_id = asked.execution_id AND attempts.token = asked.token AND ended_at IS NULL
        LIMIT 1 FOR UPDATE ${waits ? sql`` : sql`SKIP LOCKED`}) living
    ), ended AS (
      UPDATE attempts SET ended_at = now(), end_status = due.status, exit_code = due.exit_code, reason = due.reason,
        log_lines = greatest(attempts.log_lines, due.log_lines)
      FROM due WHERE attempts.execution_id = due.execution_id AND attempts.number = due.number
        AND ${among('attempts.execution_id', 'due', 'execution_id')}
      RETURNING due.execution_id, due.number, due.status, false AS run_again, due.exit_code, due.reason, due.told
    )`,
    sql`ended.status`,
  );
}

/** The end of an attempt whose worker tells that it is not the job's doing. */
export const endByCrash = ({ executionId, token, end, told }: Report): RawBuilder<Closed> =>
  close('crash', endedByLoss('crash', sql`execution_id = ${executionId} AND token = ${token}`, end, told));

/** Ends the living attempts of which `which` holds: their workers fell silent. */
export const endByLoss = (which: RawBuilder<unknown>): RawBuilder<Closed> =>
  close('lose', endedByLoss('lose', which));

/** Whoever locks many takes them in this order, as heartbeats do: two in different orders would wait for each other. */
export const lockedInOrder = (which: RawBuilder<unknown>) => sql`
  SELECT execution_id, number FROM attempts WHERE ended_at IS NULL AND ${which}
  ORDER BY execution_id, number FOR UPDATE`;

/**
 * `ended`: the statement's part that ends attempts and tells of each what becomes of it. Their executions end with them, or
 * are queued again. A job that did not succeed tells why in its status detail.
 */
function close(kind: Ending, ended: RawBuilder<unknown>, status?: RawBuilder<EndStatus>) {
  return sql<Closed>`
    WITH ${ended}, closed AS (
    UPDATE executions SET status = ended.status, mtime = now(),
      exit_code = CASE WHEN run_again THEN NULL ELSE ended.exit_code END,
      end_time = CASE WHEN run_again THEN NULL ELSE now() END,
      not_before = CASE WHEN run_again THEN ${dueAfter(sql<number>`number`)} END,
      started_at = CASE WHEN run_again THEN NULL ELSE started_at END,
      executor_identity = CASE WHEN run_again THEN '' ELSE executor_identity END,
      cumulative_metadata = CASE WHEN run_again THEN '{}' ELSE cumulative_metadata END,
      status_detail = CASE WHEN ended.status = 'complete' OR reason = '' THEN status_detail
        WHEN run_again THEN 'Attempt ' || number || ' was lost: ' || reason ELSE reason END
    FROM ended WHERE executions.id = ended.execution_id AND ${among('executions.id', 'ended', 'execution_id')}
      AND ${move(kind, status)} IS NOT NULL
    RETURNING executions.id AS "executionId", number AS attempt, executions.status AS status, told
    ), audited AS (
      INSERT INTO audit (actor, action, subject_id, project_id, properties)
      SELECT told -> 'actor', ${auditAfter(kind, sql`status`)}, "executionId", (told ->> 'projectId')::uuid,
        told -> 'properties' FROM closed WHERE told IS NOT NULL
    ) SELECT "executionId", attempt, status, EXISTS (SELECT FROM quotas) AS limited FROM closed`;
}

/** Decided once both rows are locked: a stop may be asked for at this moment. */
function endedByLoss(kind: Ending, which: RawBuilder<unknown>, end?: End, told?: Told) {
  const status = move(kind);
  const reason = end
    ? sql`${end.reason}`
    : sql`CASE status WHEN 'stopped' THEN ${LOST_REASON.stopped} ELSE ${LOST_REASON.crashed} END`;
  return sql`
    due AS MATERIALIZED (
      ${lockedInOrder(which)}
    ), decided AS MATERIALIZED (
      -- Not by status: an index of all that run would be read for one.
      SELECT due.*, ${status} AS status FROM due JOIN executions ON executions.id = execution_id
      WHERE ${status} IS NOT NULL FOR NO KEY UPDATE OF executions
    ), ended AS (
      UPDATE attempts SET ended_at = now(), run_again = status = 'queued', reason = ${reason},
        end_status = CASE status WHEN 'queued' THEN 'crashed' ELSE status END,
        exit_code = ${end?.exitCode ?? null}, log_lines = greatest(log_lines, ${end?.logLines ?? 0})
      FROM decided WHERE attempts.execution_id = decided.execution_id AND attempts.number = decided.number
      RETURNING attempts.execution_id, attempts.number, status, run_again, attempts.exit_code, reason,
        ${told ? JSON.stringify(told) : null}::jsonb AS told
    )`;
}
