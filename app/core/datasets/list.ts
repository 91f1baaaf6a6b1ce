import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { isUuid } from '../ids.ts';
import { requireListedProject, requireUser } from '../rights.ts';
import { readableProjects } from '../roles.ts';
import { type Window, windowOf } from '../window.ts';
import { type DatasetRecord, selectDatasets, selectVersions, type VersionRecord } from './record.ts';

export const ORDERINGS = ['ctime', 'name'] as const;

interface Listing extends Window {
  name?: string | undefined;
  ordering: { field: (typeof ORDERINGS)[number]; direction: 'asc' | 'desc' };
}
export interface ListDatasets extends Listing {
  project?: string | undefined;
}
export interface ListVersions extends Listing {
  project?: string | undefined;
  dataset?: string | undefined;
  /** Those that have the file in them. */
  datum?: string | undefined;
  tags: readonly string[];
}
type Rows<T> = Promise<{ count?: number; rows: T[] }>;

/** Datasets of the projects the person may read. */
export async function listDatasets(context: Context, input: ListDatasets): Rows<DatasetRecord> {
  requireUser(context);
  await requireListedProject(context.platform.db, context, input.project);
  let query = selectDatasets(context.platform.db).where(readableProjects(context.actor));
  if (input.project !== undefined) query = query.where('datasets.project_id', '=', input.project);
  if (input.name !== undefined) query = query.where('datasets.name', '=', input.name);
  const { field, direction } = input.ordering;
  return windowOf(query, query.orderBy(`datasets.${field}`, direction).orderBy('datasets.id'), input);
}

/** Versions of the datasets that the person may read. */
export async function listVersions(context: Context, input: ListVersions): Rows<VersionRecord> {
  requireUser(context);
  await requireListedProject(context.platform.db, context, input.project);
  const ids = [input.dataset, input.datum].filter((id) => id !== undefined);
  if (!ids.every(isUuid)) return { count: 0, rows: [] };
  let query = selectVersions(context.platform.db).where(readableProjects(context.actor));
  if (input.project !== undefined) query = query.where('datasets.project_id', '=', input.project);
  if (input.dataset !== undefined) query = query.where('dataset_versions.dataset_id', '=', input.dataset);
  if (input.name !== undefined) query = query.where('dataset_versions.name', '=', input.name);
  if (input.tags.length > 0)
    query = query.where(sql<boolean>`dataset_versions.tags @> ${[...input.tags]}::text[]`);
  if (input.datum !== undefined) {
    query = query.where(
      sql<boolean>`EXISTS (SELECT FROM dataset_version_files f
        WHERE f.version_id = dataset_versions.id AND f.datum_id = ${input.datum})`,
    );
  }
  const { field, direction } = input.ordering;
  return windowOf(
    query,
    query.orderBy(`dataset_versions.${field}`, direction).orderBy('dataset_versions.id'),
    input,
  );
}
