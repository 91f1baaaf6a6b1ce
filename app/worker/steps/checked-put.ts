/** A PUT whose bytes are checked on their way: the store is told their MD5 beforehand, or tells what arrived. */
import type { Http } from '../http.ts';
import { contentMd5 } from './checksums.ts';

/** Buckets whose ETags are the MD5 of what they hold, as far as the last answer tells. */
const telling = new Set<string>();

/** Host and bucket, which is the first part of the path where it is not in the host's name. */
const bucketOf = (url: string) => /^(https?:\/\/[^/]*)?\/[^/?]*/.exec(url)?.[0] ?? '';

/** The store took the bytes, and holds others. */
export class Damaged extends Error {
  code = 'DAMAGED';
  constructor() {
    super('it arrived as other bytes');
  }
}

/** Sends these bytes, each try to an address of its own. `md5` in hex; it may come while they are sent. */
export function checkedPut(http: Http, data: Buffer, md5: string | Promise<string>, signal: AbortSignal) {
  let doubted = false;
  return async ({ url, headers }: { url: string; headers: Record<string, string> }): Promise<void> => {
    const bucket = bucketOf(url);
    // A store that tells the MD5 of what it holds need not be told it, too: it would count it twice.
    const isTold = doubted || !telling.has(bucket);
    const all = isTold ? { ...headers, 'content-md5': contentMd5(await md5) } : headers;
    const [etag, sum] = await Promise.all([http.put(url, all, data, data.length, signal), md5]);
    if (etag === sum) telling.add(bucket);
    else telling.delete(bucket);
    doubted = !isTold && etag !== sum;
    if (doubted) throw new Damaged();
  };
}
