/** Inputs that name objects by address: which store each is read from, and an address to fetch it at. */
import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { CoveError, type FieldError } from '../errors.ts';
import { openStores } from './open.ts';
import { isOf, parseStoreUri, type StoreUri } from './uri.ts';
import { type ProjectOfStores, type UsableStore, usableStores } from './usable.ts';

/** Requests to stores. */
const AT_ONCE = 100;

/** Every such address, once. */
export const storeUrisOf = (files: readonly { uri: string }[]): string[] => [
  ...new Set(files.flatMap(({ uri }) => (parseStoreUri(uri) === null ? [] : [uri]))),
];

/** The project's default where it has the bucket, else the nearest; or why there is none. Pure. */
export function storeFor(
  uri: StoreUri,
  stores: readonly UsableStore[],
  defaults: readonly (string | null)[],
): UsableStore | { complaint: string } {
  const having = stores.filter((store) => isOf(uri, store));
  const readable = having.filter((store) => store.allow_read && store.allow_uri_download);
  const found = readable.find(({ id }) => defaults.includes(id)) ?? readable[0];
  if (found) return found;
  const [closed] = having;
  if (closed)
    return {
      complaint: `the data store ${closed.name} does not let inputs name its objects (allow_read, allow_uri_download)`,
    };
  const bucket = uri.account === undefined ? uri.bucket : `${uri.account}/${uri.bucket}`;
  return {
    complaint: `no data store of this project is the bucket ${bucket}; who administers it can add one`,
  };
}

export type ProjectOfInputs = ProjectOfStores & {
  default_store_id: string | null;
  upload_store_id: string | null;
};

/** Throws unless the project may read the store of every such address. */
export async function requireInputStores(
  db: Kysely<Database>,
  project: ProjectOfInputs,
  files: readonly { uri: string }[],
): Promise<void> {
  const uris = storeUrisOf(files);
  if (uris.length === 0) return;
  const stores = await usableStores(db, project);
  const defaults = [project.default_store_id, project.upload_store_id];
  const problems = uris.flatMap((uri): FieldError[] => {
    const found = storeFor(parseStoreUri(uri) as StoreUri, stores, defaults);
    return 'complaint' in found ? [{ message: `${uri}: ${found.complaint}`, code: 'does_not_exist' }] : [];
  });
  if (problems.length === 0) return;
  const message = `inputs: ${problems.map((problem) => problem.message).join('; ')}`;
  throw new CoveError('invalid', message, { fields: { inputs: problems } });
}

/** An address to fetch each at, and its size. Throws `conflict` where one cannot be read any more. */
export async function signInputUris(
  context: Pick<Context, 'platform'>,
  projectId: string,
  uris: readonly string[],
  expires: number,
): Promise<Map<string, { url: string; size: number }>> {
  if (uris.length === 0) return new Map();
  const { db } = context.platform;
  const project = await db
    .selectFrom('projects')
    .select(['id', 'organization_id', 'team_id', 'default_store_id', 'upload_store_id'])
    .where('id', '=', projectId)
    .executeTakeFirstOrThrow();
  const stores = await usableStores(db, project);
  const defaults = [project.default_store_id, project.upload_store_id];
  const read = uris.map((uri) => {
    const parsed = parseStoreUri(uri) as StoreUri;
    const found = storeFor(parsed, stores, defaults);
    if ('complaint' in found) throw new CoveError('conflict', `Input ${uri}: ${found.complaint}.`);
    return { uri, key: parsed.key, found };
  });
  const storeOf = await openStores(
    context,
    read.map(({ found }) => found.id),
  );
  const sign = async ({ uri, key, found }: (typeof read)[number]) => {
    const store = storeOf(found.id);
    const object = await store.head(key);
    if (object === null)
      throw new CoveError('conflict', `Input ${uri} does not exist in the data store ${found.name}.`);
    return [uri, { url: await store.presignGet(key, { expires }), size: object.size }] as const;
  };
  const signed = new Map<string, { url: string; size: number }>();
  // A wildcard may name thousands: stores refuse whoever asks for all of them at once.
  for (let at = 0; at < read.length; at += AT_ONCE) {
    const some = await Promise.all(read.slice(at, at + AT_ONCE).map(sign));
    for (const [uri, about] of some) signed.set(uri, about);
  }
  return signed;
}
