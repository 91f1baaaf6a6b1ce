/**
 * Google Cloud Storage. Credentials from Vault: the JSON key of a service account; without, the machine's own identity,
 * which then needs `roles/iam.serviceAccountTokenCreator` on itself to sign addresses. Parts are objects of their own
 * below `.incoming/`, composed at the end: Google's S3-like uploads have no server that tests could run.
 */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Bucket, Storage } from '@google-cloud/storage';
import { z } from 'zod';
import { disposition } from './disposition.ts';
import { storeFailure } from './failure.ts';
import { checkKey, INCOMING, isListed } from './keys.ts';
import { MIB, PART_BYTES } from './part-plan.ts';
import { pieces, type Sum } from './pieces.ts';
import type { ObjectStore } from './store.ts';

export const GcsCredentials = z.object({
  client_email: z.string(),
  private_key: z.string(),
  project_id: z.string().optional(),
});
export interface GcsAddress {
  bucket: string;
  /** Without: Google's. */
  endpoint?: string | undefined;
  credentials?: z.infer<typeof GcsCredentials> | undefined;
}

/** So many objects one request composes (https://docs.cloud.google.com/storage/docs/composite-objects). */
const COMPOSED = 32;
const LIMITS = { smallest: MIB, largest: 5 * 1024 * 1024 * MIB, count: COMPOSED * COMPOSED };

export function openGcs({ bucket: name, endpoint, credentials }: GcsAddress): ObjectStore {
  const storage = new Storage({
    ...(endpoint !== undefined && { apiEndpoint: endpoint }),
    ...(credentials && {
      credentials: { client_email: credentials.client_email, private_key: credentials.private_key },
      projectId: credentials.project_id ?? 'none',
    }),
    retryOptions: { autoRetry: true, maxRetries: 3, totalTimeout: 60 },
  });
  const bucket = storage.bucket(name);
  const file = (key: string) => bucket.file(checkKey(key));
  const where = `The bucket ${name}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
  const ask = async <T>(doing: string, key: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const code = Number((error as { code?: unknown }).code);
      const status = code >= 400 && code < 600 ? code : undefined;
      const missing = status === 404 && !/bucket does not exist/i.test((error as Error).message);
      throw storeFailure(error, { store: where, doing, key, status, missing });
    }
  };
  /** Google refuses another size than the one in the range. */
  const presigned = async (
    path: string,
    { expires, size }: { expires: number; size?: number | undefined },
  ) => {
    const headers: Record<string, string> =
      size === undefined ? {} : { 'x-goog-content-length-range': `${size},${size}` };
    const [url] = await ask('signing', path, () =>
      bucket.file(path).getSignedUrl({
        version: 'v4',
        action: 'write',
        expires: Date.now() + expires * 1000,
        extensionHeaders: headers,
        ...(endpoint !== undefined && { host: endpoint }),
      }),
    );
    return { url, headers };
  };
  const folder = (upload: string) => `${INCOMING}/${checkKey(upload)}/`;
  const at = (upload: string, number: number) => `${folder(upload)}${String(number).padStart(5, '0')}`;
  const arrived = async (key: string, upload: string) => {
    const [files] = await ask('looking at', key, () => bucket.getFiles({ prefix: folder(upload) }));
    return files;
  };

  const parts: ObjectStore['parts'] = {
    limits: LIMITS,
    async begin(key) {
      checkKey(key);
      const upload = crypto.randomUUID();
      await ask('beginning', key, () => bucket.file(at(upload, 0)).save('', { resumable: false }));
      return { upload, tellsMd5s: false };
    },
    presign: (key, upload, { number, size }, { expires }) => {
      checkKey(key);
      return presigned(at(upload, number), { expires, size });
    },
    async list(key, upload) {
      const files = await arrived(key, upload);
      if (files.length === 0) throw storeFailure(new Error('no such upload'), gone(where, key));
      return files
        .map(({ name: path, metadata }) => ({
          number: Number(path.slice(folder(upload).length)),
          size: Number(metadata.size),
        }))
        .filter(({ number }) => number > 0);
    },
    async complete(key, upload, count) {
      const sources = Array.from({ length: count }, (_, i) => at(upload, i + 1));
      await ask('composing', key, () => compose(bucket, sources, checkKey(key), `${folder(upload)}of-`));
      await parts.abort(key, upload);
    },
    async abort(key, upload) {
      for (const one of await arrived(key, upload))
        await ask('sweeping', key, () => one.delete({ ignoreNotFound: true }));
    },
  };

  return {
    parts,
    async presignGet(key, { expires, filename }) {
      const [url] = await ask('signing', key, () =>
        file(key).getSignedUrl({
          version: 'v4',
          action: 'read',
          expires: Date.now() + expires * 1000,
          ...(filename !== undefined && { responseDisposition: disposition(filename) }),
          ...(endpoint !== undefined && { host: endpoint }),
        }),
      );
      return url;
    },
    presignPut: async (key, options) => presigned(checkKey(key), options),
    async head(key) {
      const found = await ask('looking at', key, () => file(key).getMetadata()).catch((error) => {
        if (error.code !== 'not_found') throw error;
        return null;
      });
      return found && { size: Number(found[0].size), etag: found[0].etag ?? null };
    },
    async get(key, range) {
      // The stream alone would tell of a missing object only once it is read.
      await ask('looking at', key, () => file(key).getMetadata());
      return file(key).createReadStream({
        ...(range && { start: range.start, ...(range.end !== undefined && { end: range.end }) }),
        // A part of an object has no checksum to compare with.
        ...(range && { validation: false }),
      }) as Readable;
    },
    async put(key, body) {
      let sum: Sum = { size: 0, sha256: '' };
      const target = file(key);
      const data = pieces(body, PART_BYTES, (found) => {
        sum = found;
      });
      const first = await data.next();
      if (first.value?.last) {
        const { data: whole } = first.value;
        await ask('writing', key, () => target.save(whole, { resumable: false, validation: 'md5' }));
        return sum;
      }
      const all = async function* () {
        if (first.value) yield first.value.data;
        for await (const piece of data) yield piece.data;
      };
      await ask('writing', key, () =>
        pipeline(all(), target.createWriteStream({ resumable: true, validation: 'crc32c' })),
      );
      return sum;
    },
    async delete(key) {
      await ask('deleting', key, () => file(key).delete({ ignoreNotFound: true }));
    },
    async *list(prefix) {
      let pageToken: string | undefined;
      do {
        const query = { prefix, autoPaginate: false, maxResults: 1000, ...(pageToken && { pageToken }) };
        const [files, next] = await ask('listing', prefix, () => bucket.getFiles(query));
        yield files.map(({ name: key }) => key).filter(isListed);
        pageToken = (next as { pageToken?: string } | null)?.pageToken;
      } while (pageToken);
    },
  };
}

/** One level where that is enough, else the parts of each 32 first. */
async function compose(bucket: Bucket, sources: string[], target: string, draft: string): Promise<void> {
  let level = sources;
  if (level.length > COMPOSED) {
    level = Array.from({ length: Math.ceil(sources.length / COMPOSED) }, (_, i) => `${draft}${i}`);
    for (const [i, name] of level.entries())
      await bucket.combine(sources.slice(i * COMPOSED, (i + 1) * COMPOSED), name);
  }
  // One source alone is copied: composing asks for two.
  if (level.length === 1) await bucket.file(level[0] as string).copy(target);
  else await bucket.combine(level, target);
}

const gone = (store: string, key: string) => ({
  store,
  doing: 'looking at',
  key,
  status: 404,
  missing: true,
});
