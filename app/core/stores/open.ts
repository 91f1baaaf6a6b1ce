/** From a store's id to the store itself. Credentials come from Vault and stay in this process's memory. */
import type { Selectable } from 'kysely';
import { openNamed } from '../../platform/storage/named.ts';
import type { ObjectStore } from '../../platform/storage/store.ts';
import type { Database } from '../../platform/tables.ts';
import type { Context, Platform } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';

/** The installation's own store, made by migration 0009. */
export const INSTALLATION_STORE = '00000000-0000-4000-8000-000000000001';
export const secretPathOf = (storeId: string) => `stores/${storeId}`;

type Opened = Map<string, { version: number; store: Promise<ObjectStore> }>;
const openedOf = new WeakMap<Platform, Opened>();

/**
 * Opens the store of that id, once for as long as nobody changes it. Throws `conflict` for one that was deleted or, where
 * its files are to be read, does not allow it.
 */
export async function openStore(
  { platform }: Pick<Context, 'platform'>,
  storeId: string,
  { read = false }: { read?: boolean } = {},
): Promise<ObjectStore> {
  if (storeId === INSTALLATION_STORE) return platform.storage;
  const row = await platform.db.selectFrom('stores').selectAll().where('id', '=', storeId).executeTakeFirst();
  if (!row) throw notFound(`Data store ${storeId}`);
  if (row.deleted_at !== null) throw new CoveError('conflict', `The data store ${row.name} was deleted.`);
  if (read && !row.allow_read) throw new CoveError('conflict', unreadable(row.name));
  const opened = openedOf.get(platform) ?? new Map();
  openedOf.set(platform, opened);
  const known = opened.get(storeId);
  if (known?.version === row.mtime.getTime()) return known.store;
  const store = openRow(platform, row);
  opened.set(storeId, { version: row.mtime.getTime(), store });
  store.catch(() => opened.delete(storeId));
  return store;
}

export const unreadable = (store: string) =>
  `The data store ${store} does not allow reading (allow_read): nobody gets its files.`;

/** Several at once, to read from; each store is opened once. */
export async function openStores(
  context: Pick<Context, 'platform'>,
  ids: Iterable<string>,
): Promise<(storeId: string) => ObjectStore> {
  const each = [...new Set(ids)].map(
    async (id) => [id, await openStore(context, id, { read: true })] as const,
  );
  const stores = new Map(await Promise.all(each));
  return (id) => stores.get(id) as ObjectStore;
}

async function openRow(platform: Platform, row: Selectable<Database['stores']>): Promise<ObjectStore> {
  if (row.type === 'installation') return platform.storage;
  const credentials = await platform.secrets.find(secretPathOf(row.id), { fresh: true });
  const externalId = row.organization_id ?? '';
  const { type, configuration } = row;
  return openNamed({ type, configuration, credentials, externalId }, platform.trustedStoreHosts);
}
