import { sql } from 'kysely';
import type { Platform } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { inputFilesOf } from '../executions/input-files.ts';
import { signInputUris, storeUrisOf } from '../stores/inputs.ts';
import { openStores } from '../stores/open.ts';
import { requireJob } from './job-guard.ts';

const EXPIRES_SECONDS = 6 * 3600;

export interface RequestedInput {
  name: string;
  files: {
    input_id: string;
    url: string;
    original_uri: string;
    /** As in the job's `inputs.json`. */
    filename: string | null;
    download_intent: 'always' | 'on-demand';
  }[];
}

/** Addresses to fetch files of inputs from, for the job itself (contract 3.2). An input's id is its name. */
export async function requestInputs(
  platform: Platform,
  input: { executionId: string; jobToken: string; inputs: readonly string[] },
): Promise<RequestedInput[]> {
  const job = await requireJob(platform, input);
  const unknown = input.inputs.find((name) => !job.inputs.some((one) => one.name === name));
  if (unknown !== undefined) throw notFound(`Input ${unknown} of this execution`);
  const files = (await inputFilesOf(platform.db, job)).filter((file) => input.inputs.includes(file.input));
  const [urls, objects] = await Promise.all([
    addressesOf(
      platform,
      files.flatMap(({ datum_id }) => datum_id ?? []),
    ),
    signInputUris({ platform }, job.projectId, storeUrisOf(files), EXPIRES_SECONDS),
  ]);
  return job.inputs
    .filter(({ name }) => input.inputs.includes(name))
    .map(({ name, download }) => ({
      name,
      files: files
        .filter((file) => file.input === name)
        .map(({ uri, name: filename, datum_id }) => ({
          input_id: name,
          url: urls.get(datum_id ?? '') ?? objects.get(uri)?.url ?? uri,
          original_uri: uri,
          filename,
          download_intent: download ?? 'always',
        })),
    }));
}

async function addressesOf(platform: Platform, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const data = await platform.db
    .selectFrom('datums')
    .select(['id', 'name', 'storage_key', 'store_id', 'purged'])
    .where('id', '=', sql<string>`ANY (${[...new Set(ids)]}::uuid[])`)
    .execute();
  const storeOf = await openStores(
    { platform },
    data.map(({ store_id }) => store_id),
  );
  const signed = data.map(async ({ id, name, storage_key, store_id, purged }) => {
    if (purged) throw new CoveError('conflict', `Input datum://${id} (${name}) was purged.`);
    return [id, await storeOf(store_id).presignGet(storage_key, { expires: EXPIRES_SECONDS })] as const;
  });
  return new Map(await Promise.all(signed));
}
