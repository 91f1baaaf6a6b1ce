/**
 * The run store in PostgreSQL. Every change is one conditional statement: what it must find and what it sets are
 * decided by the row's lock, never by an earlier read. Attempts are locked before their execution, so nothing deadlocks.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { keepPlans } from '../../platform/kept-plans.ts';
import type { Database } from '../../platform/tables.ts';
import { together } from '../../platform/together.ts';
import { takeTogether } from './claim-sql.ts';
import { endAsReported, endByCrash, endByLoss, lockedInOrder, type Report } from './end-sql.ts';
import { reported } from './execution.ts';
import { handOut } from './hand-out.ts';
import { beatsQuery } from './heartbeats-sql.ts';
import { hasRoom, NOBODY } from './quota-sql.ts';
import type { Claim, Closed, RunStore, Status, Wish } from './run-store.ts';
import { isDue, leaseEnd, movable, move } from './sql.ts';
import { answered, lookQuery, turnsQuery } from './turn-sql.ts';

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

  const ends = together<Report, Closed | undefined>({
    async many(reports) {
      // A report that comes twice is told twice, one after the other.
      const byId = new Map(reports.toReversed().map((report) => [report.executionId, report]));
      const found = await rows(endAsReported([...byId.values()], false));
      const closed = new Map(found.map((one) => [byId.get(one.executionId), one]));
      return reports.map((report) => closed.get(report));
    },
    one: (report) => first(endAsReported([report], true)),
  });
  const claims = takeTogether(db);

  return {
    async turns(wishes, held) {
      const look = async (wish: Wish, besides: readonly string[]) =>
        (await first(lookQuery(wish, besides)))?.id ?? null;
      const [alone] = wishes;
      if (alone !== undefined && wishes.length === 1) return [await look(alone, held)];
      const found = await first(turnsQuery(wishes, held));
      const given = handOut(wishes, found?.askers ?? [], found?.waiting ?? null);
      const taken = [...held, ...given.filter((id) => typeof id === 'string')];
      const answers: (string | null)[] = [];
      for (const [at, wish] of wishes.entries()) {
        const id = given[at] === undefined ? await look(wish, taken) : given[at];
        if (given[at] === undefined && id !== null) taken.push(id);
        answers.push(id);
      }
      return answers;
    },

    async claim(executionId, workerId, leaseSeconds, claimId) {
      const won = await claims({ executionId, workerId, leaseSeconds, claimId: claimId ?? null });
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
      const report = { executionId, token, end, told };
      const ended = await (reported(status).kind === 'end' ? ends(report) : first(endByCrash(report)));
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

    reap: () => rows(endByLoss(sql`lease_expires_at < now()`)),

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
