import type { z } from 'zod';
import type { DownloadsRequest, DownloadsResponse } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { inputFilesOf } from '../executions/input-files.ts';
import { requireRun } from './guard.ts';
import { FETCH_SECONDS, inputData } from './input-data.ts';

/**
 * New addresses of what a run fetches before it starts: those of the claim end, or end early with the identity that
 * signed them.
 */
export async function downloads(
  context: Context,
  input: z.infer<typeof DownloadsRequest> & { executionId: string },
): Promise<z.infer<typeof DownloadsResponse>> {
  const run = await requireRun(context, input);
  const { db, storage } = context.platform;
  const row = await db
    .selectFrom('executions')
    .leftJoin('commits', 'commits.id', 'executions.commit_id')
    .select(['executions.inputs', 'commits.snapshot_key'])
    .where('executions.id', '=', run.executionId)
    .executeTakeFirstOrThrow();
  const all = await inputFilesOf(db, { id: run.executionId, inputs: row.inputs });
  const { datum_ids, uris = [] } = input;
  const files = [
    ...datum_ids.map((id) => known(all, `datum://${id}`, (file) => file.datum_id === id)),
    ...uris.map((uri) => known(all, uri, (file) => file.datum_id === null && file.uri === uri)),
  ];
  const data = await inputData(context, run.projectId, files, FETCH_SECONDS);
  const urlOf = (name: string) => {
    const url = data.get(name)?.url;
    if (url === undefined)
      throw new CoveError('invalid', `Input ${name} has no address that is signed here.`);
    return url;
  };
  return {
    downloads: datum_ids.map((datum_id) => ({ datum_id, url: urlOf(datum_id) })),
    objects: uris.map((uri) => ({ uri, url: urlOf(uri) })),
    ...(input.snapshot === true &&
      row.snapshot_key !== null && {
        snapshot: await storage.presignGet(row.snapshot_key, { expires: FETCH_SECONDS }),
      }),
  };
}

function known<F>(all: readonly F[], name: string, is: (file: F) => boolean): F {
  const found = all.find(is);
  if (found === undefined) throw notFound(`Input ${name} of this run`);
  return found;
}
