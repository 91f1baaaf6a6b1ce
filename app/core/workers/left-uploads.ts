/** Uploads in parts: which are under way, and the end of those that nobody will complete. */
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { openStore } from '../stores/open.ts';
import type { Run } from './guard.ts';

export interface LeftUpload {
  storageKey: string;
  upload: string;
  storeId: string;
  /** When its attempt ended; where that is not known any more, when it was begun. */
  since: Date;
}
type Named = Pick<LeftUpload, 'storageKey' | 'upload'>;

/** Looked at in one pass, the oldest first. */
const MOST = 1_000;

export async function noteUpload({ platform }: Context, run: Run, { storageKey, upload }: Named) {
  const { storeId: store_id, executionId: execution_id, attempt } = run;
  await platform.db
    .insertInto('parted_uploads')
    .values({ storage_key: storageKey, upload, store_id, execution_id, attempt })
    .execute();
}

export async function forgetUpload({ platform }: Context, storageKey: string): Promise<void> {
  await platform.db.deleteFrom('parted_uploads').where('storage_key', '=', storageKey).execute();
}

/** Those whose attempt lives no more, so that no report can complete them. */
export async function leftUploads({ platform }: Context): Promise<LeftUpload[]> {
  const { rows } = await sql<LeftUpload>`
    SELECT storage_key AS "storageKey", upload, store_id AS "storeId", coalesce(ended_at, begun_at) AS since
    FROM parted_uploads parted
    LEFT JOIN attempts ON attempts.execution_id = parted.execution_id AND attempts.number = parted.attempt
    WHERE attempts.number IS NULL OR ended_at IS NOT NULL
    ORDER BY since LIMIT ${MOST}`.execute(platform.db);
  return rows;
}

/** Its parts go; a file that was completed stays. */
export async function abortUpload(context: Context, { storageKey, upload, storeId }: LeftUpload) {
  const store = await openStore(context, storeId);
  await store.parts.abort(storageKey, upload);
  await forgetUpload(context, storageKey);
}
