/** Addresses of objects in buckets: `s3://bucket/key`, `gs://bucket/key`, `azure://account/container/blob`. Pure. */
import type { StoreConfiguration } from '../../platform/storage/named.ts';
import type { StoreType } from '../../platform/words.ts';

export interface StoreUri {
  type: Exclude<StoreType, 'installation'>;
  bucket: string;
  /** Of Azure. */
  account?: string;
  /** As the store has it: nothing in it is encoded. */
  key: string;
}
const SCHEMES = { s3: 's3', gs: 'google', azure: 'azure' } as const;

/** Null: the address is of another kind, or names no object. */
export function parseStoreUri(uri: string): StoreUri | null {
  const [, scheme, rest = ''] = /^(s3|gs|azure):\/\/(.*)$/is.exec(uri) ?? [];
  if (scheme === undefined) return null;
  const type = SCHEMES[scheme.toLowerCase() as keyof typeof SCHEMES];
  const [first = '', ...more] = rest.split('/');
  const [second = '', ...last] = more;
  const found =
    type === 'azure'
      ? { type, account: first, bucket: second, key: last.join('/') }
      : { type, bucket: first, key: more.join('/') };
  const parts = found.key.split('/');
  // What our stores take as a key, so that a refusal comes here and not while a worker waits.
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'));
  return found.bucket === '' || found.account === '' || bad ? null : found;
}

/** How the addresses of a store's objects begin, without the slash before the key. */
export function uriPrefix(type: StoreType, { bucket, account_name }: StoreConfiguration): string {
  if (type === 'installation') return 'datum:/';
  if (type === 'azure') return `azure://${account_name}/${bucket}`;
  return `${type === 's3' ? 's3' : 'gs'}://${bucket}`;
}

/** Whether the object may lie in the store. */
export const isOf = (uri: StoreUri, store: { type: StoreType; configuration: StoreConfiguration }): boolean =>
  store.type === uri.type &&
  store.configuration.bucket === uri.bucket &&
  (uri.type !== 'azure' || store.configuration.account_name === uri.account);
