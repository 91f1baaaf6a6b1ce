/** The `fs` store, whose signed addresses the API serves itself (design 6). Others serve theirs. */
import type { Readable } from 'node:stream';
import { disposition } from '../../platform/storage/disposition.ts';
import type { ObjectStore } from '../../platform/storage/store.ts';
import type { Platform } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';

export interface Signed {
  key: string;
  filename?: string;
  size?: number;
  part?: { upload: string; number: number };
}
interface Expected {
  size?: number | undefined;
  md5?: string | undefined;
}
interface ServedStore extends ObjectStore {
  verify(method: string, url: string): Signed | null;
  put(key: string, body: Readable | Buffer, options?: Expected): Promise<{ size: number; sha256: string }>;
  parts: ObjectStore['parts'] & {
    receive(
      part: { key: string; upload: string; number: number },
      body: Readable,
      expected: { size: number; md5?: string | undefined },
    ): Promise<void>;
  };
}

function servedStore(platform: Platform): ServedStore {
  if ('verify' in platform.storage) return platform.storage as ServedStore;
  throw notFound('The store of this installation is elsewhere; this address');
}

function verified(platform: Platform, method: string, url: string): Signed {
  const signed = servedStore(platform).verify(method, url);
  if (signed) return signed;
  throw new CoveError('forbidden', 'This address is not valid or no longer valid. Ask for a new one.');
}

/** What a signed GET or HEAD stands for. */
export async function signedObject(platform: Platform, method: 'GET' | 'HEAD', url: string) {
  const signed = verified(platform, method, url);
  const found = await platform.storage.head(signed.key);
  if (!found) throw notFound('The object');
  const open = (range?: { start: number; end: number }): Promise<Readable> =>
    platform.storage.get(signed.key, range);
  const { size, etag } = found;
  return { size, etag, filename: signed.filename, disposition: disposition(signed.filename), open };
}

/** Takes a signed PUT, of an object or of a part of one, straight into the store. `md5`: of what was sent, base64. */
export async function putSigned(
  platform: Platform,
  url: string,
  { length, md5 }: { length: number | undefined; md5: string | undefined },
  body: Readable,
) {
  const { key, size, part } = verified(platform, 'PUT', url);
  if (size !== undefined && length !== undefined && length !== size) {
    throw new CoveError('invalid', `The address was made for ${size} bytes, but ${length} were announced.`);
  }
  const store = servedStore(platform);
  if (part === undefined || size === undefined) return store.put(key, body, { size, md5 });
  await store.parts.receive({ ...part, key }, body, { size, md5 });
  return { size };
}
