/** A private bucket: encrypted, versioned, TLS only, its accesses logged, unfinished uploads cleared away. */
import { Bucket } from '@pulumi/aws/s3/bucket.js';
import { BucketCorsConfiguration } from '@pulumi/aws/s3/bucketCorsConfiguration.js';
import { BucketLifecycleConfiguration } from '@pulumi/aws/s3/bucketLifecycleConfiguration.js';
import { BucketLogging } from '@pulumi/aws/s3/bucketLogging.js';
import { BucketOwnershipControls } from '@pulumi/aws/s3/bucketOwnershipControls.js';
import { BucketPolicy } from '@pulumi/aws/s3/bucketPolicy.js';
import { BucketPublicAccessBlock } from '@pulumi/aws/s3/bucketPublicAccessBlock.js';
import { BucketServerSideEncryptionConfiguration } from '@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js';
import { BucketVersioning } from '@pulumi/aws/s3/bucketVersioning.js';
import * as pulumi from '@pulumi/pulumi';
import { bucketName } from '../naming.ts';
import { bucketPolicy, type LogWriters } from './permissions/bucket.ts';
import { guarded, type Site } from './site.ts';

export interface PrivateBucketArgs {
  site: Site;
  /** Key that encrypts it; left out: S3's own, which services that write logs need. */
  keyArn?: pulumi.Input<string>;
  /** Where its accesses are logged. */
  logs?: Bucket;
  /** Days until what was overwritten or deleted is gone. */
  oldVersionDays: number;
  /** What lies below the prefix moves to a cheaper class, or goes. */
  ageing?: { prefix: string; coldAfterDays?: number; goneAfterDays?: number }[];
  /** The only origin whose pages may read and write it. */
  origin?: string;
  /** Services of AWS that write logs into it. */
  writers?: LogWriters;
}

export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: Bucket;
  /** Once it is what it should be. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: PrivateBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:PrivateBucket', name, {}, options);
    const { site, keyArn, logs, oldVersionDays, ageing = [], origin, writers } = args;
    const { accountId, region } = site.config;
    this.bucket = new Bucket(
      name,
      {
        bucket: bucketName(site.name, name, accountId, region),
        forceDestroy: site.purge.includes('storage'),
      },
      { parent: this, ...guarded(site, 'storage') },
    );
    const bucket = this.bucket.id;
    const within = { parent: this };
    const access = new BucketPublicAccessBlock(
      name,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      within,
    );
    const ownership = new BucketOwnershipControls(
      name,
      { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } },
      within,
    );
    const versioning = new BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: 'Enabled' } },
      within,
    );
    const encryption = new BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault:
              keyArn === undefined
                ? { sseAlgorithm: 'AES256' }
                : { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
            bucketKeyEnabled: keyArn !== undefined,
          },
        ],
      },
      within,
    );
    const policy = new BucketPolicy(
      name,
      { bucket, policy: this.bucket.arn.apply((arn) => bucketPolicy(arn, accountId, writers)) },
      { parent: this, dependsOn: access },
    );
    new BucketLifecycleConfiguration(
      name,
      {
        bucket,
        rules: [
          {
            id: 'unfinished-and-old',
            status: 'Enabled',
            filter: { prefix: '' },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
            noncurrentVersionExpiration: { noncurrentDays: oldVersionDays },
          },
          ...ageing.map(({ prefix, coldAfterDays, goneAfterDays }) => ({
            id: prefix === '' ? 'everything' : prefix.replace(/\W+$/, ''),
            status: 'Enabled',
            filter: { prefix },
            ...(coldAfterDays === undefined
              ? {}
              : { transitions: [{ days: coldAfterDays, storageClass: 'STANDARD_IA' }] }),
            ...(goneAfterDays === undefined ? {} : { expiration: { days: goneAfterDays } }),
          })),
        ],
      },
      { parent: this, dependsOn: versioning },
    );
    if (origin !== undefined) cors(name, bucket, origin, within);
    if (logs !== undefined)
      new BucketLogging(name, { bucket, targetBucket: logs.id, targetPrefix: `s3/${name}/` }, within);
    this.ready = [access, ownership, versioning, encryption, policy];
    this.registerOutputs({ bucket: this.bucket.id });
  }
}

/** Browsers upload by PUT, in parts whose ETags they must see. */
const cors = (
  name: string,
  bucket: pulumi.Input<string>,
  origin: string,
  options: pulumi.CustomResourceOptions,
) =>
  new BucketCorsConfiguration(
    name,
    {
      bucket,
      corsRules: [
        {
          allowedOrigins: [origin],
          allowedMethods: ['GET', 'HEAD', 'PUT', 'POST'],
          allowedHeaders: ['*'],
          exposeHeaders: ['ETag'],
          maxAgeSeconds: 3600,
        },
      ],
    },
    options,
  );
