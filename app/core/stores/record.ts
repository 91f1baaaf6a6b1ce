/** A store as it is shown, and who may change it. */
import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertCan, requireUser } from '../rights.ts';
import { memberships, organizationRole, roleIn } from '../roles.ts';
import { visibleStores } from './usable.ts';

const SHOWN = [
  'stores.id',
  'stores.name',
  'stores.type',
  'stores.access_mode',
  'stores.allow_read',
  'stores.allow_write',
  'stores.allow_uri_download',
  'stores.allow_adopt',
  'stores.configuration',
  'stores.team_ids',
  'stores.project_id',
  'stores.organization_id',
  'stores.ctime',
  'stores.mtime',
] as const;

/** Of stores that the person may see. */
export const selectStores = (db: Kysely<Database>, context: Context) =>
  db
    .selectFrom('stores')
    .leftJoin('organizations', 'organizations.id', 'stores.organization_id')
    .select(SHOWN)
    .select('organizations.name as owner_name')
    .where(visibleStores(context.actor));
export type StoreRecord = Awaited<ReturnType<ReturnType<typeof selectStores>['executeTakeFirstOrThrow']>>;

export async function requireStore(db: Kysely<Database>, context: Context, id: string): Promise<StoreRecord> {
  requireUser(context);
  const found = isUuid(id)
    ? await selectStores(db, context).where('stores.id', '=', id).executeTakeFirst()
    : undefined;
  if (found) return found;
  throw notFound(`Data store ${id}`);
}

/** The store, if the person may change it: who administers its project, or else its organisation. */
export async function requireManagedStore(
  db: Kysely<Database>,
  context: Context,
  id: string,
): Promise<StoreRecord> {
  const store = await requireStore(db, context, id);
  if (store.organization_id === null)
    throw new CoveError(
      'forbidden',
      "The installation's own store is the operator's: its config says where it is.",
    );
  const { project_id: projectId, organization_id: organizationId } = store;
  await assertManages(db, context, { projectId, organizationId }, `Data store ${store.name}`);
  return store;
}

export async function assertManages(
  db: Kysely<Database>,
  context: Context,
  { projectId, organizationId }: { projectId: string | null; organizationId: string },
  what: string,
): Promise<void> {
  const project =
    projectId === null
      ? undefined
      : await db
          .selectFrom('projects')
          .select(['id', 'organization_id', 'team_id'])
          .where('id', '=', projectId)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
  const role = project
    ? roleIn(await memberships(db, context.actor), project)
    : await organizationRole(db, context.actor, organizationId);
  assertCan(role, 'store.manage', what);
}
