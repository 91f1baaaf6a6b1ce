/** Managed identities: of a stack's one host, made or given, and those that jobs may act as. */
import { getUserAssignedIdentityOutput } from '@pulumi/azure-native/managedidentity/getUserAssignedIdentity.js';
import { UserAssignedIdentity } from '@pulumi/azure-native/managedidentity/userAssignedIdentity.js';
import * as pulumi from '@pulumi/pulumi';
import type { Group } from './group.ts';
import { partsOf } from './names.ts';
import { grant, ROLES } from './role.ts';
import type { WorkerSite } from './site.ts';

/** A managed identity, as machines are given it and roles name it. */
export interface Account {
  id: pulumi.Output<string>;
  clientId: pulumi.Output<string>;
  principalId: pulumi.Output<string>;
}
interface Where {
  site: WorkerSite;
  group: Group;
}
type Within = { parent: pulumi.Resource };

/** The identity whose id the config gives, its roles being the operator's; else one of the installation. */
export function givenOrOwnAccount(
  given: string | undefined,
  part: string,
  { site, group }: Where,
  within: Within,
): Account {
  if (given === undefined)
    return new UserAssignedIdentity(part, { ...group.place, resourceName: site.named(part) }, within);
  const { resourceGroupName, names } = partsOf(given);
  const found = getUserAssignedIdentityOutput({ resourceGroupName, resourceName: names[0] ?? '' }, within);
  return { id: pulumi.output(given), clientId: found.clientId, principalId: found.principalId };
}

/** By the name of the service account. */
export function serviceAccounts({ site, group }: Where, within: Within): Record<string, Account> {
  return Object.fromEntries(
    site.config.serviceAccounts.map((account) => {
      const made = givenOrOwnAccount(account.identity, account.name, { site, group }, within);
      const grants = [
        ...account.roles,
        ...account.readContainers.map((scope) => ({ role: ROLES.blobReader, scope })),
        ...account.writeContainers.map((scope) => ({ role: ROLES.blobContributor, scope })),
      ];
      grants.forEach((one, index) => {
        grant(`${account.name}-${index}`, { site, principalId: made.principalId, ...one }, within);
      });
      return [account.name, made];
    }),
  );
}
