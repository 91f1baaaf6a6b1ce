import type { z } from 'zod';
import type { LogChunkReport } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { CoveError, invalid } from '../errors.ts';
import { archiveEarlier } from '../logs/archive.ts';
import { type Run, requireRun } from './guard.ts';

/** Records a stored piece of the log; what it covers leaves the live stream. */
export async function reportLogChunk(
  context: Context,
  input: { executionId: string } & z.infer<typeof LogChunkReport>,
): Promise<void> {
  const { platform } = context;
  const run = await requireRun(context, input);
  await requireChunk(context, run, input);
  await platform.db
    .insertInto('log_chunks')
    .values({
      execution_id: run.executionId,
      attempt: run.attempt,
      first_seq: input.first_seq,
      last_seq: input.last_seq,
      storage_key: input.storage_key,
      bytes: input.bytes,
    })
    .onConflict((oc) => oc.columns(['execution_id', 'attempt', 'first_seq']).doNothing())
    .execute();
  try {
    await archiveEarlier(platform, run, run.attempt);
    await platform.queue.trimLog(run.slug, run.executionId, run.attempt, input.last_seq);
  } catch (error) {
    platform.log.warn(
      { err: error, execution: run.executionId },
      'the live log could not be trimmed; its end drops it',
    );
  }
}

/** What is not in the store must not leave the stream. */
async function requireChunk(
  { platform }: Context,
  run: Run,
  { storage_key, bytes, first_seq, last_seq }: z.infer<typeof LogChunkReport>,
): Promise<void> {
  if (storage_key !== `logs/${run.executionId}/${run.attempt}/${first_seq}-${last_seq}.ndjson.gz`) {
    throw invalid(
      'storage_key',
      `${storage_key} is not the key of lines ${first_seq} to ${last_seq} of this attempt`,
    );
  }
  const object = await platform.storage.head(storage_key);
  if (object?.size === bytes) return;
  const found = object === null ? 'there is no such object' : `the object has ${object.size} bytes`;
  throw new CoveError('conflict', `${storage_key}: ${found}, reported were ${bytes}. Upload it again.`, {
    reason: 'upload_incomplete',
  });
}
