/**
 * The run store in PostgreSQL. Every change is one conditional statement: what it must find and what it sets are
 * decided by the row's lock, never by an earlier read. Attempts are locked before their execution, so nothing deadlocks.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { keepPlans } from '../../platform/kept-plans.ts';
import type { Database } from '../../platform/tables.ts';
import { take, turnQuery } from './claim-sql.ts';
import { type Ending, LOST_REASON, reported } from './execution.ts';
import { beatsQuery } from './heartbeats-sql.ts';
import { hasRoom, NOBODY } from './quota-sql.ts';
import type { Claim, Closed, End, RunStore, Status, Told } from './run-store.ts';
import { auditAfter, dueAfter, isDue, leaseEnd, movable, move } from './sql.ts';

interface AttemptRow {
  number: number;
  token: string;
  lease_expires_at: Date;
}

/** Over a transaction, too: then `fence` holds the attempt until it commits. */
export function sqlRunStore(over: Kysely<Database>): RunStore {
  const db = keepPlans(over);
  const rows = async <T>(query: RawBuilder<T>): Promise<T[]> => (await query.execute(db)).rows;
  const first = async <T>(query: RawBuilder<T>): Promise<T | undefined> => (await rows(query))[0];

  /** An old token is told apart from an unknown one: its attempt counts the refusal. */
  const refuse = async (executionId: string, token: string): Promise<{ ok: false; code: 'fenced' }> => {
    await rows(sql`
      UPDATE attempts SET refused_reports = refused_reports + 1
      WHERE execution_id = ${executionId} AND token = ${token}`);
    return { ok: false, code: 'fenced' };
  };

  /** What a used name gives: what it was given, while that lives. */
  const answered = (claimId: string, workerId: string) => sql<{ gives: string | null }>`
    SELECT attempts.execution_id AS gives FROM claims LEFT JOIN attempts
      ON claim_id = claims.id AND worker_id = ${workerId} AND ended_at IS NULL
    WHERE claims.id = ${claimId}`;

  return {
    async turn(claimId, workerId, held, room) {
      const next = await first(sql<{ id: string | null }>`
        WITH used AS MATERIALIZED (${answered(claimId, workerId)})
        SELECT gives AS id FROM used
        UNION ALL SELECT id FROM (${turnQuery(workerId, held, room)}) turn WHERE NOT EXISTS (SELECT FROM used)`);
      return next?.id ?? null;
    },

    async claim(executionId, workerId, leaseSeconds, claimId) {
      const won = await take(db, { executionId, workerId, leaseSeconds, claimId: claimId ?? null });
      if (won) return toClaim(won);
      const held = await first(sql<AttemptRow>`
        UPDATE attempts SET lease_expires_at = ${leaseEnd(leaseSeconds)}
        WHERE execution_id = ${executionId} AND worker_id = ${workerId} AND ended_at IS NULL
        RETURNING number, token, lease_expires_at`);
      return held ? toClaim(held) : null;
    },

    async decline(claimId, workerId) {
      await rows(sql`INSERT INTO claims (id) VALUES (${claimId}) ON CONFLICT DO NOTHING`);
      return (await first(answered(claimId, workerId)))?.gives === null;
    },

    async heartbeats(workerId, runs, leaseSeconds) {
      const [answer] = await rows(beatsQuery(workerId, runs, leaseSeconds));
      const { beats, drain } = answer ?? { beats: runs.map(() => 'unknown' as const), drain: false };
      for (const [at, { executionId, token }] of runs.entries())
        if (beats[at] === 'fenced') await refuse(executionId, token);
      return { beats, drain };
    },

    async fence(executionId, token) {
      const living = await first(sql<{ number: number }>`
        SELECT number FROM attempts
        WHERE execution_id = ${executionId} AND token = ${token} AND ended_at IS NULL FOR SHARE`);
      return living ? { ok: true, value: { attempt: living.number } } : refuse(executionId, token);
    },

    async end(executionId, token, end, told) {
      const { status, exitCode, reason } = end;
      const { kind } = reported(status);
      const which = sql`execution_id = ${executionId} AND token = ${token}`;
      const [ended] = await rows(close(kind, which, end, told));
      if (ended)
        return { ok: true, value: { status: ended.status, limited: ended.limited, repeated: false } };
      const repeated = await first(sql`
        SELECT FROM attempts WHERE execution_id = ${executionId} AND token = ${token} AND end_status = ${status}
          AND exit_code IS NOT DISTINCT FROM ${exitCode} AND reason = ${reason}`);
      return repeated
        ? { ok: true, value: { status, limited: false, repeated: true } }
        : refuse(executionId, token);
    },

    async requestStop(executionId) {
      const changed = await first(sql<{ status: Status }>`
        UPDATE executions SET status = ${move('stop')}, stop_requested_at = now(), mtime = now(),
          end_time = CASE WHEN ${move('stop')} = 'stopped' THEN now() END,
          status_detail = CASE WHEN ${move('stop')} = 'stopped' THEN '' ELSE status_detail END
        WHERE id = ${executionId} AND ${movable('stop')} RETURNING status`);
      if (changed) return changed.status;
      const found = await first(
        sql<{ status: Status }>`SELECT status FROM executions WHERE id = ${executionId}`,
      );
      return found?.status ?? null;
    },

    reap: () => rows(close('lose', sql`lease_expires_at < now()`)),

    async renewAll(leaseSeconds) {
      const renewed = await rows(sql`
        WITH living AS MATERIALIZED (${lockedInOrder(sql`true`)})
        UPDATE attempts SET lease_expires_at = greatest(lease_expires_at, ${leaseEnd(leaseSeconds)})
        FROM living WHERE attempts.execution_id = living.execution_id AND attempts.number = living.number
        RETURNING attempts.number`);
      return renewed.length;
    },

    async queued() {
      const waiting = await rows(sql<{ slug: string; ids: string[] }>`
        WITH full_lanes AS MATERIALIZED (
          SELECT lane.project_id, lane.creator_id FROM (
            SELECT DISTINCT project_id, creator_id FROM executions
            WHERE ${movable('claim')} AND deleted_at IS NULL AND EXISTS (SELECT FROM quotas)) lane
          JOIN projects ON projects.id = lane.project_id
          WHERE NOT ${hasRoom('projects', sql`coalesce(lane.creator_id, ${NOBODY})`, null)}
        )
        SELECT slug, array_agg(executions.id ORDER BY priority DESC, queued_at, counter) AS ids
        FROM executions JOIN environments ON environments.id = environment_id AND environments.paused_at IS NULL
        LEFT JOIN full_lanes ON full_lanes.project_id = executions.project_id
          AND full_lanes.creator_id IS NOT DISTINCT FROM executions.creator_id
        WHERE ${movable('claim')} AND deleted_at IS NULL AND ${isDue('executions')} AND full_lanes.project_id IS NULL
        GROUP BY slug`);
      return new Map(waiting.map(({ slug, ids }) => [slug, ids]));
    },
  };
}

