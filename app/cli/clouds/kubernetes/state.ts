/** Where the state lies: a bucket of S3 or of what speaks its protocol, or a folder. */
import type { KubernetesConfig } from '../../../../config/schema.ts';
import { bucketStore, folderStore, type StateStore } from '../../engine/state-store.ts';
import { bucketObjects } from '../aws/objects.ts';

export function stateOf({ state }: Pick<KubernetesConfig, 'state'>): StateStore {
  const url = new URL(state.url);
  if (url.protocol === 'file:') return folderStore(url.pathname);
  const endpoint = url.searchParams.get('endpoint');
  // The SDK reads it from here, as the engine reads it from the address.
  if (endpoint !== null) process.env.AWS_ENDPOINT_URL_S3 ??= endpoint;
  const prefix = url.pathname.replace(/^\/|\/$/g, '');
  const objects = bucketObjects(url.host, url.searchParams.get('region') ?? 'us-east-1', 'your store');
  const at = (key: string) => (prefix === '' ? key : `${prefix}/${key}`);
  return bucketStore({
    list: async (below) => (await objects.list(at(below))).map((key) => key.slice(at('').length)),
    read: (key) => objects.read(at(key)),
    remove: (key) => objects.remove(at(key)),
  });
}
