import { type Kysely, sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { checkName } from '../data/address.ts';
import { CoveError, invalid } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { requireUser } from '../rights.ts';
import { readableProjects } from '../roles.ts';
import { storable } from '../storable.ts';
import { tidyTags } from '../tags.ts';
import { pointVersionAlias, requireDataset, requireVersion, type VersionRecord } from './record.ts';

const MAX_FILES = 100_000;

export interface CreateVersion {
  dataset: string;
  name: string;
  /** Ids of files that the person may read, of whichever projects. */
  files: readonly string[];
  tags: string[];
  metadata: Record<string, unknown>;
  /** Names that shall stand for this version from now on. */
  aliases: readonly string[];
}

/** Makes a version of a dataset from files that are there. It never changes. */
export async function createVersion(context: Context, input: CreateVersion): Promise<VersionRecord> {
  const { userId } = requireUser(context);
  const name = checkName(storable(input.name));
  const aliases = input.aliases.map((alias) => checkName(storable(alias)));
  const files = [...new Set(input.files)];
  if (files.length > MAX_FILES)
    throw invalid('files', `There are ${files.length} files; a version has ${MAX_FILES} at most.`);
  return withTransaction(context.platform.db, async (tx) => {
    const dataset = await requireDataset(context, input.dataset, 'data.write', tx);
    await requireFiles(tx, context, files);
    const version = await tx
      .insertInto('dataset_versions')
      .values({
        dataset_id: dataset.id,
        name,
        tags: tidyTags(storable(input.tags)),
        metadata: JSON.stringify(storable(input.metadata)),
        creator_id: userId,
      })
      .onConflict((on) => on.columns(['dataset_id', 'name']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!version)
      throw invalid(
        'name',
        `The dataset ${dataset.name} has a version "${name}" already, which never changes.`,
        'unique',
      );
    await sql`INSERT INTO dataset_version_files (version_id, datum_id)
      SELECT ${version.id}, unnest(${files}::uuid[])`.execute(tx);
    const projectId = dataset.project_id;
    for (const alias of aliases) {
      const point = { projectId, datasetId: dataset.id, name: alias, versionId: version.id };
      await pointVersionAlias(tx, context, point);
    }
    const about = { dataset: dataset.name, name, files: files.length };
    await audit(tx, context, 'dataset_version.create', { id: version.id, projectId }, about);
    return requireVersion(context, version.id, 'data.read', tx);
  });
}

async function requireFiles(tx: Kysely<Database>, context: Context, ids: readonly string[]): Promise<void> {
  const odd = ids.find((id) => !isUuid(id));
  if (odd !== undefined) throw invalid('files', `${JSON.stringify(odd)} is not the id of a file.`);
  const found = await tx
    .selectFrom('datums')
    .innerJoin('projects', 'projects.id', 'datums.project_id')
    .select(['datums.id', 'datums.purged'])
    .where(sql<boolean>`datums.id = ANY (${[...ids]}::uuid[])`)
    .where(readableProjects(context.actor))
    .execute();
  const there = new Map(found.map(({ id, purged }) => [id, purged]));
  const problems = ids.flatMap((id) => {
    const purged = there.get(id.toLowerCase());
    if (purged === undefined) return [{ message: `datum://${id} does not exist`, code: 'does_not_exist' }];
    return purged ? [{ message: `datum://${id} was purged`, code: 'purged' }] : [];
  });
  if (problems.length === 0) return;
  const shown = problems.slice(0, 20);
  throw new CoveError('invalid', `files: ${shown.map(({ message }) => message).join('; ')}`, {
    fields: { files: shown },
  });
}
