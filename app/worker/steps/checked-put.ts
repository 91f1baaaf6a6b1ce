/** PUTs of bytes at hand. Both give the store's ETag. */
import type { Http } from '../http.ts';
import { contentMd5 } from './checksums.ts';

interface Place {
  url: string;
  headers: Record<string, string>;
}

/** For who looks afterwards at what the store holds by then. */
export const plainPut = (http: Http, { url, headers }: Place, data: Buffer, signal: AbortSignal) =>
  http.put(url, headers, data, data.length, signal);

/**
 * The store is told the MD5, in hex here, beforehand: what it says afterwards would not do. There are stores that take a body
 * which broke off for a whole one, filled up with zeros, and that may be after the next try has succeeded.
 */
export const checkedPut = (
  http: Http,
  { url, headers }: Place,
  data: Buffer,
  md5: string,
  signal: AbortSignal,
) => plainPut(http, { url, headers: { ...headers, 'content-md5': contentMd5(md5) } }, data, signal);
