import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { UploadRequest, UploadResponse } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { openStore } from '../stores/open.ts';
import { requireRun } from './guard.ts';
import { keyOf, nameProblem } from './object-keys.ts';
import { beginParts } from './parted-uploads.ts';

/** A gigabyte over a slow line takes its time. */
const EXPIRES_SECONDS = 12 * 3600;
type File = z.infer<typeof UploadRequest>['files'][number];

/** Signed addresses to put files at, in the order asked for. */
export async function uploads(
  context: Context,
  input: { executionId: string; token: string; files: File[] },
): Promise<z.infer<typeof UploadResponse>> {
  const run = await requireRun(context, input);
  for (const file of input.files) {
    const problem = nameProblem(file);
    if (problem !== null) throw invalid('files', `${JSON.stringify(file.name)} ${problem}`);
  }
  const outputs = await openStore(context, run.storeId);
  const addresses = input.files.map(async (file) => {
    const store = file.kind === 'log' ? context.platform.storage : outputs;
    const storage_key = keyOf(run, file, randomUUID());
    const put = await store.presignPut(storage_key, {
      expires: EXPIRES_SECONDS,
      size: file.size,
    });
    const parts =
      file.parts === true && file.kind === 'output'
        ? await beginParts(context, run, store, { key: storage_key, size: file.size })
        : undefined;
    return { storage_key, method: 'PUT' as const, ...put, ...(parts && { parts }) };
  });
  return { uploads: await Promise.all(addresses) };
}
