import { type Selectable, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { requireUser } from '../rights.ts';
import { usableEnvironments } from './find.ts';

export interface EnvironmentView extends Selectable<Database['environments']> {
  owner: string | null;
  /** Workers heard of within the last minute. */
  workers: number;
  /** Executions that have not ended; only where it was asked for. */
  unfinished: number | null;
}

const UNFINISHED = sql<number | null>`(SELECT count(*) FROM executions
  WHERE executions.environment_id = environments.id
  AND executions.status IN ('created', 'queued', 'started', 'stopping'))`.as('unfinished');

/** Environments the person may use, by name. */
export async function listEnvironments(
  context: Context,
  input: { limit: number | null; offset: number; unfinished: boolean },
): Promise<{ count: number; rows: EnvironmentView[] }> {
  requireUser(context);
  const { db } = context.platform;
  const usable = db
    .selectFrom('environments')
    .where(usableEnvironments(context.actor))
    .where('enabled', '=', true);
  let query = usable
    .leftJoin('organizations', 'organizations.id', 'environments.organization_id')
    .selectAll('environments')
    .select('organizations.name as owner')
    .select((eb) => [
      eb
        .selectFrom('workers')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('workers.environment_id', '=', 'environments.id')
        .where('workers.last_seen', '>', sql<Date>`now() - interval '1 minute'`)
        .as('workers'),
    ])
    .select(input.unfinished ? UNFINISHED : sql<number | null>`NULL::bigint`.as('unfinished'))
    .orderBy('environments.name')
    .orderBy('environments.id')
    .offset(input.offset);
  if (input.limit !== null) query = query.limit(input.limit);
  const { count } = await usable
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await query.execute();
  return { count, rows: rows.map((row) => ({ ...row, workers: row.workers ?? 0 })) };
}
