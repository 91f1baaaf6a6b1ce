/** What jobs may do that act as a service account. Pure. */
import type { GcpConfig } from '../../../config/schema.ts';

type ServiceAccount = GcpConfig['serviceAccounts'][number];

/** Roles on buckets that the config names; its roles in the project come on top. */
export function bucketGrants({
  readBuckets,
  writeBuckets,
}: Pick<ServiceAccount, 'readBuckets' | 'writeBuckets'>): { bucket: string; role: string }[] {
  return [
    ...readBuckets
      .filter((bucket) => !writeBuckets.includes(bucket))
      .map((bucket) => ({ bucket, role: 'roles/storage.objectViewer' })),
    ...writeBuckets.map((bucket) => ({ bucket, role: 'roles/storage.objectUser' })),
  ];
}
