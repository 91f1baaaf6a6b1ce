/**
 * Amazon S3, and servers that speak its protocol. Credentials from Vault:
 * `{"accessKeyId": "…", "secretAccessKey": "…", "sessionToken"?: "…"}`.
 */
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { z } from 'zod';
import { type AssumedRole, assumeRole, renewing } from '../assume-role.ts';
import { CoveError } from '../errors.ts';
import { connection } from '../outbound.ts';
import { disposition } from './disposition.ts';
import { storeFailure } from './failure.ts';
import { checkKey, isListed } from './keys.ts';
import { MIB, PART_BYTES } from './part-plan.ts';
import { md5, pieces, type Sum } from './pieces.ts';
import { type Signing, signS3Url } from './s3-sign.ts';
import type { ObjectStore, Part } from './store.ts';

export const S3Credentials = z.strictObject({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().optional(),
});
export interface S3Address {
  bucket: string;
  region: string;
  /** Of a compatible server, which is asked with path style. Without: Amazon's. */
  endpoint?: string | undefined;
  /** Without: the SDK's default chain, i.e. the machine's own identity. */
  credentials?: z.infer<typeof S3Credentials> | undefined;
  /** Works as this role: with `credentials`, or else the machine's identity, it is asked for from STS. */
  role?: AssumedRole | undefined;
  /** In place of DNS. */
  lookup?: LookupFunction | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const LIMITS = { smallest: 5 * MIB, largest: 5 * 1024 * MIB, count: 10_000 };

export function openS3(address: S3Address): ObjectStore {
  const { bucket: Bucket, region, endpoint, credentials, role, lookup } = address;
  const { httpsAgent, httpAgent } = connection(endpoint ?? `https://s3.${region}.amazonaws.com`, lookup);
  const keys = credentials && { credentials: withoutUndefined(credentials) };
  const asRole = role && renewing(() => assumeRole(role, { region, ...keys }));
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(asRole ? { credentials: asRole } : keys),
    // Its own checksum of a body that a presigned address does not know yet would be that of nothing.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { httpsAgent, httpAgent, connectionTimeout: 5_000, requestTimeout: 60_000 },
  });
  const where = `The bucket ${Bucket}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
  const at = (key: string) => ({ Bucket, Key: checkKey(key) });
  const ask = async <T>(doing: string, key: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
      const missing = ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(name);
      if (name === 'InvalidPart') throw new CoveError('conflict', `A part of ${key} is another one by now.`);
      throw storeFailure(error, { store: where, doing, key, status: $metadata?.httpStatusCode, missing });
    }
  };
  /** The SDK says once where the bucket's keys begin, which depends on cloud and name. */
  let base: Promise<string> | undefined;
  const baseOf = () => {
    base ??= getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'k' })).then((url) =>
      url.slice(0, url.indexOf('?') - 1),
    );
    base.catch(() => {
      base = undefined;
    });
    return base;
  };
  const signed = (key: string, more: Pick<Signing, 'method' | 'expires' | 'query' | 'headers'>) =>
    ask('signing', key, async () => {
      // The SDK keeps a role's credentials until they are about to end: too late for an address.
      const given = await (asRole ?? client.config.credentials)();
      const expires = secondsOf(more.expires, given);
      return signS3Url({
        ...more,
        expires,
        base: await baseOf(),
        key: checkKey(key),
        region,
        credentials: given,
      });
    });
  /** The size is signed, so that no other one is accepted. */
  const presigned = async (
    key: string,
    { expires, size, query }: { expires: number; size: number | undefined; query?: Record<string, string> },
  ) => ({
    url: await signed(key, {
      method: 'PUT',
      expires,
      ...(query && { query }),
      ...(size !== undefined && { headers: { 'content-length': String(size) } }),
    }),
    headers: {},
  });
  const send = (key: string, upload: string, number: number, data: Buffer) =>
    ask('writing', key, () =>
      client.send(
        new UploadPartCommand({
          ...at(key),
          UploadId: upload,
          PartNumber: number,
          Body: data,
          ContentMD5: md5(data),
        }),
      ),
    );
  const found = async (key: string, UploadId: string) => {
    const parts: Required<Part>[] = [];
    for (let PartNumberMarker: string | undefined; ; ) {
      const page = await ask('looking at', key, () =>
        client.send(
          new ListPartsCommand({ ...at(key), UploadId, ...(PartNumberMarker && { PartNumberMarker }) }),
        ),
      );
      for (const { PartNumber = 0, Size = 0, ETag = '' } of page.Parts ?? [])
        parts.push({ number: PartNumber, size: Size, etag: unquoted(ETag) });
      if (!page.IsTruncated) return parts;
      PartNumberMarker = page.NextPartNumberMarker;
    }
  };

  const parts: ObjectStore['parts'] = {
    limits: LIMITS,
    async begin(key) {
      const command = new CreateMultipartUploadCommand(at(key));
      const { UploadId = '', ServerSideEncryption = 'AES256' } = await ask('beginning', key, () =>
        client.send(command),
      );
      return { upload: UploadId, tellsMd5s: ServerSideEncryption === 'AES256' };
    },
    presign: (key, upload, { number, size }, { expires }) =>
      presigned(key, { expires, size, query: { partNumber: String(number), uploadId: upload } }),
    list: found,
    async complete(key, upload, count, etags) {
      const all = etags ?? (await found(key, upload)).slice(0, count).map(({ etag }) => etag);
      const Parts = all.map((etag, i) => ({ PartNumber: i + 1, ETag: `"${etag}"` }));
      const command = new CompleteMultipartUploadCommand({
        ...at(key),
        UploadId: upload,
        MultipartUpload: { Parts },
      });
      await ask('completing', key, () => client.send(command));
    },
    async abort(key, upload) {
      const command = new AbortMultipartUploadCommand({ ...at(key), UploadId: upload });
      await ask('aborting', key, () => client.send(command)).catch(unlessMissing);
    },
  };

  return {
    parts,
    presignGet: (key, { expires, filename }) =>
      signed(key, {
        method: 'GET',
        expires,
        ...(filename !== undefined && { query: { 'response-content-disposition': disposition(filename) } }),
      }),
    presignPut: (key, { expires, size }) => presigned(key, { expires, size }),
    async head(key) {
      const plain = await plainHead(await signed(key, { method: 'HEAD', expires: 900 }), {
        httpsAgent,
        httpAgent,
      });
      if (plain !== 'unclear') return plain;
      const command = new HeadObjectCommand(at(key));
      const object = await ask('looking at', key, () => client.send(command)).catch(unlessMissing);
      return object ? { size: object.ContentLength ?? 0, etag: object.ETag ?? null } : null;
    },
    async get(key, range) {
      const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
      const command = new GetObjectCommand({ ...at(key), ...(Range !== undefined && { Range }) });
      const { Body } = await ask('reading', key, () => client.send(command));
      return Body as Readable;
    },
    async put(key, body) {
      let sum: Sum = { size: 0, sha256: '' };
      let upload: string | undefined;
      let number = 0;
      try {
        for await (const { data, last } of pieces(body, PART_BYTES, (found) => {
          sum = found;
        })) {
          if (last && upload === undefined) {
            const command = new PutObjectCommand({ ...at(key), Body: data, ContentMD5: md5(data) });
            await ask('writing', key, () => client.send(command));
            return sum;
          }
          upload ??= (await parts.begin(key, PART_BYTES)).upload;
          await send(key, upload, ++number, data);
        }
        await parts.complete(key, upload ?? '', number);
      } catch (error) {
        if (upload !== undefined) await parts.abort(key, upload).catch(() => {});
        throw error;
      }
      return sum;
    },
    async delete(key) {
      await ask('deleting', key, () => client.send(new DeleteObjectCommand(at(key)))).catch(unlessMissing);
    },
    async *list(Prefix) {
      for (let ContinuationToken: string | undefined; ; ) {
        const command = new ListObjectsV2Command({
          Bucket,
          Prefix,
          ...(ContinuationToken && { ContinuationToken }),
        });
        const page = await ask('listing', Prefix, () => client.send(command));
        yield (page.Contents ?? []).flatMap(({ Key }) => Key ?? []).filter(isListed);
        ContinuationToken = page.NextContinuationToken;
        if (!ContinuationToken) return;
      }
    },
  };
}

/**
 * What lies there, or null, without the SDK: each of a job's outputs is looked at, and it takes four times as long.
 * `unclear`: any other answer, or none, which the SDK tries again and can tell of.
 */
const plainHead = (url: string, { httpsAgent, httpAgent }: ReturnType<typeof connection>) =>
  new Promise<{ size: number; etag: string | null } | null | 'unclear'>((resolve) => {
    const options = { method: 'HEAD', timeout: 60_000 };
    const asked = url.startsWith('https:')
      ? https.request(url, { ...options, agent: httpsAgent })
      : http.request(url, { ...options, agent: httpAgent });
    asked.on('response', (answer) => {
      answer.resume();
      const { statusCode, headers } = answer;
      const { etag = null } = headers;
      if (statusCode === 404) resolve(null);
      else if (statusCode !== 200) resolve('unclear');
      else resolve({ size: Number(headers['content-length'] ?? 0), etag });
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve('unclear'));
    asked.end();
  });

const unlessMissing = (error: { code?: string }): undefined => {
  if (error.code !== 'not_found') throw error;
  return undefined;
};

const unquoted = (etag: string) => etag.replaceAll('"', '');

/** An address ends with the credentials that signed it: no longer time is promised. */
const secondsOf = (wanted: number, { expiration }: { expiration?: Date }): number =>
  expiration === undefined
    ? wanted
    : Math.max(1, Math.min(wanted, Math.floor((expiration.getTime() - Date.now()) / 1000)));

const withoutUndefined = ({ sessionToken, ...keys }: z.infer<typeof S3Credentials>) => ({
  ...keys,
  ...(sessionToken !== undefined && { sessionToken }),
});
