/** What an operator watches of the whole installation, read from the rows at the moment somebody asks (docs/operations.md). */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { checkHealth } from '../health.ts';
import { requireOperator } from '../rights.ts';

export interface Measures {
  environments: {
    slug: string;
    queued: number;
    running: number;
    /** How long the execution that has waited longest has waited; 0: none waits. */
    oldest_queued_seconds: number;
    /** Heard of within the last minute. */
    workers: number;
  }[];
  /** Seconds since 1970 at which each of the scheduler's jobs was last done to its end. */
  passes: { job: string; ended: number }[];
  /** Whether each part that the API needs answers. */
  parts: { part: string; ok: boolean }[];
}

/** Throws 403 for who is no member of the operator's organisation. */
export async function measure(context: Context): Promise<Measures> {
  const { platform } = context;
  await requireOperator(platform.db, context, 'metrics.scrape', 'Metrics');
  const [environments, passes, health] = await Promise.all([
    measureEnvironments(platform.db),
    platform.db
      .selectFrom('scheduler_passes')
      .select(['job', sql<number>`extract(epoch FROM ended_at)::float8`.as('ended')])
      .execute(),
    checkHealth(platform),
  ]);
  return {
    environments,
    passes,
    parts: Object.entries(health).map(([part, { ok }]) => ({ part, ok })),
  };
}

async function measureEnvironments(db: Kysely<Database>): Promise<Measures['environments']> {
  const { rows } = await sql<Measures['environments'][number]>`
    SELECT slug, coalesce(queued, 0)::int AS queued, coalesce(running, 0)::int AS running,
      coalesce(oldest, 0)::float8 AS oldest_queued_seconds, coalesce(alive, 0)::int AS workers
    FROM environments
    LEFT JOIN (SELECT environment_id,
        count(*) FILTER (WHERE status = 'queued') AS queued,
        count(*) FILTER (WHERE status IN ('started', 'stopping')) AS running,
        extract(epoch FROM now() - min(CASE attempt WHEN 0 THEN queued_at ELSE (SELECT ended_at FROM attempts
          WHERE execution_id = executions.id AND number = attempt) END) FILTER (WHERE status = 'queued')) AS oldest
      FROM executions WHERE status IN ('created', 'queued', 'started', 'stopping')
      GROUP BY environment_id) jobs ON jobs.environment_id = environments.id
    LEFT JOIN (SELECT environment_id, count(*) AS alive FROM workers
      WHERE last_seen > now() - interval '1 minute'
      GROUP BY environment_id) machines ON machines.environment_id = environments.id
    ORDER BY slug`.execute(db);
  return rows;
}
