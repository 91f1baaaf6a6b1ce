import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { UploadRequest, UploadResponse } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { openStore } from '../stores/open.ts';
import { type Run, requireRun } from './guard.ts';
import { beginParts } from './parted-uploads.ts';

/** A gigabyte over a slow line takes its time. */
const EXPIRES_SECONDS = 12 * 3600;
type File = z.infer<typeof UploadRequest>['files'][number];

/** Why a name may not become part of a key, or null. Pure. */
export function nameProblem({ kind, name }: Pick<File, 'kind' | 'name'>): string | null {
  if (kind === 'log')
    return /^\d{1,15}-\d{1,15}\.ndjson\.gz$/.test(name) ? null : 'must be <first>-<last>.ndjson.gz';
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'has an empty part, "." or ".."';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these are looked for.
  return /[\u0000-\u001f\u007f\\]/.test(name) ? 'has a control character or a backslash' : null;
}

/** Where a file of a run lies. Every output has a folder of its own: nothing is ever overwritten. */
export const keyOf = (run: Run, { kind, name }: Pick<File, 'kind' | 'name'>, unique: string): string =>
  kind === 'log'
    ? `logs/${run.executionId}/${run.attempt}/${name}`
    : `projects/${run.projectId}/outputs/${run.executionId}/${unique}/${name}`;

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
    const parts = file.parts === true ? await beginParts(store, storage_key, file.size) : undefined;
    return { storage_key, method: 'PUT' as const, ...put, ...(parts && { parts }) };
  });
  return { uploads: await Promise.all(addresses) };
}
