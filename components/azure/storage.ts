/** Object storage (Blob Storage): one container for snapshots and logs, one for data; and an account for flow logs. */
import { BlobContainer } from '@pulumi/azure-native/storage/blobContainer.js';
import { BlobServiceProperties } from '@pulumi/azure-native/storage/blobServiceProperties.js';
import { ManagementPolicy } from '@pulumi/azure-native/storage/managementPolicy.js';
import type { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import * as pulumi from '@pulumi/pulumi';
import type { StorageParts } from '../contract.ts';
import { privateAccount } from './account.ts';
import { type FlowStore, flowLogStore } from './flow-logs.ts';
import type { Group } from './group.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';

export interface StorageArgs {
  site: Site;
  group: Group;
  network: Network;
}

export class Storage extends pulumi.ComponentResource {
  readonly parts: StorageParts & { kind: 'azure' };
  readonly account: StorageAccount;
  readonly containers: BlobContainer[];
  /** Who spoke with whom in the network. */
  readonly flowLogs: FlowStore;
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { site, group, network }: StorageArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:azure:Storage', name, {}, options);
    const within = { parent: this };
    const { oldVersionDays, coldAfterDays } = site.config.storage;
    this.account = privateAccount('storage', { site, group, purgedAs: 'storage' }, within);
    const accountName = this.account.name;
    const properties = new BlobServiceProperties(
      'storage',
      {
        ...group.within,
        accountName,
        blobServicesName: 'default',
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days: oldVersionDays },
        containerDeleteRetentionPolicy: { enabled: true, days: oldVersionDays },
        // Browsers upload by PUT, in blocks.
        cors: {
          corsRules: [
            {
              allowedOrigins: [site.publicUrl],
              allowedMethods: ['GET', 'HEAD', 'PUT', 'OPTIONS'],
              allowedHeaders: ['*'],
              exposedHeaders: ['ETag', 'x-ms-*'],
              maxAgeInSeconds: 3600,
            },
          ],
        },
      },
      within,
    );
    this.containers = ['platform', 'data'].map(
      (containerName) =>
        new BlobContainer(
          containerName,
          { ...group.within, accountName, containerName, publicAccess: 'None' },
          // Azure takes one change of an account at a time; and what is made after versions are on has them.
          { ...within, dependsOn: properties },
        ),
    );
    const ageing = new ManagementPolicy(
      'storage',
      {
        ...group.within,
        accountName,
        managementPolicyName: 'default',
        policy: {
          rules: [
            {
              name: 'old-versions',
              type: 'Lifecycle',
              enabled: true,
              // Half an upload is gone after a week of itself: Azure keeps uncommitted blocks no longer.
              definition: {
                filters: { blobTypes: ['blockBlob'] },
                actions: { version: { delete: { daysAfterCreationGreaterThan: oldVersionDays } } },
              },
            },
            {
              name: 'snapshots',
              type: 'Lifecycle',
              enabled: true,
              definition: {
                filters: { blobTypes: ['blockBlob'], prefixMatch: ['platform/vcs/'] },
                actions: { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: coldAfterDays } } },
              },
            },
          ],
        },
      },
      { ...within, dependsOn: properties },
    );
    this.flowLogs = flowLogStore({ site, group }, within);
    this.ready = [
      ...this.containers,
      ageing,
      ...this.flowLogs.ready,
      ...network.endpoint('blob', this.account.id, this),
    ];
    this.parts = {
      kind: 'azure',
      account: accountName,
      platformBucket: this.containers[0]!.name,
      dataBucket: this.containers[1]!.name,
    };
    this.registerOutputs(this.parts);
  }
}
