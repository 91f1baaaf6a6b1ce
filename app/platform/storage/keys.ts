/** Keys come from people's file names too: nothing may lead out of the bucket or into what is being put together. */
import { invalid } from '../errors.ts';

/** Names below which stores put together what is not complete; no object's key begins with it. */
export const INCOMING = '.incoming';

/** Whether a store's listing names an object of somebody's. Consoles of the clouds keep a folder as an empty object. */
export const isListed = (key: string): boolean => !key.endsWith('/') && !key.startsWith(`${INCOMING}/`);

export function checkKey(key: string): string {
  const parts = key.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'));
  if (bad || parts[0] === INCOMING) throw invalid('key', `${JSON.stringify(key)} is not an object's key`);
  return key;
}
