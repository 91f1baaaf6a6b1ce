/** Roles on single resources: the built-in ones that fit, and one of our own for the machines of workers. */
import { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import * as pulumi from '@pulumi/pulumi';
import { uuidOf } from './names.ts';
import type { WorkerSite } from './site.ts';

/** Ids are the same in every tenant. Source: Azure RBAC, "Azure built-in roles". */
export const ROLES = {
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  blobDelegator: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a',
  identityOperator: 'f1a07417-d97a-45cb-824c-7a7467783830',
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
} as const;

export const roleId = ({ config }: WorkerSite, role: string): string =>
  `/subscriptions/${config.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`;

export interface Grant {
  site: WorkerSite;
  principalId: pulumi.Input<string>;
  /** Id of a built-in role, or the whole id of one of ours. */
  role: pulumi.Input<string>;
  scope: pulumi.Input<string>;
}

export const grant = (
  name: string,
  { site, principalId, role, scope }: Grant,
  options: pulumi.CustomResourceOptions,
): RoleAssignment =>
  new RoleAssignment(
    name,
    {
      roleAssignmentName: uuidOf(`${site.config.subscriptionId} ${site.name} ${name}`),
      principalId,
      // Said, so that Azure does not look for an identity that it has not heard of yet.
      principalType: 'ServicePrincipal',
      roleDefinitionId: pulumi.output(role).apply((id) => (id.startsWith('/') ? id : roleId(site, id))),
      scope,
    },
    options,
  );
