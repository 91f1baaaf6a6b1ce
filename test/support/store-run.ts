/** The API's side of uploads and downloads, straight on a store: what core/workers does, without rows. */
import { randomUUID } from 'node:crypto';
import { completeParts } from '../../app/platform/storage/complete-parts.ts';
import { partSize, partsOf } from '../../app/platform/storage/part-plan.ts';
import type { ObjectStore } from '../../app/platform/storage/store.ts';
import type { OutputFile, RunApi } from '../../app/worker/api.ts';
import { Http } from '../../app/worker/http.ts';

const EXPIRES = { expires: 3600 };

export interface StoreRun {
  api: RunApi;
  http: Http;
  reported: OutputFile[];
}

/** `store` answers the API; `signed` signs what the worker is given, e.g. through a proxy. */
export function storeRun(store: ObjectStore, signed: ObjectStore = store): StoreRun {
  const http = new Http('http://127.0.0.1:1');
  const reported: OutputFile[] = [];
  type About = { storage_key: string; size: number; upload: string };
  const parts = ({ size }: About) => partsOf(size, partSize(size, store.parts.limits));
  const api = {
    http,
    async uploads({ files }: { files: { name: string; size: number }[] }) {
      return Promise.all(
        files.map(async ({ name, size }) => {
          const storage_key = `projects/p/outputs/e/${randomUUID()}/${name}`;
          const each = partSize(size, store.parts.limits);
          const put = await signed.presignPut(storage_key, { ...EXPIRES, size });
          const target = { storage_key, method: 'PUT' as const, ...put };
          if (size <= each) return target;
          const { upload, tellsMd5s: tells_md5s } = await store.parts.begin(storage_key, each);
          return { ...target, parts: { upload, size: each, count: Math.ceil(size / each), tells_md5s } };
        }),
      );
    },
    async uploadParts(about: About & { numbers: number[] }) {
      const all = parts(about);
      return Promise.all(
        about.numbers.map(async (number) => ({
          number,
          ...(await signed.parts.presign(about.storage_key, about.upload, all[number - 1] as never, EXPIRES)),
        })),
      );
    },
    async completeUpload(about: About & { etags?: string[] }) {
      return completeParts(store.parts, about.storage_key, about.upload, parts(about), about.etags);
    },
    async outputs({ outputs }: { outputs: OutputFile[] }) {
      reported.push(...outputs);
      return [];
    },
  } as unknown as RunApi;
  return { api, http, reported };
}

/** A reported output as an input of the next job. */
export async function asInput(file: OutputFile, signed: ObjectStore) {
  const { name, size, md5, sha1, sha256, storage_key } = file;
  return {
    name,
    uri: `datum://${storage_key.split('/')[4]}`,
    url: await signed.presignGet(storage_key, EXPIRES),
    size,
    checksums: { md5, sha1, sha256 },
    datum_id: null,
    metadata: [],
  };
}
