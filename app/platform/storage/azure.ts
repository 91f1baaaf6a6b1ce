/**
 * Azure Blob Storage; a bucket is a container. Credentials from Vault: `{"accountKey": "…"}`; without, the machine's
 * own identity, which signs addresses with a user delegation key (role: Storage Blob Data Contributor, and Delegator).
 */
import type { Readable } from 'node:stream';
import {
  BlobSASPermissions,
  type BlobSASSignatureValues,
  BlobServiceClient,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
  type UserDelegationKey,
} from '@azure/storage-blob';
import { z } from 'zod';
import { disposition } from './disposition.ts';
import { storeFailure } from './failure.ts';
import { checkKey, isListed } from './keys.ts';
import { MIB, PART_BYTES } from './part-plan.ts';
import { md5, pieces, type Sum } from './pieces.ts';
import type { ObjectStore } from './store.ts';

export const AzureCredentials = z.strictObject({ accountKey: z.string().min(1) });
export interface AzureAddress {
  account: string;
  bucket: string;
  /** Without: the account's own address in Azure. */
  endpoint?: string | undefined;
  credentials?: z.infer<typeof AzureCredentials> | undefined;
}

/** https://learn.microsoft.com/rest/api/storageservices/put-block */
const LIMITS = { smallest: MIB, largest: 4_000 * MIB, count: 50_000 };
/** A delegation key lives for a day here, at most seven by Azure's rules; a new one is got long before that. */
const KEY_MS = 24 * 3600_000;
/** Clocks differ. */
const SKEW_MS = 5 * 60_000;

