/**
 * Claims in PostgreSQL: the taking itself, one conditional statement for all that come at the same time. Where a quota
 * counts, claims go one after the other: behind a lock, and only then counting.
 */
import { type Kysely, sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { together } from '../../platform/together.ts';
import { hasRoom } from './quota-sql.ts';
import { HAS_MOUNTS, MOUNTS_THEM } from './room-sql.ts';
import { among, isDue, leaseEnd, movable, move } from './sql.ts';
import { CREATOR, SERVES, WAITS } from './turn-sql.ts';

type Db = Kysely<Database>;

export interface Taking {
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

/** For claims that come at the same time. Null: it may not start, or the name of the claim is used up. */
export const takeTogether = (db: Db): ((wish: Taking) => Promise<Won | null>) =>
  together({
    async many(wishes) {
      // Two who want the same: the second finds out alone.
      const byId = new Map(wishes.toReversed().map((wish) => [wish.executionId, wish]));
      const found = await attempt(db, [...byId.values()], 'unheld');
      const won = new Map(found.map((one) => [byId.get(one.execution_id), one.won ?? undefined]));
      return wishes.map((wish) => won.get(wish));
    },
    one: (wish) => take(db, wish),
  });

async function take(db: Db, wish: Taking): Promise<Won | null> {
  try {
    const [found] = await attempt(db, [wish], 'any');
    const { limited = null, won = null } = found ?? {};
    if (limited === null || won !== null) return won;
    return await withTransaction(db, async (tx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`quota ${limited}`}, 0))`.execute(tx);
      return (await attempt(tx, [wish], 'limited'))[0]?.won ?? null;
    });
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return null;
    throw error;
  }
}

/**
 * Those of the wishes, each for another execution, that may be granted; `limited`: the organisation whose quotas count, which
 * are only sure behind its lock. `which`: also what somebody holds at this moment; not that; also what is limited.
 */
async function attempt(
  db: Db,
  wishes: readonly Taking[],
  which: 'any' | 'unheld' | 'limited',
): Promise<{ execution_id: string; limited: string | null; won: Won | null }[]> {
  const { rows } = await sql<Won & { limited: string | null; token: string | null }>`
    WITH asked AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(wishes)}::jsonb) AS asked
        ("executionId" uuid, "workerId" uuid, "leaseSeconds" float8, "claimId" uuid)
    ), holder AS MATERIALIZED (
      -- Locked, so that a worker told to drain has no claim under way that nobody sees.
      SELECT workers.id, workers.name, workers.environment_id, ${MOUNTS_THEM} AS mounts FROM workers
      JOIN environments ON environments.id = workers.environment_id
      WHERE ${among('workers.id', 'asked', 'workerId')} AND ${SERVES} ORDER BY workers.id FOR SHARE OF workers
    ), wish AS MATERIALIZED (
      SELECT asked.*, holder.name, waiting.limited FROM asked JOIN holder ON holder.id = asked."workerId" CROSS JOIN LATERAL (
        SELECT (SELECT projects.organization_id FROM quotas
          WHERE quotas.organization_id = projects.organization_id LIMIT 1) AS limited
        FROM executions JOIN projects ON projects.id = executions.project_id
        WHERE executions.id = asked."executionId" AND executions.environment_id = holder.environment_id
          AND ${WAITS} AND ${isDue('executions')} AND ${hasRoom('projects', CREATOR, null)} AND (holder.mounts OR NOT ${HAS_MOUNTS})
        LIMIT 1 ${which === 'unheld' ? sql`FOR UPDATE OF executions SKIP LOCKED` : sql``}) waiting
    ), claimed AS (
      UPDATE executions SET status = ${move('claim')}, attempt = attempt + 1, started_at = now(), mtime = now(),
        status_detail = '', executor_identity = wish.name
      FROM wish WHERE executions.id = wish."executionId" AND ${among('executions.id', 'wish', 'executionId')} AND ${movable('claim')}
        AND (wish.limited IS NULL OR ${which === 'limited'})
      RETURNING executions.id, executions.attempt, wish."workerId", wish."leaseSeconds", wish."claimId"
    ), made AS (
      INSERT INTO attempts (execution_id, number, worker_id, token, lease_expires_at, claim_id)
      SELECT id, attempt, "workerId", gen_random_uuid(), ${leaseEnd(sql`"leaseSeconds"`)}, "claimId" FROM claimed
      RETURNING execution_id, number, token, lease_expires_at
    ), named AS (
      INSERT INTO claims (id) SELECT "claimId" FROM claimed WHERE "claimId" IS NOT NULL
    )
    SELECT wish.limited, made.*, wish."executionId" AS execution_id
    FROM wish LEFT JOIN made ON made.execution_id = wish."executionId"`.execute(db);
  return rows.map(({ limited, ...won }) => ({
    execution_id: won.execution_id,
    limited,
    won: won.token === null ? null : won,
  }));
}
