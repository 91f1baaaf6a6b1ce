/** The objects of a bucket, for the state store. */
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Objects } from '../../engine/state-store.ts';
import { needsAPerson } from '../../errors.ts';
import { asked, isAbsent } from './trouble.ts';

export function bucketObjects(bucket: string, region: string, initCommand: string): Objects {
  const s3 = new S3Client({ region, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await asked(work);
    } catch (error) {
      if ((error as Error).name !== 'NoSuchBucket') throw error;
      throw needsAPerson(`There is no bucket ${bucket} for the state.`, `\`${initCommand}\` makes it.`);
    }
  };
  return {
    async list(prefix) {
      const keys: string[] = [];
      for (let token: string | undefined; ; ) {
        const page = await told(
          s3.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          ),
        );
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        token = page.NextContinuationToken;
        if (token === undefined) return keys;
      }
    },
    async read(key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await Body?.transformToString()) ?? '';
      } catch (error) {
        if ((error as Error).name !== 'NoSuchBucket' && isAbsent(error)) return null;
        return told(Promise.reject(error));
      }
    },
    async remove(key) {
      await told(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
  };
}
