/** Large outputs, sent in parts: addresses for them, and the moment they become one object. */
import type { z } from 'zod';
import { completeParts } from '../../platform/storage/complete-parts.ts';
import { partSize, partsOf } from '../../platform/storage/part-plan.ts';
import type { ObjectStore } from '../../platform/storage/store.ts';
import type {
  CompleteUploadRequest,
  UploadPartsRequest,
  UploadPartsResponse,
} from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { openStore } from '../stores/open.ts';
import { type Run, requireRun } from './guard.ts';
import { forgetUpload, noteUpload } from './left-uploads.ts';
import { datumIdOfKey } from './object-keys.ts';

/** As long as that of a whole file: a worker asks for many parts' addresses at once. */
const EXPIRES_SECONDS = 6 * 3600;

/** Begins one where the file is longer than a part, and notes it; undefined: it goes in one request. */
export async function beginParts(
  context: Context,
  run: Run,
  { parts }: ObjectStore,
  { key, size }: { key: string; size: number },
) {
  const each = partSize(size, parts.limits);
  if (size <= each) return undefined;
  const { upload, tellsMd5s } = await parts.begin(key, each);
  try {
    await noteUpload(context, run, { storageKey: key, upload });
  } catch (error) {
    await parts.abort(key, upload).catch(() => {});
    throw error;
  }
  return { upload, size: each, count: Math.ceil(size / each), tells_md5s: tellsMd5s };
}

/** Addresses for parts of a file that was begun. */
export async function uploadParts(
  context: Context,
  input: z.infer<typeof UploadPartsRequest> & { executionId: string },
): Promise<z.infer<typeof UploadPartsResponse>> {
  const { all, store } = await partsOfUpload(context, input);
  const addresses = input.numbers.map(async (number) => {
    const part = all[number - 1];
    if (part === undefined) throw invalid('numbers', `there is no part ${number}: there are ${all.length}`);
    const options = { expires: EXPIRES_SECONDS };
    return { number, ...(await store.parts.presign(input.storage_key, input.upload, part, options)) };
  });
  return { parts: await Promise.all(addresses) };
}

/** Puts the file together, or names the parts that are not as they were sent. Asked again after that, it finds the file. */
export async function completeUpload(
  context: Context,
  input: z.infer<typeof CompleteUploadRequest> & { executionId: string },
): Promise<{ missing: number[] }> {
  const { all: wanted, store: storage } = await partsOfUpload(context, input);
  const { storage_key: key, upload, size, etags } = input;
  const done = (await storage.head(key))?.size === size;
  if (etags !== undefined && etags.length !== wanted.length)
    throw invalid('etags', `there are ${etags.length}, and ${wanted.length} parts`);
  const missing = done ? [] : await completeParts(storage.parts, key, upload, wanted, etags);
  if (missing.length === 0) await forgetUpload(context, key);
  return { missing };
}

async function partsOfUpload(
  context: Context,
  input: z.infer<typeof UploadPartsRequest | typeof CompleteUploadRequest> & { executionId: string },
) {
  const run: Run = await requireRun(context, input);
  if (datumIdOfKey(run, input.storage_key, input.name) === null)
    throw invalid(
      'storage_key',
      `${input.storage_key} is not the key of an output "${input.name}" of this run`,
    );
  const store = await openStore(context, run.storeId);
  return { store, all: partsOf(input.size, partSize(input.size, store.parts.limits)) };
}
