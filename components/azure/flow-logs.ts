/** Where a network's flow logs are kept: a storage account of their own, and who writes there. */
import { UserAssignedIdentity } from '@pulumi/azure-native/managedidentity/userAssignedIdentity.js';
import type { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import type * as pulumi from '@pulumi/pulumi';
import { privateAccount } from './account.ts';
import type { Group } from './group.ts';
import { grant, ROLES } from './role.ts';
import type { WorkerSite } from './site.ts';

export interface FlowStore {
  account: StorageAccount;
  writer: UserAssignedIdentity;
  ready: pulumi.Resource[];
}

export function flowLogStore(
  { site, group }: { site: WorkerSite; group: Group },
  within: { parent: pulumi.Resource },
): FlowStore {
  const account = privateAccount('logs', { site, group }, within);
  const writer = new UserAssignedIdentity(
    'flow-logs',
    { ...group.place, resourceName: site.named('flow-logs') },
    within,
  );
  const mayWrite = grant(
    'flow-logs',
    { site, principalId: writer.principalId, role: ROLES.blobContributor, scope: account.id },
    within,
  );
  return { account, writer, ready: [mayWrite] };
}
