/** Object storage: a volume that the API serves, or buckets that are there already. */
import type { PersistentVolumeClaim } from '@pulumi/kubernetes/core/v1/persistentVolumeClaim.js';
import * as pulumi from '@pulumi/pulumi';
import type { ApiSettings } from '../../app/settings.ts';
import { sizeOf } from '../../config/checks/kubernetes-sizes.ts';
import type { StorageParts } from '../contract.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';
import { volumeClaim } from './stateful.ts';

export const STORAGE_FOLDER = '/var/lib/cove/storage';

export class Storage extends pulumi.ComponentResource {
  readonly parts: StorageParts;
  /** What the services are told. */
  readonly settings: ApiSettings['storage'];
  /** Mounted at `STORAGE_FOLDER`; undefined with buckets. */
  readonly volume: PersistentVolumeClaim | undefined;

  constructor(
    name: string,
    { site, network }: { site: Site; network: Network },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:kubernetes:Storage', name, {}, options);
    const { storage } = site.config;
    if (storage.kind === 'own') {
      this.volume = volumeClaim(
        'storage',
        {
          site,
          component: 'storage',
          size: sizeOf(site.config, 'storage'),
          storageClass: storage.storageClass,
          guard: 'storage',
          shared: true,
        },
        { parent: this, dependsOn: network.ready },
      );
      this.settings = { kind: 'fs', folder: STORAGE_FOLDER };
      this.parts = { kind: 'fs', folder: pulumi.output(STORAGE_FOLDER) };
    } else {
      this.settings = storage;
      const platformBucket = pulumi.output(storage.platformBucket);
      const dataBucket = pulumi.output(storage.dataBucket);
      const common = { platformBucket, dataBucket };
      switch (storage.kind) {
        case 's3':
          this.parts = { kind: 's3', region: pulumi.output(storage.region), ...common };
          break;
        case 'gcs':
          this.parts = { kind: 'gcs', ...common };
          break;
        case 'azure':
          this.parts = { kind: 'azure', account: pulumi.output(storage.account), ...common };
          break;
      }
    }
    this.registerOutputs({});
  }
}
