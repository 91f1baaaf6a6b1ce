/** Where a network's flow logs are kept: a storage account of their own, and who writes there. */
import type { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import type * as pulumi from '@pulumi/pulumi';
import { privateAccount } from './account.ts';
import { type Account, givenOrOwnAccount } from './accounts.ts';
import type { Group } from './group.ts';
import { grant, ROLES } from './role.ts';
import type { WorkerSite } from './site.ts';

export interface FlowStore {
  account: StorageAccount;
  writer: Account;
  ready: pulumi.Resource[];
}

export function flowLogStore(
  { site, group }: { site: WorkerSite; group: Group },
  within: { parent: pulumi.Resource },
): FlowStore {
  const account = privateAccount('logs', { site, group }, within);
  const given = site.config.given.flowLogsIdentity;
  const writer = givenOrOwnAccount(given, 'flow-logs', { site, group }, within);
  const mayWrite = { site, principalId: writer.principalId, role: ROLES.blobContributor, scope: account.id };
  const ready = given === undefined ? [grant('flow-logs', mayWrite, within)] : [];
  return { account, writer, ready };
}
