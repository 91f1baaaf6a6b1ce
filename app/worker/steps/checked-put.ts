/** A PUT whose bytes the store checks as they arrive. */
import type { Http } from '../http.ts';
import { contentMd5 } from './checksums.ts';

/**
 * The store is told the MD5, in hex here, beforehand: what it says afterwards would not do. There are stores that take a body
 * which broke off for a whole one, filled up with zeros, and that may be after the next try has succeeded.
 */
export async function checkedPut(
  http: Http,
  { url, headers }: { url: string; headers: Record<string, string> },
  data: Buffer,
  md5: string,
  signal: AbortSignal,
): Promise<void> {
  await http.put(url, { ...headers, 'content-md5': contentMd5(md5) }, data, data.length, signal);
}
