import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { usableEnvironments } from '../environments/find.ts';
import { requireUser } from '../rights.ts';

/** Presets of the environments that the person may use, by environment and slug. */
export async function listPresets(
  context: Context,
  input: { environment?: string | undefined; id?: string; limit: number | null; offset: number },
) {
  requireUser(context);
  let found = context.platform.db
    .selectFrom('runtime_config_presets as presets')
    .innerJoin('environments', 'environments.id', 'presets.environment_id')
    .where(usableEnvironments(context.actor));
  if (input.environment !== undefined)
    found = found.where(
      sql<boolean>`${input.environment.toLowerCase()} IN (environments.id::text, lower(environments.slug))`,
    );
  if (input.id !== undefined) found = found.where('presets.id', '=', input.id);
  let window = found
    .selectAll('presets')
    .select('environments.slug as environmentSlug')
    .orderBy('environments.slug')
    .orderBy('presets.slug')
    .offset(input.offset);
  if (input.limit !== null) window = window.limit(input.limit);
  const { count } = await found.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow();
  return { count, rows: await window.execute() };
}
export type PresetView = Awaited<ReturnType<typeof listPresets>>['rows'][number];
