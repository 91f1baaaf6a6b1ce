/** The objects of a bucket of Cloud Storage, for the state store. */
import type { Objects } from '../../engine/state-store.ts';
import { needsAPerson } from '../../errors.ts';
import type { Google } from './api.ts';

interface Page {
  items?: { name: string }[];
  nextPageToken?: string;
}

export function bucketObjects(google: Google, bucket: string, initCommand: string): Objects {
  const base = `storage/storage/v1/b/${bucket}/o`;
  const at = (key: string) => `${base}/${encodeURIComponent(key)}`;
  return {
    async list(prefix) {
      const names: string[] = [];
      for (let token = ''; ; ) {
        const query = new URLSearchParams({ prefix, ...(token === '' ? {} : { pageToken: token }) });
        const page = await google.get<Page>(`${base}?${query}`);
        if (page === null)
          throw needsAPerson(`There is no bucket ${bucket} for the state.`, `\`${initCommand}\` makes it.`);
        names.push(...(page.items ?? []).map(({ name }) => name));
        if (page.nextPageToken === undefined) return names;
        token = page.nextPageToken;
      }
    },
    read: (key) => google.text(`${at(key)}?alt=media`),
    remove: (key) => google.remove(at(key)),
  };
}
