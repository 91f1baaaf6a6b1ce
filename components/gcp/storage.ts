/** Object storage (Cloud Storage): one bucket for snapshots and logs, one for data, and one for who touched them. */
import type { Bucket } from '@pulumi/gcp/storage/bucket.js';
import { BucketIAMMember } from '@pulumi/gcp/storage/bucketIAMMember.js';
import * as pulumi from '@pulumi/pulumi';
import type { StorageParts } from '../contract.ts';
import { privateBucket } from './bucket.ts';
import type { Identity } from './identity.ts';
import type { Site } from './site.ts';

export interface StorageArgs {
  site: Site;
  identity: Identity;
}

export class Storage extends pulumi.ComponentResource {
  readonly parts: StorageParts & { kind: 'gcs' };
  readonly buckets: Bucket[];

  constructor(name: string, { site, identity }: StorageArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Storage', name, {}, options);
    const { storage } = site.config;
    const within = { parent: this };
    const { key } = identity;
    const logs = privateBucket(
      'logs',
      { site, key, oldVersionDays: 7, ageing: { goneAfterDays: Math.max(site.sizes.logDays, 90) } },
      within,
    );
    // Who writes the access logs of all buckets.
    new BucketIAMMember(
      'logs-writer',
      {
        bucket: logs.name,
        role: 'roles/storage.objectCreator',
        member: 'group:cloud-storage-analytics@google.com',
      },
      within,
    );
    const common = { site, key, logs, oldVersionDays: storage.oldVersionDays };
    const platform = privateBucket(
      'platform',
      { ...common, ageing: { prefix: 'vcs/', coldAfterDays: storage.coldAfterDays } },
      within,
    );
    const data = privateBucket('data', { ...common, origin: site.publicUrl }, within);
    this.buckets = [platform, data];
    this.parts = { kind: 'gcs', platformBucket: platform.name, dataBucket: data.name };
    this.registerOutputs(this.parts);
  }
}
