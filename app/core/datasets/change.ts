/** Datasets made, described, removed by a person. */
import { sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { checkName } from '../data/address.ts';
import { invalid } from '../errors.ts';
import { requireProject } from '../rights.ts';
import { storable } from '../storable.ts';
import { type DatasetRecord, ensureDataset, requireDataset, requireVersion } from './record.ts';

const MAX_DESCRIPTION = 10_000;

function checkDescription(text: string): string {
  if (text.length <= MAX_DESCRIPTION) return storable(text);
  throw invalid('description', `It has ${text.length} characters; at most ${MAX_DESCRIPTION} are kept.`);
}

const taken = (name: string) => invalid('name', `The project has a dataset "${name}" already.`, 'unique');

export async function createDataset(
  context: Context,
  input: { project: string; name: string; description?: string | undefined },
): Promise<DatasetRecord> {
  const name = checkName(storable(input.name));
  const description = checkDescription(input.description ?? '');
  return withTransaction(context.platform.db, async (tx) => {
    const project = await requireProject(tx, context, input.project, 'data.write');
    const other = await tx
      .selectFrom('datasets')
      .select('id')
      .where('project_id', '=', project.id)
      .where('name', '=', name)
      .executeTakeFirst();
    if (other) throw taken(name);
    const id = await ensureDataset(tx, context, { projectId: project.id, name, description });
    return requireDataset(context, id, 'data.read', tx);
  });
}

/** The name stays: addresses hold it. */
export async function describeDataset(
  context: Context,
  input: { dataset: string; description: string },
): Promise<DatasetRecord> {
  const description = checkDescription(input.description);
  return withTransaction(context.platform.db, async (tx) => {
    const dataset = await requireDataset(context, input.dataset, 'data.write', tx);
    await tx
      .updateTable('datasets')
      .set({ description, mtime: sql<Date>`now()` })
      .where('id', '=', dataset.id)
      .execute();
    await audit(tx, context, 'dataset.describe', { id: dataset.id, projectId: dataset.project_id });
    return requireDataset(context, dataset.id, 'data.read', tx);
  });
}

/** Takes a dataset away, with its versions and their aliases. Files stay, and so does what executions have taken in. */
export async function removeDataset(context: Context, input: { dataset: string }): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    const dataset = await requireDataset(context, input.dataset, 'data.purge', tx);
    await tx.deleteFrom('datasets').where('id', '=', dataset.id).execute();
    const { name, versions } = dataset;
    await audit(
      tx,
      context,
      'dataset.delete',
      { id: dataset.id, projectId: dataset.project_id },
      { name, versions },
    );
  });
}

export async function removeVersion(context: Context, input: { version: string }): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    const version = await requireVersion(context, input.version, 'data.purge', tx);
    await tx.deleteFrom('dataset_versions').where('id', '=', version.id).execute();
    const { name, dataset_name: dataset, files } = version;
    const subject = { id: version.id, projectId: version.project_id };
    await audit(tx, context, 'dataset_version.delete', subject, { name, dataset, files });
  });
}
