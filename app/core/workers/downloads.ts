import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { inputFilesOf } from '../executions/input-files.ts';
import { openStores } from '../stores/open.ts';
import { requireRun } from './guard.ts';

const EXPIRES_SECONDS = 12 * 3600;

/** New addresses of a run's inputs: those of the claim end, or end early with the identity that signed them. */
export async function downloads(
  context: Context,
  input: { executionId: string; token: string; datum_ids: string[] },
): Promise<{ downloads: { datum_id: string; url: string }[] }> {
  const run = await requireRun(context, input);
  const { db } = context.platform;
  const { inputs } = await db
    .selectFrom('executions')
    .select('inputs')
    .where('id', '=', run.executionId)
    .executeTakeFirstOrThrow();
  const files = await inputFilesOf(db, { id: run.executionId, inputs });
  const allowed = new Set(files.map(({ datum_id }) => datum_id));
  const foreign = input.datum_ids.find((id) => !allowed.has(id));
  if (foreign !== undefined) throw notFound(`Input datum://${foreign} of this run`);
  const data = await db
    .selectFrom('datums')
    .select(['id', 'storage_key', 'store_id'])
    .where('id', 'in', input.datum_ids)
    .where('purged', '=', false)
    .execute();
  const storeOf = await openStores(
    context,
    data.map(({ store_id }) => store_id),
  );
  const signed = data.map(async ({ id, storage_key, store_id }) => ({
    datum_id: id,
    url: await storeOf(store_id).presignGet(storage_key, { expires: EXPIRES_SECONDS }),
  }));
  return { downloads: await Promise.all(signed) };
}
