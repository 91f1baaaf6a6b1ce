import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { isUuid } from '../ids.ts';
import { requireListedProject, requireUser } from '../rights.ts';
import { readableProjects } from '../roles.ts';
import { type Window, windowOf } from '../window.ts';
import { type DatumRecord, selectData } from './record.ts';

export const ORDERINGS = ['ctime', 'name', 'size'] as const;

export interface ListData extends Window {
  project?: string | undefined;
  outputExecution?: string | undefined;
  tags: readonly string[];
  name?: string | undefined;
  /** A part of the name, without regard to case. */
  search?: string | undefined;
  /** Files of this version of a dataset. */
  datasetVersion?: string | undefined;
  /** Files that this execution takes in. */
  inputExecution?: string | undefined;
  /** Files that an alias of this name stands for. */
  alias?: string | undefined;
  /** The bytes' own, in hex. */
  sha256?: string | undefined;
  /** Purged files instead of those that are there. */
  deleted: boolean;
  ordering: { field: (typeof ORDERINGS)[number]; direction: 'asc' | 'desc' };
}

/** Files of the projects the person may read. */
export async function listData(
  context: Context,
  input: ListData,
): Promise<{ count?: number; data: DatumRecord[] }> {
  requireUser(context);
  await requireListedProject(context.platform.db, context, input.project);
  const { project, outputExecution, datasetVersion, inputExecution } = input;
  const ids = [outputExecution, datasetVersion, inputExecution].filter((id) => id !== undefined);
  if (!ids.every(isUuid)) return { count: 0, data: [] };
  let query = selectData(context.platform.db)
    .where(readableProjects(context.actor))
    .where('datums.purged', '=', input.deleted);
  if (project !== undefined) query = query.where('datums.project_id', '=', project);
  if (outputExecution !== undefined)
    query = query
      .where('datums.output_execution_id', '=', outputExecution)
      .where('datums.replaced_by', 'is', null);
  if (datasetVersion !== undefined) {
    query = query.where(
      sql<boolean>`EXISTS (SELECT FROM dataset_version_files f
        WHERE f.datum_id = datums.id AND f.version_id = ${datasetVersion})`,
    );
  }
  if (inputExecution !== undefined) {
    query = query.where(
      sql<boolean>`EXISTS (SELECT FROM execution_inputs i
        WHERE i.datum_id = datums.id AND i.execution_id = ${inputExecution})`,
    );
  }
  if (input.alias !== undefined) {
    query = query.where(
      sql<boolean>`EXISTS (SELECT FROM datum_aliases a WHERE a.datum_id = datums.id
        AND a.project_id = datums.project_id AND a.name = ${input.alias})`,
    );
  }
  if (input.sha256 !== undefined) query = query.where('datums.sha256', '=', input.sha256.toLowerCase());
  if (input.search !== undefined) {
    query = query.where(sql<boolean>`position(lower(${input.search}) IN lower(datums.name)) > 0`);
  }
  if (input.name !== undefined) query = query.where('datums.name', '=', input.name);
  if (input.tags.length > 0) query = query.where(sql<boolean>`datums.tags @> ${[...input.tags]}::text[]`);
  const { field, direction } = input.ordering;
  const { rows, ...counted } = await windowOf(
    query,
    query.orderBy(`datums.${field}`, direction).orderBy('datums.id'),
    input,
  );
  return { ...counted, data: rows };
}
