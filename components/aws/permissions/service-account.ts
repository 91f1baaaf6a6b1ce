/** What jobs may do that act as a service account. Pure. */
import type { AwsConfig } from '../../../config/schema.ts';
import type { Statement } from '../role.ts';

type ServiceAccount = AwsConfig['serviceAccounts'][number];

const READ = ['s3:GetObject', 's3:GetObjectVersion'];
const WRITE = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

/** Reads and writes below the prefixes that the config names; its managed policies come on top. */
export function serviceAccountStatements({
  readBuckets,
  writeBuckets,
}: Pick<ServiceAccount, 'readBuckets' | 'writeBuckets'>): Statement[] {
  const all = [...new Set([...readBuckets, ...writeBuckets])];
  // IAM refuses a policy without a statement: who may nothing else may know who it is.
  if (all.length === 0) return [{ Effect: 'Allow', Action: ['sts:GetCallerIdentity'], Resource: ['*'] }];
  return [
    {
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket'],
      Resource: [...new Set(all.map(bucketArn))],
    },
    { Effect: 'Allow', Action: READ, Resource: all.map(objectsArn) },
    ...(writeBuckets.length === 0
      ? []
      : [{ Effect: 'Allow' as const, Action: WRITE, Resource: writeBuckets.map(objectsArn) }]),
  ];
}

const bucketArn = (place: string) => `arn:aws:s3:::${place.split('/')[0]}`;
const objectsArn = (place: string) => `arn:aws:s3:::${place.replace(/\/+$/, '')}/*`;
