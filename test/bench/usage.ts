/** What work costs the services: statements of PostgreSQL, and processor time of each process of the platform. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Breakable } from '../support/breakable.ts';
import { until } from '../support/process.ts';
import { childrenOf } from '../support/processes.ts';
import { now } from './clock.ts';

/** A second of Linux' processor time. */
const TICKS = 100;

export interface Statement {
  calls: number;
  /** Milliseconds in PostgreSQL, of all calls. */
  ms: number;
  text: string;
}
export interface Use {
  seconds: number;
  /** The platform's own, the dearest first. */
  statements: Statement[];
  /** Seconds of processor time. */
  cpu: Record<'postgres' | 'api' | 'scheduler' | 'redis', number>;
}

/** Makes PostgreSQL count its statements; it is started anew for it. */
export async function countStatements({ db, parts }: Breakable): Promise<void> {
  await sql`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`.execute(db);
  await parts.postgres.end('SIGINT');
  await parts.postgres.start();
  const counts = () =>
    sql`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`.execute(db).then(
      () => true,
      () => false,
    );
  await until('PostgreSQL counts its statements', counts, 30);
}

export async function used(at: Breakable, work: () => Promise<unknown>): Promise<Use> {
  await sql`SELECT pg_stat_statements_reset()`.execute(at.db);
  const before = processors(at);
  const from = now();
  await work();
  const seconds = (now() - from) / 1000;
  const after = processors(at);
  const cpu = { ...after };
  for (const key of Object.keys(cpu) as (keyof typeof cpu)[]) cpu[key] -= before[key];
  const { rows } = await sql<Statement>`
    SELECT sum(calls)::float8 AS calls, sum(total_exec_time + total_plan_time) AS ms, query AS text
    FROM pg_stat_statements WHERE userid <> current_user::regrole
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY query ORDER BY ms DESC`.execute(at.db);
  return { seconds, statements: rows, cpu };
}

export const callsOf = ({ statements }: Use): number => statements.reduce((sum, { calls }) => sum + calls, 0);

function processors({ parts }: Breakable): Use['cpu'] {
  const { postgres, api, scheduler, redis } = parts;
  const backends = childrenOf(postgres.pid()).reduce((sum, pid) => sum + processor(pid).own, 0);
  const { own, ended } = processor(postgres.pid());
  return {
    postgres: own + ended + backends,
    api: processor(api.pid()).own,
    scheduler: processor(scheduler.pid()).own,
    redis: processor(redis.pid()).own,
  };
}

/** Seconds of a process, and of its children that have ended. */
export function processor(pid: number): { own: number; ended: number } {
  let text = '';
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended this moment: its parent has its time.
  }
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = (text.split(') ')[1] ?? '')
    .split(' ')
    .slice(11, 15)
    .map((ticks) => Number(ticks) / TICKS);
  return { own: user + system, ended: endedUser + endedSystem };
}
