import { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openS3 } from '../../../../app/platform/storage/s3.ts';
import { signS3Url } from '../../../../app/platform/storage/s3-sign.ts';

const region = 'eu-west-1';
const sdk = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
  new S3Client({
    region,
    endpoint: 'https://s3.example.com:9000',
    forcePathStyle: true,
    credentials,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

it("signs as Amazon's own library does, whatever key, size and login", async () => {
  const key = fc
    .array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map((part) => part.replaceAll('/', '_').toWellFormed()).join('/'))
    .filter((text) => !/(^|\/)\.{1,2}(\/|$)/.test(text));
  const login = fc.record(
    {
      accessKeyId: fc.string({ minLength: 1 }),
      secretAccessKey: fc.string({ minLength: 1 }),
      sessionToken: fc.base64String({ minLength: 4 }),
    },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  );
  await fc.assert(
    fc.asyncProperty(
      key,
      login,
      fc.nat(1e9),
      fc.constantFrom('get', 'put', 'part'),
      async (Key, given, size, kind) => {
        const signingDate = new Date('2026-03-04T05:06:07Z');
        const at = { Bucket: 'data', Key };
        const command = {
          get: () =>
            new GetObjectCommand({ ...at, ResponseContentDisposition: 'attachment; filename="a b"' }),
          put: () => new PutObjectCommand({ ...at, ContentLength: size }),
          part: () => new UploadPartCommand({ ...at, UploadId: 'a/b+c', PartNumber: 7, ContentLength: size }),
        }[kind]();
        const theirs = new URL(
          await getSignedUrl(sdk(given), command as GetObjectCommand, {
            expiresIn: 60,
            signingDate,
            ...(kind !== 'get' && { signableHeaders: new Set(['content-length']) }),
          }),
        );
        const query = Object.fromEntries(
          [...theirs.searchParams].filter(([name]) => !name.startsWith('X-Amz-')),
        );
        const ours = new URL(
          signS3Url({
            method: kind === 'get' ? 'GET' : 'PUT',
            base: 'https://s3.example.com:9000/data/',
            key: Key,
            region,
            expires: 60,
            credentials: given,
            query,
            ...(kind !== 'get' && { headers: { 'content-length': String(size) } }),
            now: signingDate,
          }),
        );
        expect(ours.searchParams.get('X-Amz-Signature')).toBe(theirs.searchParams.get('X-Amz-Signature'));
        expect(ours.pathname).toBe(theirs.pathname);
      },
    ),
    { numRuns: 60 },
  );
});

it("finds Amazon's own address of a bucket", async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const store = openS3({ bucket: 'data', region, credentials });
  const url = new URL(await store.presignGet('a b/c', { expires: 60 }));
  expect(url.origin + url.pathname).toBe('https://data.s3.eu-west-1.amazonaws.com/a%20b/c');
});
