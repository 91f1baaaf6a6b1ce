/** What a job's inputs are and where to fetch them; addresses hold for a while only. */
import { sql } from 'kysely';
import type { z } from 'zod';
import type { InputFile } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import type { InputFileOfRun } from '../executions/input-files.ts';
import { signInputUris, storeUrisOf } from '../stores/inputs.ts';
import { openStores } from '../stores/open.ts';

/** How long addresses hold of what a run fetches before it starts: pulling a large image may come first. */
export const FETCH_SECONDS = 12 * 3600;

type Ctx = Pick<Context, 'platform'>;
type Known = z.infer<typeof InputFile>;

/** By datum, or by the address of an object in a bucket. Throws `conflict` where one cannot be had any more. */
export async function inputData(
  context: Ctx,
  projectId: string,
  files: readonly Pick<InputFileOfRun, 'uri' | 'datum_id'>[],
  expires: number,
): Promise<Map<string, Known>> {
  const ids = new Set(files.flatMap(({ datum_id }) => datum_id ?? []));
  const [data, objects] = await Promise.all([
    ofDatums(context, [...ids], expires),
    signInputUris(context, projectId, storeUrisOf(files), expires),
  ]);
  const checksums = { md5: null, sha1: null, sha256: null };
  for (const [uri, { url, size }] of objects)
    data.set(uri, { name: null, uri, url, size, checksums, datum_id: null, metadata: [] });
  return data;
}

async function ofDatums({ platform }: Ctx, ids: string[], expires: number): Promise<Map<string, Known>> {
  if (ids.length === 0) return new Map();
  const data = await platform.db
    .selectFrom('datums')
    .select(['id', 'name', 'size', 'storage_key', 'store_id', 'md5', 'sha1', 'sha256', 'metadata', 'purged'])
    .where('id', '=', sql<string>`ANY (${ids}::uuid[])`)
    .execute();
  const storeOf = await openStores(
    { platform },
    data.map(({ store_id }) => store_id),
  );
  const files = data.map(async (datum) => {
    if (datum.purged)
      throw new CoveError('conflict', `Input datum://${datum.id} (${datum.name}) was purged.`);
    const { id, name, size, md5, sha1, sha256, metadata } = datum;
    const url = await storeOf(datum.store_id).presignGet(datum.storage_key, { expires });
    const checksums = { md5, sha1, sha256 };
    const given = Object.keys(metadata).length > 0 ? [metadata] : [];
    return [id, { name, uri: `datum://${id}`, url, size, checksums, datum_id: id, metadata: given }] as const;
  });
  return new Map(await Promise.all(files));
}
