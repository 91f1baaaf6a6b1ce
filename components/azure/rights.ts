/** What more than one kind of host may do: run the stack's images, and size groups of workers. */
import type { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import type * as pulumi from '@pulumi/pulumi';
import type { Account } from './accounts.ts';
import { machinesRole } from './appHost/machines-role.ts';
import type { Group } from './group.ts';
import type { Network } from './network.ts';
import { grant, ROLES } from './role.ts';
import type { WorkerSite } from './site.ts';

export interface Holder {
  site: WorkerSite;
  group: Group;
  network: Network;
  registry: { id: pulumi.Output<string> };
  /** Of the host, and those that jobs may act as. */
  identity: { accounts: Record<string, Account> };
  principalId: pulumi.Output<string>;
}
export type May = (what: string, role: pulumi.Input<string>, scope: pulumi.Input<string>) => RoleAssignment;

/** Grants of one host; names begin with what it is. */
export const mayOf =
  (
    host: 'app-host' | 'scaler',
    { site, principalId }: Pick<Holder, 'site' | 'principalId'>,
    within: { parent: pulumi.Resource },
  ): May =>
  (what, role, scope) =>
    grant(`${host}-${what}`, { site, principalId, role, scope }, within);

export function hostRights(
  { site, group, network, registry, identity }: Omit<Holder, 'principalId'>,
  may: May,
  within: { parent: pulumi.Resource },
): RoleAssignment[] {
  const machines = machinesRole(site, group, within).id;
  return [
    may('pulls-images', ROLES.acrPull, registry.id),
    may('machines', machines, group.id),
    // A scale set's machines are put into their subnet by whoever asks for them.
    ...(site.config.network.kind === 'existing'
      ? [may('joins-subnet', machines, network.subnets.workers)]
      : []),
    ...Object.entries(identity.accounts).map(([account, { id }]) =>
      may(`assigns-${account}`, ROLES.identityOperator, id),
    ),
  ];
}
