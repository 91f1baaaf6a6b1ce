/** The `fs` store, whose signed addresses the API serves itself (design 6). Others serve theirs. */
import type { Readable } from 'node:stream';
import type { ObjectStore } from '../../platform/storage/store.ts';
import type { Platform } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';

export interface Signed {
  key: string;
  filename?: string;
  size?: number;
}
interface ServedStore extends ObjectStore {
  verify(method: string, url: string): Signed | null;
  put(
    key: string,
    body: Readable | Buffer,
    options?: { size?: number },
  ): Promise<{ size: number; sha256: string }>;
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
  return { size: found.size, filename: signed.filename, open };
}

/** Takes a signed PUT, straight into the store. */
export async function putSigned(platform: Platform, url: string, length: number | undefined, body: Readable) {
  const signed = verified(platform, 'PUT', url);
  if (signed.size !== undefined && length !== undefined && length !== signed.size) {
    throw new CoveError(
      'invalid',
      `The address was made for ${signed.size} bytes, but ${length} were announced.`,
    );
  }
  return servedStore(platform).put(signed.key, body, signed.size === undefined ? {} : { size: signed.size });
}
