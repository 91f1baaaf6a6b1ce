/** Names for versions of datasets, moved from one to the next: `dataset://<name>/<alias>`. */
import { type Kysely, sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { checkName } from '../data/address.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertMay, requireUser, type Verb } from '../rights.ts';
import { readableProjects } from '../roles.ts';
import { storable } from '../storable.ts';
import { pointVersionAlias, requireVersion } from './record.ts';

const select = (db: Kysely<Database>) =>
  db
    .selectFrom('dataset_version_aliases')
    .innerJoin('dataset_versions', 'dataset_versions.id', 'dataset_version_aliases.version_id')
    .innerJoin('datasets', 'datasets.id', 'dataset_version_aliases.dataset_id')
    .innerJoin('projects', 'projects.id', 'datasets.project_id')
    .select(['dataset_version_aliases.id', 'dataset_version_aliases.name'])
    .select(['dataset_version_aliases.ctime', 'dataset_version_aliases.mtime'])
    .select(['dataset_versions.id as version_id', 'dataset_versions.name as version_name'])
    .select(['datasets.id as dataset_id', 'datasets.name as dataset_name'])
    .select(['projects.id as project_id', 'projects.organization_id', 'projects.team_id']);
export type VersionAliasRecord = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

export async function listVersionAliases(
  context: Context,
  input: { project?: string | undefined; dataset?: string | undefined; limit: number | null; offset: number },
): Promise<{ count: number; rows: VersionAliasRecord[] }> {
  requireUser(context);
  if (![input.project, input.dataset].filter((id) => id !== undefined).every(isUuid))
    return { count: 0, rows: [] };
  let query = select(context.platform.db).where(readableProjects(context.actor));
  if (input.project !== undefined) query = query.where('datasets.project_id', '=', input.project);
  if (input.dataset !== undefined) query = query.where('datasets.id', '=', input.dataset);
  const { count } = await query
    .clearSelect()
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow();
  let window = query.orderBy('datasets.name').orderBy('dataset_version_aliases.name').offset(input.offset);
  if (input.limit !== null) window = window.limit(input.limit);
  return { count, rows: await window.execute() };
}

/** Points a name at a version; within a dataset a name stands for one version at a time. */
export async function setVersionAlias(
  context: Context,
  input: { version: string; name: string },
): Promise<VersionAliasRecord> {
  const name = checkName(storable(input.name));
  return withTransaction(context.platform.db, async (tx) => {
    const version = await requireVersion(context, input.version, 'data.write', tx);
    const { id: versionId, dataset_id: datasetId, project_id: projectId } = version;
    const id = await pointVersionAlias(tx, context, { projectId, datasetId, name, versionId });
    return requireVersionAlias(context, id, 'data.read', tx);
  });
}

/** Takes the name away; the version stays. */
export async function removeVersionAlias(context: Context, input: { alias: string }): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    const alias = await requireVersionAlias(context, input.alias, 'data.write', tx);
    await tx.deleteFrom('dataset_version_aliases').where('id', '=', alias.id).execute();
    const about = { name: alias.name, dataset: alias.dataset_id, version: alias.version_id };
    await audit(
      tx,
      context,
      'dataset_version_alias.delete',
      { id: alias.id, projectId: alias.project_id },
      about,
    );
  });
}

export async function requireVersionAlias(
  context: Context,
  id: string,
  verb: Verb,
  db: Kysely<Database> = context.platform.db,
): Promise<VersionAliasRecord> {
  const what = `Alias ${id} of a dataset's version`;
  if (!isUuid(id)) throw notFound(what);
  const query = select(db)
    .where('dataset_version_aliases.id', '=', id)
    .where(readableProjects(context.actor));
  const found = await query.executeTakeFirst();
  if (!found) throw notFound(what);
  await assertMay(db, context, found, verb, what);
  return found;
}
