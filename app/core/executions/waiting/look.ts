/** What `explain.ts` looks at, read with bounds, so that a queue of any length costs little. */
import { type Kysely, sql } from 'kysely';
import type { Database, KnownMachine } from '../../../platform/tables.ts';
import type { QuotaKind } from '../../../platform/words.ts';
import { mostOf } from '../../environments/scaling.ts';
import { ahead, type Line } from '../../lifecycle/order.ts';
import { NOBODY, quotasFor } from '../../lifecycle/quota-sql.ts';
import { TOO_LARGE, TOO_OLD } from '../../lifecycle/room-sql.ts';
import type { Machines, Quota, State } from './state.ts';

const MOST_AHEAD = 1_000;
const MOST_OTHERS = 10_000;
const MOST_RUNNING = 1_000;
const SAMPLES = 20;

/** As of `now`, which is the database's. Null: it has ended, or is about to. */
export async function look(
  db: Kysely<Database>,
  executionId: string,
): Promise<{ state: State; now: number } | null> {
  const row = await db
    .selectFrom('executions')
    .innerJoin('environments', 'environments.id', 'executions.environment_id')
    .leftJoin('users as pausers', 'pausers.id', 'environments.paused_by')
    .leftJoin('scaling', 'scaling.environment_id', 'environments.id')
    .leftJoin('attempts', (join) =>
      join
        .onRef('attempts.execution_id', '=', 'executions.id')
        .onRef('attempts.number', '=', 'executions.attempt'),
    )
    .select(['executions.status', 'executions.status_detail', 'executions.ctime', 'executions.queued_at'])
    // While it waits again, its last attempt is the lost one.
    .select(['attempts.ended_at as lost_at', 'not_before', 'executions.attempt', 'executions.max_retries'])
    .select([
      'executions.started_at',
      'executions.environment_id',
      'environments.slug',
      'in_config',
      'enabled',
    ])
    .select(['paused_at', 'pause_reason', 'pausers.username as pauser', 'machine_group', 'max_machines'])
    .select([
      'ceiling',
      'scaling.machines',
      'scaling.message',
      'scaling.wanted',
      'phase',
      'phase_since',
      'progress',
    ])
    .select('worker_id')
    .select(['scaling.failures'])
    .select([sql<Date>`now()`.as('now'), TOO_LARGE.as('too_large'), TOO_OLD.as('too_old')])
    .where('executions.id', '=', executionId)
    .executeTakeFirst();
  const { status } = row ?? {};
  if (row === undefined || (status !== 'created' && status !== 'queued' && status !== 'started')) return null;
  const waits = status === 'queued';
  const { worker_id, phase } = row;
  const onDisk = status === 'started' && phase === 'disk' && worker_id !== null;
  const workers = waits ? await workersOf(db, row.environment_id) : [];
  const state: State = {
    status,
    since: (row.started_at ?? row.lost_at ?? row.queued_at ?? row.ctime).getTime(),
    told: row.status_detail,
    pause:
      row.not_before === null
        ? null
        : { until: row.not_before.getTime(), attempt: row.attempt, most: row.max_retries + 1 },
    tooLarge: waits ? row.too_large : null,
    tooOld: waits ? row.too_old : null,
    phase:
      waits || phase === null
        ? null
        : { kind: phase, since: (row.phase_since ?? row.now).getTime(), progress: row.progress },
    neighbours: onDisk ? await neighboursOf(db, worker_id, executionId) : [],
    environment: {
      slug: row.slug,
      inConfig: row.in_config,
      enabled: row.enabled,
      pause:
        row.paused_at === null
          ? null
          : { since: row.paused_at.getTime(), by: row.pauser, reason: row.pause_reason },
      machines:
        row.machine_group === null
          ? null
          : {
              most: mostOf(row),
              ...machinesOf(row, workers),
              failures: row.failures ?? 0,
              message: row.message ?? '',
            },
      ...(waits ? await crowdOf(db, row.environment_id) : { waiting: 0, running: [] }),
    },
    workers,
    quotas: waits ? await quotasOf(db, executionId) : [],
    ahead: waits ? await aheadOf(db, executionId) : { count: 0, more: false },
    durations: waits || onDisk ? await durationsOf(db, row.environment_id) : [],
  };
  return { state, now: row.now.getTime() };
}

