/** Object storage (S3): one bucket for snapshots and logs, one for data, and one for who touched them. */
import type { Bucket } from '@pulumi/aws/s3/bucket.js';
import * as pulumi from '@pulumi/pulumi';
import type { StorageParts } from '../contract.ts';
import { PrivateBucket } from './bucket.ts';
import type { Identity } from './identity.ts';
import type { Site } from './site.ts';

export interface StorageArgs {
  site: Site;
  identity: Identity;
}

export class Storage extends pulumi.ComponentResource {
  readonly parts: StorageParts & { kind: 's3' };
  readonly buckets: Bucket[];
  /** Access logs of buckets and load balancer. */
  readonly logs: PrivateBucket;
  readonly ready: pulumi.Resource[];

  constructor(name: string, { site, identity }: StorageArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:Storage', name, {}, options);
    const { region, storage } = site.config;
    const within = { parent: this };
    this.logs = new PrivateBucket(
      'logs',
      {
        site,
        oldVersionDays: 7,
        ageing: [{ prefix: '', goneAfterDays: Math.max(site.sizes.logDays, 90) }],
        writers: { accessLogs: true },
      },
      within,
    );
    const common = {
      site,
      keyArn: identity.keyArn,
      logs: this.logs.bucket,
      oldVersionDays: storage.oldVersionDays,
    };
    const platform = new PrivateBucket(
      'platform',
      { ...common, ageing: [{ prefix: 'vcs/', coldAfterDays: storage.coldAfterDays }] },
      within,
    );
    const data = new PrivateBucket('data', { ...common, origin: site.publicUrl }, within);
    this.buckets = [platform.bucket, data.bucket];
    this.ready = [...platform.ready, ...data.ready];
    this.parts = {
      kind: 's3',
      region: pulumi.output(region),
      platformBucket: platform.bucket.id,
      dataBucket: data.bucket.id,
    };
    this.registerOutputs(this.parts);
  }
}
