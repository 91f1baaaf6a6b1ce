/** Where a run's outputs go. */
import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { INSTALLATION_STORE } from './open.ts';
import { findUsableStore, type ProjectOfStores } from './usable.ts';

type Project = ProjectOfStores & { default_store_id: string | null; upload_store_id: string | null };

/** The store that request or step name, else the project's for uploads, its default one, or the installation's. */
export async function uploadStoreOf(
  db: Kysely<Database>,
  project: Project,
  asked: string | null,
): Promise<string> {
  const text = asked ?? project.upload_store_id ?? project.default_store_id;
  if (text === null) return INSTALLATION_STORE;
  const field = asked === null ? 'project' : 'upload_store';
  return (await findUsableStore(db, project, text, { field, write: true })).id;
}
