/** The accounts that jobs may act as: roles, made or given, in the shape that machines take them. */
import { InstanceProfile } from '@pulumi/aws/iam/instanceProfile.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';
import type * as pulumi from '@pulumi/pulumi';
import { roleName } from '../naming.ts';
import { serviceAccountStatements } from './permissions/service-account.ts';
import { givenOrInlineRole } from './role.ts';
import type { WorkerSite } from './site.ts';

/** By the name of the service account. */
export function serviceAccounts(
  site: WorkerSite,
  within: { parent: pulumi.Resource },
): Record<string, InstanceProfile> {
  return Object.fromEntries(
    site.config.serviceAccounts.map((account) => {
      const role = givenOrInlineRole(
        account.role,
        account.name,
        site,
        { service: 'ec2.amazonaws.com', statements: serviceAccountStatements(account) },
        within,
      );
      account.policies.forEach((policyArn, index) => {
        new RolePolicyAttachment(`${account.name}-${index}`, { role: role.name, policyArn }, within);
      });
      const profile = new InstanceProfile(
        account.name,
        { name: roleName(site.name, account.name), role: role.name },
        within,
      );
      return [account.name, profile];
    }),
  );
}