const toClaim = ({ number, token, lease_expires_at }: AttemptRow): Claim => ({
  attempt: number,
  token,
  leaseExpiresAt: lease_expires_at,
});

/**
 * Ends the living attempts of which `which` holds, and their executions, or queues these again. A job that did not succeed
 * tells why in its status detail. Without `end`, a worker fell silent.
 */
function close(kind: Ending, which: RawBuilder<unknown>, end?: End, told?: Told) {
  const ended = kind === 'end' && end ? endedAsReported(which, end) : endedByLoss(kind, which, end);
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
    FROM ended WHERE executions.id = ended.execution_id AND ${move(kind, end?.status)} IS NOT NULL
    RETURNING executions.id AS "executionId", number AS attempt, executions.status AS status,
      EXISTS (SELECT FROM quotas) AS limited
    )${told ? telling(kind, told) : sql``} SELECT * FROM closed`;
}

/** With its audit row. */
const telling = (kind: Ending, { actor, projectId, properties }: Told) => sql`, told AS (
    INSERT INTO audit (actor, action, subject_id, project_id, properties)
    SELECT ${JSON.stringify(actor)}::jsonb, ${auditAfter(kind, sql`status`)}, "executionId", ${projectId}::uuid,
      ${JSON.stringify(properties)}::jsonb FROM closed
    )`;

/** The status is the report's: with nothing to decide, it costs no more than two updates. */
const endedAsReported = (which: RawBuilder<unknown>, { status, exitCode, reason, logLines }: End) => sql`
  ended AS (
    UPDATE attempts SET ended_at = now(), end_status = ${status}, exit_code = ${exitCode}, reason = ${reason},
      log_lines = greatest(log_lines, ${logLines ?? 0})
    WHERE ended_at IS NULL AND ${which}
    RETURNING execution_id, number, end_status AS status, false AS run_again, exit_code, reason
  )`;

/** Whoever locks many takes them in this order, as heartbeats do: two in different orders would wait for each other. */
const lockedInOrder = (which: RawBuilder<unknown>) => sql`
  SELECT execution_id, number FROM attempts WHERE ended_at IS NULL AND ${which}
  ORDER BY execution_id, number FOR UPDATE`;

/** Decided once both rows are locked: a stop may be asked for at this moment. */
function endedByLoss(kind: Ending, which: RawBuilder<unknown>, end?: End) {
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
      RETURNING attempts.execution_id, attempts.number, status, run_again, attempts.exit_code, reason
    )`;
}
