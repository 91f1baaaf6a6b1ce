/** Datasets, their versions, and who may do what with them: whoever may with the data of their project. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertMay, type Verb } from '../rights.ts';
import { readableProjects } from '../roles.ts';

type Db = Kysely<Database>;

export const selectDatasets = (db: Db) =>
  db
    .selectFrom('datasets')
    .innerJoin('projects', 'projects.id', 'datasets.project_id')
    .leftJoin('users', 'users.id', 'datasets.creator_id')
    .select(['datasets.id', 'datasets.name', 'datasets.description', 'datasets.ctime', 'datasets.mtime'])
    .select(['projects.id as project_id', 'projects.organization_id', 'projects.team_id'])
    .select('users.username as creator_name')
    .select(
      sql<number>`(SELECT count(*)::int FROM dataset_versions v WHERE v.dataset_id = datasets.id)`.as(
        'versions',
      ),
    );
export type DatasetRecord = Awaited<ReturnType<ReturnType<typeof selectDatasets>['executeTakeFirstOrThrow']>>;

export const selectVersions = (db: Db) =>
  db
    .selectFrom('dataset_versions')
    .innerJoin('datasets', 'datasets.id', 'dataset_versions.dataset_id')
    .innerJoin('projects', 'projects.id', 'datasets.project_id')
    .leftJoin('executions', 'executions.id', 'dataset_versions.output_execution_id')
    .leftJoin('users', 'users.id', 'dataset_versions.creator_id')
    .select([
      'dataset_versions.id',
      'dataset_versions.name',
      'dataset_versions.tags',
      'dataset_versions.metadata',
    ])
    .select(['dataset_versions.ctime', 'datasets.id as dataset_id', 'datasets.name as dataset_name'])
    .select(['projects.id as project_id', 'projects.organization_id', 'projects.team_id'])
    .select(['executions.id as execution_id', 'executions.counter as execution_counter'])
    .select(['executions.status as execution_status', 'users.username as creator_name'])
    .select([
      sql<number>`(SELECT count(*)::int FROM dataset_version_files f WHERE f.version_id = dataset_versions.id)`.as(
        'files',
      ),
      sql<number>`(SELECT coalesce(sum(d.size), 0) FROM dataset_version_files f JOIN datums d ON d.id = f.datum_id
        WHERE f.version_id = dataset_versions.id)::bigint`.as('size'),
      sql<string[]>`ARRAY (SELECT a.name FROM dataset_version_aliases a
        WHERE a.version_id = dataset_versions.id ORDER BY a.name)`.as('aliases'),
    ]);
export type VersionRecord = Awaited<ReturnType<ReturnType<typeof selectVersions>['executeTakeFirstOrThrow']>>;

/** The dataset, if the actor may do this with it. */
export async function requireDataset(
  context: Context,
  id: string,
  verb: Verb,
  db: Db = context.platform.db,
): Promise<DatasetRecord> {
  const what = `Dataset ${id}`;
  if (!isUuid(id)) throw notFound(what);
  const query = selectDatasets(db).where('datasets.id', '=', id).where(readableProjects(context.actor));
  const found = await query.executeTakeFirst();
  if (!found) throw notFound(what);
  await assertMay(db, context, found, verb, what);
  return found;
}

/** The version, if the actor may do this with it. */
export async function requireVersion(
  context: Context,
  id: string,
  verb: Verb,
  db: Db = context.platform.db,
): Promise<VersionRecord> {
  const what = `Dataset version ${id}`;
  if (!isUuid(id)) throw notFound(what);
  const query = selectVersions(db)
    .where('dataset_versions.id', '=', id)
    .where(readableProjects(context.actor));
  const found = await query.executeTakeFirst();
  if (!found) throw notFound(what);
  await assertMay(db, context, found, verb, what);
  return found;
}

/** The project's dataset of that name, made where there is none. Gives its id. */
export async function ensureDataset(
  tx: Db,
  context: Context,
  { projectId, name, description = '' }: { projectId: string; name: string; description?: string },
): Promise<string> {
  const creator_id = context.actor.kind === 'user' ? context.actor.userId : null;
  const added = await tx
    .insertInto('datasets')
    .values({ project_id: projectId, name, description, creator_id })
    .onConflict((on) => on.columns(['project_id', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added) {
    await audit(tx, context, 'dataset.create', { id: added.id, projectId }, { name });
    return added.id;
  }
  const found = await tx
    .selectFrom('datasets')
    .select('id')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return found.id;
}

/** Adds files to a version; one of the same name takes the place of that which was there. */
export async function addFiles(tx: Db, versionId: string, datumIds: readonly string[]): Promise<void> {
  if (datumIds.length === 0) return;
  const ids = [...new Set(datumIds)];
  await sql`DELETE FROM dataset_version_files f USING datums old, datums fresh
    WHERE f.version_id = ${versionId} AND old.id = f.datum_id AND fresh.id = ANY (${ids}::uuid[])
    AND old.name = fresh.name AND old.id <> fresh.id`.execute(tx);
  await sql`INSERT INTO dataset_version_files (version_id, datum_id)
    SELECT ${versionId}, unnest(${ids}::uuid[]) ON CONFLICT DO NOTHING`.execute(tx);
}

/** Points a dataset's alias at one of its versions, making it where there is none. */
export async function pointVersionAlias(
  tx: Db,
  context: Context,
  alias: { projectId: string; datasetId: string; name: string; versionId: string },
): Promise<string> {
  const { projectId, datasetId: dataset_id, name, versionId: version_id } = alias;
  const { id } = await tx
    .insertInto('dataset_version_aliases')
    .values({ dataset_id, name, version_id })
    .onConflict((on) =>
      on.columns(['dataset_id', 'name']).doUpdateSet({ version_id, mtime: sql<Date>`now()` }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  const about = { name, dataset: dataset_id, version: version_id };
  await audit(tx, context, 'dataset_version_alias.point', { id, projectId }, about);
  return id;
}
