/** What `init` asks and makes in AWS: a versioned, encrypted, locked-down state bucket, and the key of the secrets. */

import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { needsAPerson } from '../../errors.ts';
import type { Founder } from '../cloud.ts';
import { checkLogin } from './login.ts';
import { stateBucket, stateKey } from './names.ts';
import { awsQuestions, awsWorkerQuestions } from './questions.ts';
import { asked, isAbsent } from './trouble.ts';

export const awsFounder: Founder = {
  questions: awsQuestions,
  config: ({ accountId, region, publicName, zoneId, email }) => ({
    accountId,
    region,
    publicName,
    dns: zoneId === '' ? { kind: 'elsewhere' } : { kind: 'zone', zoneId },
    administrator: { email },
  }),
  workers: {
    questions: awsWorkerQuestions,
    config: ({ joins, accountId, region }) => ({ joins: { url: joins }, accountId, region }),
  },
  async found(name, answers, say) {
    const place = { accountId: answers.accountId ?? '', region: answers.region ?? '' };
    const login = await checkLogin(place);
    if (login.level === 'fail')
      throw needsAPerson(`${login.found}; needed: ${login.needed}`, login.todo ?? '');
    const bucket = stateBucket(name, place);
    const key = await asked(ensureKey(name, place.region, say));
    await asked(ensureBucket(bucket, place.region, name, say));
    say(`state      s3://${bucket}, versioned and encrypted`);
    say(`secrets    ${key}`);
  },
};

async function ensureKey(name: string, region: string, say: (line: string) => void): Promise<string> {
  const kms = new KMSClient({ region });
  const alias = stateKey(name);
  try {
    await kms.send(new DescribeKeyCommand({ KeyId: alias }));
    return alias;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  say(`making the key ${alias}`);
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Description: `Cove ${name}: secrets in the state`,
      Tags: tagsOf(name).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
    }),
  );
  const id = KeyMetadata?.KeyId;
  await kms.send(new EnableKeyRotationCommand({ KeyId: id }));
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: id }));
  return alias;
}

/** May be run again after it was cut short: every setting is put as it should be. */
async function ensureBucket(
  bucket: string,
  region: string,
  name: string,
  say: (line: string) => void,
): Promise<void> {
  const s3 = new S3Client({ region, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  const there = await s3.send(new HeadBucketCommand({ Bucket: bucket })).then(
    () => true,
    (error) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );
  if (!there) {
    say(`making the bucket ${bucket}`);
    const where =
      region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } };
    await s3.send(new CreateBucketCommand({ Bucket: bucket, ...where }));
  }
  const at = { Bucket: bucket };
  await s3.send(
    new PutPublicAccessBlockCommand({
      ...at,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await s3.send(new PutBucketVersioningCommand({ ...at, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketEncryptionCommand({
      ...at,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    }),
  );
  // An endpoint of one's own without TLS would be locked by it.
  if (!process.env.AWS_ENDPOINT_URL?.startsWith('http://'))
    await s3.send(new PutBucketPolicyCommand({ ...at, Policy: JSON.stringify(onlyTls(bucket)) }));
  await s3.send(new PutBucketTaggingCommand({ ...at, Tagging: { TagSet: tagsOf(name) } }));
}

const tagsOf = (name: string) => [
  { Key: 'installation', Value: name },
  { Key: 'managed-by', Value: 'cove' },
  { Key: 'valohai', Value: '1' },
];

/** Refuses plain HTTP. */
const onlyTls = (bucket: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OnlyTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});
