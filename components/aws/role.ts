/** IAM roles with what they may do written beside them: no verb with a star, no resource wider than needed. */
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { roleName } from '../naming.ts';
import type { WorkerSite } from './site.ts';

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string>>;
}
export const policyText = (statements: Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** What others need of a role. */
export interface RoleParts {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
}

export interface RoleArgs {
  /** Who assumes it, such as `ec2.amazonaws.com`. */
  service: string;
  statements?: pulumi.Input<Statement[]>;
  managedPolicyArns?: string[];
  maxSessionDuration?: number;
}

/** The role whose ARN the config gives, its rights being the operator's; else one of the installation. */
export function givenOrInlineRole(
  given: string | undefined,
  name: string,
  site: WorkerSite,
  args: RoleArgs,
  options: pulumi.CustomResourceOptions,
): RoleParts {
  if (given === undefined) return inlineRole(name, site, args, options);
  return { name: pulumi.output(given.split('/').at(-1)!), arn: pulumi.output(given) };
}

/** A role of the installation, under the permission boundary that the config gives. */
function inlineRole(
  name: string,
  site: WorkerSite,
  args: RoleArgs,
  options: pulumi.CustomResourceOptions,
): Role {
  const { permissionsBoundary } = site.config.given;
  const role = new Role(
    name,
    {
      name: roleName(site.name, name),
      description: `Cove ${site.name}: ${name}`,
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: args.service },
            Action: 'sts:AssumeRole',
            // EC2 assumes roles for its machines without telling an account.
            ...(args.service === 'ec2.amazonaws.com'
              ? {}
              : { Condition: { StringEquals: { 'aws:SourceAccount': site.config.accountId } } }),
          },
        ],
      }),
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
      ...(args.managedPolicyArns === undefined ? {} : { managedPolicyArns: args.managedPolicyArns }),
    },
    options,
  );
  if (args.statements !== undefined)
    new RolePolicy(
      name,
      { role: role.id, policy: pulumi.output(args.statements).apply(policyText) },
      options,
    );
  return role;
}
