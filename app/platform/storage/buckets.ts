/** Two buckets as one store: what the platform keeps for itself, and people's data. The key alone says which. */
import type { ObjectStore, Parts } from './store.ts';

/** Commit snapshots (`vcs/…`) and `logs/…` are the platform's; all else is data. */
export const isPlatformKey = (key: string): boolean => key.startsWith('vcs/') || key.startsWith('logs/');

export function twoBuckets(platform: ObjectStore, data: ObjectStore): ObjectStore {
  const of = (key: string) => (isPlatformKey(key) ? platform : data);
  const parts: Parts = {
    limits: data.parts.limits,
    begin: (key, size) => of(key).parts.begin(key, size),
    presign: (key, upload, part, options) => of(key).parts.presign(key, upload, part, options),
    list: (key, upload) => of(key).parts.list(key, upload),
    complete: (key, upload, count, etags) => of(key).parts.complete(key, upload, count, etags),
    abort: (key, upload) => of(key).parts.abort(key, upload),
  };
  return {
    parts,
    presignGet: (key, options) => of(key).presignGet(key, options),
    presignPut: (key, options) => of(key).presignPut(key, options),
    head: (key) => of(key).head(key),
    get: (key, range) => of(key).get(key, range),
    put: (key, body) => of(key).put(key, body),
    delete: (key) => of(key).delete(key),
    list: (prefix) => of(prefix).list(prefix),
  };
}