/** What autoscaling last saw. A worker's row is as old as its joining. */
function machinesOf(
  { machines, wanted }: { machines: KnownMachine[] | null; wanted: number | null },
  workers: readonly KnownWorker[],
): Pick<Machines, 'there' | 'starting' | 'launched' | 'took'> {
  const there = (machines ?? []).filter(({ state, strayed_at }) => state !== 'ending' && !strayed_at);
  const starting = there
    .filter(({ state }) => state === 'starting')
    .map(({ launched_at }) => Date.parse(launched_at));
  const joined = new Map(workers.map(({ instance, joined }) => [instance, joined]));
  return {
    there: there.length,
    starting: starting.length + Math.max(0, (wanted ?? 0) - there.length),
    launched: starting.length === 0 ? null : Math.min(...starting),
    took: there.flatMap(({ id, state, launched_at }) => {
      const took = ((joined.get(id) ?? 0) - Date.parse(launched_at)) / 1000;
      return state === 'running' && took > 0 ? [took] : [];
    }),
  };
}

type KnownWorker = State['workers'][number] & { instance: string | null; joined: number };

async function workersOf(db: Kysely<Database>, environmentId: string): Promise<KnownWorker[]> {
  const { rows } = await sql<{
    name: string;
    last_seen: Date | null;
    instance: string | null;
    ctime: Date;
    unready: string | null;
    draining: boolean;
    running: number;
  }>`
    SELECT name, last_seen, instance_id AS instance, ctime, info->>'unready' AS unready, draining_at IS NOT NULL AS draining,
      (SELECT count(*)::int FROM attempts WHERE worker_id = workers.id AND ended_at IS NULL) AS running
    FROM workers WHERE environment_id = ${environmentId} ORDER BY last_seen DESC NULLS LAST, name LIMIT 1000`.execute(
    db,
  );
  return rows.map(({ last_seen, ctime, ...row }) => ({
    ...row,
    seen: last_seen?.getTime() ?? null,
    joined: ctime.getTime(),
  }));
}

const RAN = sql<number[]>`coalesce(json_agg(extract(epoch FROM now() - started_at)::float8), '[]')`;

async function crowdOf(
  db: Kysely<Database>,
  environmentId: string,
): Promise<Pick<State['environment'], 'waiting' | 'running'>> {
  const { rows } = await sql<{ waiting: number; running: number[] }>`
    SELECT (SELECT count(*)::int FROM (SELECT FROM executions e WHERE e.environment_id = ${environmentId}
        AND ${WAITS} LIMIT ${MOST_OTHERS}) x) AS waiting,
      (SELECT ${RAN} FROM (SELECT started_at FROM executions WHERE environment_id = ${environmentId}
        AND status IN ('started', 'stopping') LIMIT ${MOST_RUNNING}) x) AS running`.execute(db);
  return rows[0] ?? { waiting: 0, running: [] };
}

/** Of others that it runs, and that wait for nothing themselves. */
async function neighboursOf(
  db: Kysely<Database>,
  workerId: string,
  executionId: string,
): Promise<State['neighbours']> {
  const { rows } = await sql<{ ran: number[] }>`
    SELECT ${RAN} AS ran FROM attempts WHERE worker_id = ${workerId} AND ended_at IS NULL
      AND execution_id <> ${executionId} AND phase IS DISTINCT FROM 'disk'`.execute(db);
  return rows[0]?.ran ?? [];
}

async function quotasOf(db: Kysely<Database>, executionId: string): Promise<State['quotas']> {
  const { rows } = await sql<Omit<Quota, 'ran'>>`
    SELECT quota.kind, quota.most, quota.running,
      CASE quota.kind WHEN 'user' THEN users.username WHEN 'team' THEN teams.name ELSE projects.name END AS name
    FROM executions e JOIN projects ON projects.id = e.project_id
    LEFT JOIN users ON users.id = e.creator_id LEFT JOIN teams ON teams.id = projects.team_id
    CROSS JOIN LATERAL (${quotasFor('projects', sql`coalesce(e.creator_id, ${NOBODY})`, null)}) quota
    WHERE e.id = ${executionId}`.execute(db);
  const ran = async (quota: Omit<Quota, 'ran'>) =>
    quota.running > 0 && quota.running >= quota.most ? ranUnder(db, executionId, quota.kind) : [];
  return Promise.all(rows.map(async (quota) => ({ ...quota, ran: await ran(quota) })));
}

