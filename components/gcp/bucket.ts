/** A private bucket: encrypted, versioned, its accesses logged, unfinished uploads cleared away. Google takes TLS alone. */
import { Bucket } from '@pulumi/gcp/storage/bucket.js';
import type * as pulumi from '@pulumi/pulumi';
import { bucketName } from '../naming.ts';
import type { Key } from './key.ts';
import { guarded, type Site } from './site.ts';

export interface PrivateBucketArgs {
  site: Site;
  key: Key;
  /** Where its accesses are logged. */
  logs?: Bucket;
  /** Days until what was overwritten or deleted is gone. */
  oldVersionDays: number;
  /** What lies below the prefix moves to a cheaper class; or everything goes. */
  ageing?: { prefix: string; coldAfterDays: number } | { goneAfterDays: number };
  /** The only origin whose pages may read and write it. */
  origin?: string;
}

export function privateBucket(
  name: string,
  { site, key, logs, oldVersionDays, ageing, origin }: PrivateBucketArgs,
  options: pulumi.CustomResourceOptions,
): Bucket {
  const { projectId, region } = site.config;
  return new Bucket(
    name,
    {
      name: bucketName(site.name, name, projectId, region),
      location: region.toUpperCase(),
      labels: site.labels,
      forceDestroy: site.purge.includes('storage'),
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      encryption: { defaultKmsKeyName: key.id },
      versioning: { enabled: true },
      // Old versions are kept already; both would be paid twice.
      softDeletePolicy: { retentionDurationSeconds: 0 },
      lifecycleRules: [
        { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 7 } },
        { action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: oldVersionDays } },
        ...(ageing === undefined
          ? []
          : 'prefix' in ageing
            ? [
                {
                  action: { type: 'SetStorageClass', storageClass: 'NEARLINE' },
                  condition: { age: ageing.coldAfterDays, matchesPrefixes: [ageing.prefix] },
                },
              ]
            : [{ action: { type: 'Delete' }, condition: { age: ageing.goneAfterDays } }]),
      ],
      // Browsers upload by PUT, in parts whose ETags they must see.
      ...(origin === undefined
        ? {}
        : {
            cors: [
              {
                origins: [origin],
                methods: ['GET', 'HEAD', 'PUT', 'POST'],
                responseHeaders: ['Content-Type', 'ETag', 'x-goog-resumable'],
                maxAgeSeconds: 3600,
              },
            ],
          }),
      ...(logs === undefined
        ? {}
        : { logging: { logBucket: logs.name, logObjectPrefix: `storage/${name}` } }),
    },
    { ...options, ...guarded(site, 'storage'), dependsOn: key.usable },
  );
}
