import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { ObjectStore } from '../../platform/storage/store.ts';
import type { Database } from '../../platform/tables.ts';
import type { OutputReport } from '../../protocol/worker.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { datasetsFromOutputs, type OutputDatum } from '../datasets/from-outputs.ts';
import { aliasesFromOutputs } from '../datum-aliases/from-outputs.ts';
import { CoveError, invalid } from '../errors.ts';
import { storable } from '../storable.ts';
import { openStore } from '../stores/open.ts';
import { tidyTags } from '../tags.ts';
import { type Run, requireRun } from './guard.ts';
import { datumIdOfKey } from './object-keys.ts';
import { utc } from './report-metadata.ts';

type Output = z.infer<typeof OutputReport>['outputs'][number];

/** `valohai.tags` of a file's metadata (contract 3.4). What cannot be kept goes to `complain`, and costs nothing else. */
function tagsOf({ name, metadata }: Output, complain: (message: string) => void): string[] {
  const tags = storable([metadata['valohai.tags'] ?? []].flat().map(String));
  try {
    return tidyTags(tags);
  } catch (error) {
    if (!(error instanceof CoveError)) throw error;
    complain(`${name}: valohai.${error.message}`);
    return [];
  }
}

/** Makes datums of uploaded files, each once. */
export async function reportOutputs(
  context: Context,
  input: { executionId: string; token: string; outputs: Output[] },
): Promise<{ datum_ids: string[]; complaints: string[] }> {
  const complaints: string[] = [];
  const run = await requireRun(context, input);
  const store = await openStore(context, run.storeId);
  const complain = (message: string) => void complaints.push(message);
  const rows = await Promise.all(input.outputs.map((output) => datumOf(store, run, output, complain)));
  if (rows.length === 0) return { datum_ids: [], complaints };
  await withTransaction(context.platform.db, async (tx) => {
    const added = await tx
      .insertInto('datums')
      .values(rows)
      .onConflict((oc) => oc.column('id').doNothing())
      .returning('id')
      .execute();
    if (added.length === 0) return;
    const fresh = new Set(added.map(({ id }) => id));
    const data = rows.flatMap(({ id, name }, i) =>
      fresh.has(id) ? { id, name, metadata: input.outputs[i]?.metadata ?? {} } : [],
    );
    if (run.attempt > 1) await replaceEarlier(tx, run, [...fresh]);
    await followMetadata(tx, context, run, data, complain);
    await tx
      .updateTable('executions')
      .set({ mtime: sql<Date>`now()` })
      .where('id', '=', run.executionId)
      .execute();
    const subject = { id: run.executionId, projectId: run.projectId };
    await audit(tx, context, 'execution.outputs', subject, { datums: added.map(({ id }) => id) });
  });
  return { datum_ids: rows.map(({ id }) => id), complaints };
}

/**
 * What an earlier attempt stored under the same names is this execution's no more: neither among its outputs nor in the
 * versions of datasets that it makes. It stays a file of the project, for somebody may have used it meanwhile.
 */
async function replaceEarlier(
  tx: Kysely<Database>,
  { executionId, attempt }: Run,
  ids: string[],
): Promise<void> {
  await sql`
    UPDATE datums earlier SET replaced_by = fresh.id FROM datums fresh
    WHERE fresh.id = ANY (${ids}::uuid[]) AND earlier.output_execution_id = ${executionId}
      AND earlier.name = fresh.name AND coalesce(earlier.attempt, 1) < ${attempt}`.execute(tx);
  await sql`
    DELETE FROM dataset_version_files file USING datums, dataset_versions version
    WHERE file.datum_id = datums.id AND file.version_id = version.id
      AND version.output_execution_id = ${executionId} AND datums.replaced_by = ANY (${ids}::uuid[])`.execute(
    tx,
  );
}

/** Aliases and versions of datasets that files ask for. */
async function followMetadata(
  tx: Kysely<Database>,
  context: Context,
  run: Run,
  data: readonly OutputDatum[],
  complain: (message: string) => void,
): Promise<void> {
  await aliasesFromOutputs(tx, context, run.projectId, data, complain);
  await datasetsFromOutputs(tx, context, run, data, complain);
  const asModel = data.find(({ metadata }) => metadata['valohai.model-versions'] !== undefined);
  if (asModel)
    complain(`${asModel.name}: valohai.model-versions: there are no models here; the file is kept as such`);
}

async function datumOf(store: ObjectStore, run: Run, output: Output, complain: (message: string) => void) {
  const id = datumIdOfKey(run, output.storage_key, output.name);
  if (id === null)
    throw invalid(
      'outputs',
      `${output.storage_key} is not the key of an output "${output.name}" of this run`,
    );
  const object = await store.head(output.storage_key);
  if (object?.size !== output.size) {
    const found = object === null ? 'was not uploaded' : `has ${object.size} bytes in the store`;
    throw new CoveError(
      'conflict',
      `${output.name} ${found}, reported were ${output.size}. Upload it again.`,
      {
        reason: 'upload_incomplete',
      },
    );
  }
  const { name, size, storage_key, md5, sha1, sha256, metadata } = output;
  return {
    id,
    project_id: run.projectId,
    output_execution_id: run.executionId,
    attempt: run.attempt,
    name,
    size,
    storage_key,
    store_id: run.storeId,
    md5,
    sha1,
    sha256,
    metadata: JSON.stringify(storable(metadata)),
    tags: tagsOf(output, complain),
    file_ctime: utc(output.file_ctime),
    file_mtime: utc(output.file_mtime),
  };
}
