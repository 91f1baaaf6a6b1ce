/** Inputs that name many objects of a bucket at once: `s3://bucket/path/*.csv` (contract 3.3). */
import type { Context } from '../context.ts';
import { hasWildcard, matcher } from '../data/pattern.ts';
import type { FieldError } from '../errors.ts';
import { type ProjectOfInputs, storeFor } from './inputs.ts';
import { openStore } from './open.ts';
import { parseStoreUri, type StoreUri, uriPrefix } from './uri.ts';
import { type UsableStore, usableStores } from './usable.ts';

/** So many objects one request looks at, so that nobody has the API list a bucket of millions. */
const MAX_LISTED = 100_000;
/** Matching takes longer with each. */
const MAX_WILDCARDS = 10;

export interface FoundObject {
  uri: string;
  key: string;
}
/** Of each address with wildcards: the objects that it names, by name, or why there are none. */
export type Searched = Map<string, FoundObject[] | { problem: FieldError }>;

export async function searchBuckets(
  context: Context,
  project: ProjectOfInputs,
  uris: readonly string[],
): Promise<Searched> {
  const found: Searched = new Map();
  const patterns = [...new Set(uris)].flatMap((uri) => {
    const pattern = parseStoreUri(uri);
    return pattern && hasWildcard(pattern.key) ? [{ uri, pattern }] : [];
  });
  if (patterns.length === 0) return found;
  const stores = await usableStores(context.platform.db, project);
  const budget = { left: MAX_LISTED };
  for (const { uri, pattern } of patterns) {
    const store = storeFor(pattern, stores, [project.default_store_id, project.upload_store_id]);
    const result = 'complaint' in store ? store : await search(context, store, pattern, budget);
    if ('complaint' in result)
      found.set(uri, { problem: { message: `${uri}: ${result.complaint}`, code: 'wildcard' } });
    else found.set(uri, result);
  }
  return found;
}

async function search(
  context: Context,
  row: UsableStore,
  { key }: StoreUri,
  budget: { left: number },
): Promise<FoundObject[] | { complaint: string }> {
  const { name, type, configuration } = row;
  if ((key.match(/\*+|\?/g) ?? []).length > MAX_WILDCARDS)
    return { complaint: `at most ${MAX_WILDCARDS} wildcards are allowed` };
  const store = await openStore(context, row.id);
  const matches = matcher(key);
  const prefix = key.slice(0, key.search(/[*?]/));
  const at = uriPrefix(type, configuration);
  const objects: FoundObject[] = [];
  for await (const keys of store.list(prefix)) {
    budget.left -= keys.length;
    if (budget.left < 0)
      return {
        complaint: `more than ${MAX_LISTED} objects would have to be looked through; say more of the path before the first wildcard`,
      };
    objects.push(...keys.filter(matches).map((one) => ({ uri: `${at}/${one}`, key: one })));
  }
  const strange = objects.find(({ uri }) => parseStoreUri(uri) === null);
  if (strange !== undefined)
    return { complaint: `it names ${strange.uri}, whose path has an empty part, "." or ".."` };
  return objects.length > 0
    ? objects.sort((a, b) => (a.uri < b.uri ? -1 : 1))
    : { complaint: `no object in the data store ${name} is named so` };
}
