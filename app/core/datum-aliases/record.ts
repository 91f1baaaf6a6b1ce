/** An alias with the file it stands for. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertMay, type Verb } from '../rights.ts';
import { readableProjects } from '../roles.ts';

export const selectAliases = (db: Kysely<Database>) =>
  db
    .selectFrom('datum_aliases')
    .innerJoin('projects', 'projects.id', 'datum_aliases.project_id')
    .innerJoin('datums', 'datums.id', 'datum_aliases.datum_id')
    .select(['datum_aliases.id', 'datum_aliases.name', 'datum_aliases.ctime', 'datum_aliases.mtime'])
    .select(['projects.id as project_id', 'projects.organization_id', 'projects.team_id'])
    .select([
      'datums.id as datum_id',
      'datums.name as datum_name',
      'datums.size',
      'datums.md5',
      'datums.sha1',
      'datums.sha256',
      'datums.purged',
    ]);
export type AliasRecord = Awaited<ReturnType<ReturnType<typeof selectAliases>['executeTakeFirstOrThrow']>>;

/** The alias, if the actor may do this with it. */
export async function requireAlias(
  context: Context,
  id: string,
  verb: Verb,
  db: Kysely<Database> = context.platform.db,
): Promise<AliasRecord> {
  const what = `Datum alias ${id}`;
  if (!isUuid(id)) throw notFound(what);
  const alias = await selectAliases(db)
    .where('datum_aliases.id', '=', id)
    .where(readableProjects(context.actor))
    .executeTakeFirst();
  if (!alias) throw notFound(what);
  await assertMay(db, context, alias, verb, what);
  return alias;
}

/** Points an alias at a file, making it where there is none. Gives its id, and the file it stood for before. */
export async function pointAlias(
  tx: Kysely<Database>,
  alias: { projectId: string; name: string; datumId: string },
): Promise<{ id: string; before: string | null }> {
  const { projectId: project_id, name, datumId: datum_id } = alias;
  const before = await tx
    .selectFrom('datum_aliases')
    .select('datum_id')
    .where('project_id', '=', project_id)
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
  const { id } = await tx
    .insertInto('datum_aliases')
    .values({ project_id, name, datum_id })
    .onConflict((on) => on.columns(['project_id', 'name']).doUpdateSet({ datum_id, mtime: sql<Date>`now()` }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, before: before?.datum_id ?? null };
}