/** Of those that a quota of the kind counts. */
async function ranUnder(db: Kysely<Database>, executionId: string, kind: QuotaKind): Promise<number[]> {
  const same = {
    user: sql`x.creator_id = e.creator_id`,
    team: sql`xp.team_id = projects.team_id`,
    project: sql`x.project_id = e.project_id`,
  };
  const { rows } = await sql<{ ran: number[] }>`
    SELECT ${RAN} AS ran FROM (SELECT x.started_at FROM executions e JOIN projects ON projects.id = e.project_id
      JOIN projects xp ON xp.organization_id = projects.organization_id JOIN executions x ON x.project_id = xp.id
      WHERE e.id = ${executionId} AND x.status IN ('started', 'stopping') AND ${same[kind]}
      LIMIT ${MOST_RUNNING}) counted`.execute(db);
  return rows[0]?.ran ?? [];
}

/** As the index `executions_lanes` has them. */
const WAITS = sql`e.status = 'queued' AND e.deleted_at IS NULL`;
const CREATOR = sql`coalesce(e.creator_id, ${NOBODY})`;
const IN_MINE = sql`e.environment_id = me.environment_id AND e.project_id = me.project_id AND ${WAITS}`;

async function aheadOf(db: Kysely<Database>, executionId: string): Promise<State['ahead']> {
  const { rows } = await sql<{ rank: number; own: string; lines: (Line & { project: string })[] | null }>`
    WITH RECURSIVE me AS MATERIALIZED (SELECT * FROM executions WHERE id = ${executionId}),
    lanes AS (
      (SELECT ${CREATOR} AS creator FROM me, executions e WHERE ${IN_MINE} ORDER BY 1 LIMIT 1)
      UNION ALL SELECT next.creator FROM lanes CROSS JOIN me CROSS JOIN LATERAL (
        SELECT ${CREATOR} AS creator FROM executions e WHERE ${IN_MINE} AND ${CREATOR} > lanes.creator ORDER BY 1 LIMIT 1
      ) next
    ), waiting AS (
      SELECT project_id, count(*)::int AS n FROM (
        (SELECT e.project_id FROM me, executions e WHERE e.environment_id = me.environment_id AND ${WAITS}
          AND e.project_id < me.project_id LIMIT ${MOST_OTHERS})
        UNION ALL (SELECT e.project_id FROM me, executions e WHERE e.environment_id = me.environment_id AND ${WAITS}
          AND e.project_id > me.project_id LIMIT ${MOST_OTHERS})) others GROUP BY project_id
    ), running AS (
      SELECT project_id, count(*)::int AS n FROM executions
      WHERE environment_id = (SELECT environment_id FROM me) AND status IN ('started', 'stopping') GROUP BY project_id
    )
    SELECT me.project_id AS own, 1 + (SELECT coalesce(sum(more.n + older.n), 0)::int FROM lanes
        CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT FROM executions e WHERE ${IN_MINE}
          AND ${CREATOR} = lanes.creator AND e.priority > me.priority LIMIT ${MOST_AHEAD}) urgent) more
        CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT FROM executions e WHERE ${IN_MINE}
          AND ${CREATOR} = lanes.creator AND e.priority = me.priority
          AND (e.queued_at, e.counter) < (me.queued_at, me.counter) LIMIT ${MOST_AHEAD}) before) older) AS rank,
      (SELECT json_agg(json_build_object('project', project_id, 'waiting', coalesce(waiting.n, 0),
        'running', coalesce(running.n, 0))) FROM waiting FULL JOIN running USING (project_id)) AS lines
    FROM me`.execute(db);
  const [row] = rows;
  if (row === undefined) return { count: 0, more: false };
  const lines = row.lines ?? [];
  const running = lines.find(({ project }) => project === row.own)?.running ?? 0;
  const others = lines.filter(({ project }) => project !== row.own);
  const total = lines.reduce((sum, { waiting }) => sum + waiting, 0);
  const count = ahead({ running, rank: row.rank }, others);
  return { count, more: row.rank > MOST_AHEAD || total >= MOST_OTHERS };
}

/** Of the last that ran to their own end. */
async function durationsOf(db: Kysely<Database>, environmentId: string): Promise<number[]> {
  const { rows } = await sql<{ seconds: number }>`
    SELECT extract(epoch FROM end_time - started_at)::float8 AS seconds FROM executions
    WHERE environment_id = ${environmentId} AND end_time IS NOT NULL AND started_at IS NOT NULL
    ORDER BY end_time DESC LIMIT ${SAMPLES}`.execute(db);
  return rows.map(({ seconds }) => seconds);
}