export async function openAzure({
  account,
  bucket,
  endpoint,
  credentials,
}: AzureAddress): Promise<ObjectStore> {
  const address = endpoint ?? `https://${account}.blob.core.windows.net`;
  const shared = credentials && new StorageSharedKeyCredential(account, credentials.accountKey);
  const service = new BlobServiceClient(address, shared ?? (await machineIdentity()), {
    retryOptions: { maxTries: 4, maxRetryDelayInMs: 5_000 },
  });
  const container = service.getContainerClient(bucket);
  const blob = (key: string) => container.getBlockBlobClient(checkKey(key));
  const where = `The container ${bucket} at ${address}`;
  const ask = async <T>(doing: string, key: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const { statusCode: status, code } = error as { statusCode?: number; code?: string };
      const missing = status === 404 && code !== 'ContainerNotFound';
      throw storeFailure(error, { store: where, doing, key, status, missing });
    }
  };
  let delegated: { key: UserDelegationKey; until: number } | undefined;
  const sign = async (
    key: string,
    expires: number,
    more: Pick<BlobSASSignatureValues, 'contentDisposition'>,
    mode: 'r' | 'cw',
  ) => {
    const now = Date.now();
    const values = {
      containerName: bucket,
      blobName: checkKey(key),
      permissions: BlobSASPermissions.parse(mode),
      startsOn: new Date(now - SKEW_MS),
      expiresOn: new Date(now + expires * 1000),
      ...(address.startsWith('https:') && { protocol: SASProtocol.Https }),
      ...more,
    };
    if (shared) return `${blob(key).url}?${generateBlobSASQueryParameters(values, shared)}`;
    if (delegated === undefined || delegated.until < now + expires * 1000) {
      const until = now + Math.max(KEY_MS, expires * 1000 + SKEW_MS);
      const fresh = await ask('signing', key, () =>
        service.getUserDelegationKey(new Date(now - SKEW_MS), new Date(until)),
      );
      delegated = { key: fresh, until };
    }
    return `${blob(key).url}?${generateBlobSASQueryParameters(values, delegated.key, account)}`;
  };
  /** Blocks are staged under the blob's own name; the upload's own part keeps those of two uploads apart. */
  const blockId = (upload: string, number: number) =>
    Buffer.from(`${upload}-${String(number).padStart(6, '0')}`).toString('base64');
  const staged = async (key: string, upload: string) => {
    const list = await ask('looking at', key, () => blob(key).getBlockList('uncommitted'));
    return (list.uncommittedBlocks ?? [])
      .map(({ name, size }) => ({ id: Buffer.from(name, 'base64').toString(), size }))
      .filter(({ id }) => id.startsWith(`${upload}-`))
      .map(({ id, size }) => ({ number: Number(id.slice(upload.length + 1)), size }));
  };

  return {
    parts: {
      limits: LIMITS,
      async begin(key) {
        const upload = crypto.randomUUID();
        // An empty block: from now on the upload can be seen.
        await ask('beginning', key, () => blob(key).stageBlock(blockId(upload, 0), ' ', 1));
        return { upload, tellsMd5s: false };
      },
      async presign(key, upload, { number }, { expires }) {
        const url = await sign(key, expires, {}, 'cw');
        return {
          url: `${url}&comp=block&blockid=${encodeURIComponent(blockId(upload, number))}`,
          headers: {},
        };
      },
      async list(key, upload) {
        const found = await staged(key, upload);
        if (found.length === 0)
          throw storeFailure(new Error('no such upload'), {
            store: where,
            doing: 'looking at',
            key,
            status: 404,
            missing: true,
          });
        return found.filter(({ number }) => number > 0).sort((a, b) => a.number - b.number);
      },
      async complete(key, upload, count) {
        const blocks = Array.from({ length: count }, (_, i) => blockId(upload, i + 1));
        await ask('completing', key, () => blob(key).commitBlockList(blocks));
      },
      /** There is no such request, but blocks go with their blob: an empty one is made where there is none yet, and deleted. */
      async abort(key) {
        const nothing = { conditions: { ifNoneMatch: '*' } };
        await ask('aborting', key, async () => {
          const made = await blob(key)
            .commitBlockList([], nothing)
            .catch((error) => {
              if (error.statusCode !== 409 && error.statusCode !== 412) throw error;
            });
          if (made?.etag) await blob(key).delete({ conditions: { ifMatch: made.etag } });
        });
      },
    },
    presignGet: (key, { expires, filename }) =>
      sign(key, expires, filename === undefined ? {} : { contentDisposition: disposition(filename) }, 'r'),
    presignPut: async (key, { expires }) => ({
      url: await sign(key, expires, {}, 'cw'),
      headers: { 'x-ms-blob-type': 'BlockBlob' },
    }),
    async head(key) {
      const found = await ask('looking at', key, () => blob(key).getProperties()).catch((error) => {
        if (error.code !== 'not_found') throw error;
        return null;
      });
      return found && { size: found.contentLength ?? 0, etag: found.etag ?? null };
    },
    async get(key, range) {
      const count = range?.end === undefined ? undefined : range.end - range.start + 1;
      const { readableStreamBody } = await ask('reading', key, () =>
        blob(key).download(range?.start ?? 0, count, { maxRetryRequests: 3 }),
      );
      return readableStreamBody as Readable;
    },
    async put(key, body) {
      let sum: Sum = { size: 0, sha256: '' };
      const upload = crypto.randomUUID();
      const blocks: string[] = [];
      for await (const { data, last } of pieces(body, PART_BYTES, (found) => {
        sum = found;
      })) {
        if (last && blocks.length === 0) {
          const blobHTTPHeaders = {
            blobContentType: 'application/octet-stream',
            blobContentMD5: Buffer.from(md5(data), 'base64'),
          };
          await ask('writing', key, () => blob(key).upload(data, data.length, { blobHTTPHeaders }));
          return sum;
        }
        const id = blockId(upload, blocks.length + 1);
        const transactionalContentMD5 = Buffer.from(md5(data), 'base64');
        await ask('writing', key, () =>
          blob(key).stageBlock(id, data, data.length, { transactionalContentMD5 }),
        );
        blocks.push(id);
      }
      await ask('completing', key, () => blob(key).commitBlockList(blocks));
      return sum;
    },
    async delete(key) {
      await ask('deleting', key, () => blob(key).deleteIfExists({ deleteSnapshots: 'include' }));
    },
    async *list(prefix) {
      const pages = container.listBlobsFlat({ prefix, includeMetadata: true }).byPage({ maxPageSize: 1000 });
      for (;;) {
        const page = await ask('listing', prefix, () => pages.next());
        if (page.done) return;
        // Accounts with a hierarchical namespace list their folders, too.
        const blobs = page.value.segment.blobItems.filter(
          ({ metadata }) => metadata?.hdi_isfolder !== 'true',
        );
        yield blobs.map(({ name }) => name).filter(isListed);
      }
    },
  };
}

/** Loaded only here: with given credentials it is not needed. */
async function machineIdentity() {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
