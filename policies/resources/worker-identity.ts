/** What workers act as (IAM-01), and what may be handed to a machine (IAM-04), per cloud. */
import { type Finding, type Seen, untilUnknown } from '../policy.ts';
import { foundations, list, ofKind, type Resource, refersTo } from '../resource.ts';
import { AZURE_ROLES, azureRoleId } from './azure-roles.ts';
import {
  allows,
  conditionKeys,
  IDENTITY_POLICIES,
  identityStatements,
  isNamed,
  matches,
  type Statement,
} from './iam.ts';

const look = (seen: Seen, ways: ((seen: Seen) => Iterable<Finding>)[]): Finding[] =>
  ways.flatMap((way) => [...untilUnknown(() => way(seen))]);

export const isWorkersMight = (seen: Seen): Finding[] =>
  look(seen, [awsMight, gcpMight, azureMight, kubernetesMight]);
export const passableIdentities = (seen: Seen): Finding[] => look(seen, [awsPass, gcpPass, azurePass]);

/** Ready-made policies that read secrets or parameters, or everything. */
const MIGHTY =
  /policy\/(service-role\/)?(AdministratorAccess|PowerUserAccess|ReadOnlyAccess|AmazonSSM(ManagedInstanceCore|FullAccess|ReadOnlyAccess|ManagedEC2InstanceDefaultPolicy)|AmazonEC2RoleforSSM|SecretsManagerReadWrite|AWSKeyManagementServicePowerUser|IAMFullAccess)$/;
const SECRETS = [
  'secretsmanager:GetSecretValue',
  'secretsmanager:BatchGetSecretValue',
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
];
const DECRYPTS = ['kms:Decrypt', 'kms:ReEncryptFrom'];

/** Roles that a worker's machine acts as: made by the workers' part, or reached from its launch templates. */
function awsRoles(resources: Resource[]): Resource[] {
  const templates = ofKind(resources, 'aws.ec2.LaunchTemplate').filter(({ part }) => part === 'workers');
  const below = new Set(templates.flatMap((template) => profilesOf(template)));
  return ofKind(resources, 'aws.iam.Role').filter((role) => role.part === 'workers' || below.has(role));
}
const profilesOf = (template: Resource): Resource[] => {
  const profiles = ofKind(template.uses.iamInstanceProfile ?? [], 'aws.iam.InstanceProfile');
  return profiles.flatMap((profile) => ofKind(profile.uses.role ?? [], 'aws.iam.Role'));
};
const belongsTo = (one: Resource, role: Resource): boolean =>
  refersTo(one, role, 'role') ||
  refersTo(one, role, 'roles') ||
  (role.props.name !== undefined && one.props.role === role.props.name);

function* awsMight({ resources }: Seen): Iterable<Finding> {
  for (const role of awsRoles(resources)) {
    const attachments = ofKind(resources, 'aws.iam.RolePolicyAttachment').filter((one) =>
      belongsTo(one, role),
    );
    for (const resource of attachments) {
      if (MIGHTY.test(String(resource.props.policyArn)))
        yield { resource, found: `workers get ${String(resource.props.policyArn).split('/').at(-1)}` };
    }
    const arns = list(role.props.managedPolicyArns).filter((arn) => MIGHTY.test(String(arn)));
    if (arns.length > 0) yield { resource: role, found: `workers get ${arns.join(', ')}` };
    const own = ofKind(resources, 'aws.iam.RolePolicy').filter((one) => belongsTo(one, role));
    const attached = attachments.flatMap((one) => ofKind(one.uses.policyArn ?? [], 'aws.iam.Policy'));
    for (const resource of [role, ...own, ...attached]) {
      for (const found of untilUnknown(() => identityStatements(resource).filter(allows).flatMap(tooMuch)))
        yield { resource, found };
    }
  }
}
function tooMuch({ actions, resources }: Statement): string[] {
  const can = (verbs: string[]) => verbs.filter((verb) => actions.some((action) => matches(action, verb)));
  const decrypts = resources.some((arn) => !isNamed(arn)) ? can(DECRYPTS) : [];
  return [...can(SECRETS), ...decrypts].map((verb) => `workers may do ${verb}`);
}

const GCP_SECRETS =
  /^roles\/(owner|editor|viewer|secretmanager\.|cloudkms\.(admin|cryptoKeyDecrypter|cryptoKeyEncrypterDecrypter)|iam\.(serviceAccountTokenCreator|serviceAccountUser|serviceAccountKeyAdmin))/;

/** Bindings to an account that the workers' part made, or that its templates name. */
function* gcpMight({ resources }: Seen): Iterable<Finding> {
  const accounts = ofKind(resources, 'gcp.serviceaccount.Account').filter(({ part }) => part === 'workers');
  const bindings = resources.filter(({ kind }) => /^gcp\..*IAMMember$|^gcp\..*IamMember$/.test(kind));
  for (const resource of bindings) {
    const bound = accounts.some(
      (account) =>
        refersTo(resource, account, 'member') ||
        (account.props.accountId !== undefined &&
          String(resource.props.member).includes(`:${account.props.accountId}@`)),
    );
    if (bound && GCP_SECRETS.test(String(resource.props.role)))
      yield { resource, found: `workers get ${resource.props.role}` };
  }
}

function* azureMight({ resources }: Seen): Iterable<Finding> {
  const identities = ofKind(resources, 'azure-native.managedidentity.UserAssignedIdentity').filter(
    ({ part }) => part === 'workers',
  );
  const scaleSets = ofKind(resources, 'azure-native.compute.VirtualMachineScaleSet').filter(
    ({ part }) => part === 'workers',
  );
  for (const resource of ofKind(resources, 'azure-native.authorization.RoleAssignment')) {
    const role = AZURE_ROLES[azureRoleId(resource.props.roleDefinitionId)];
    if (
      role?.secrets === true &&
      [...identities, ...scaleSets].some((one) => refersTo(resource, one, 'principalId'))
    )
      yield { resource, found: `workers get ${role.name}` };
  }
}

function* kubernetesMight({ resources }: Seen): Iterable<Finding> {
  for (const resource of ofKind(resources, 'kubernetes.Role', 'kubernetes.ClusterRole')) {
    const workers = resource.part === 'workers' || /worker|runner|job/.test(resource.name);
    if (!workers) continue;
    for (const { resources: things, verbs } of list(resource.props.rules)) {
      const reads = list(verbs).filter((verb) => ['list', 'watch', '*'].includes(verb));
      if (list(things).some((thing) => ['secrets', '*'].includes(thing)) && reads.length > 0)
        yield { resource, found: `workers may ${reads.join(', ')} secrets` };
    }
  }
}

function* awsPass({ resources }: Seen): Iterable<Finding> {
  for (const resource of ofKind(resources, ...IDENTITY_POLICIES)) {
    for (const found of untilUnknown(() => passes(resource))) yield { resource, found };
    const roles = [...foundations(resource)].filter(
      ({ kind, part }) => kind === 'aws.iam.Role' && part !== 'workers',
    );
    const statements = [...untilUnknown(() => identityStatements(resource).filter(passesRoles))];
    for (const { resources: arns } of statements) {
      const other = roles.find(({ props }) =>
        [...untilUnknown(() => [props.arn])].some((arn) => arn !== undefined && arns.includes(arn)),
      );
      if (other !== undefined)
        yield { resource, found: `PassRole on ${other.name}, which is no role of workers` };
    }
  }
}
const passesRoles = (statement: Statement) =>
  allows(statement) && statement.actions.some((action) => matches(action, 'iam:PassRole'));
function* passes(resource: Resource): Iterable<string> {
  for (const statement of identityStatements(resource).filter(passesRoles)) {
    const wide = statement.resources.filter(
      (arn) => arn.includes('*') && !/role\/(.*\/)?cove-[^*]+\*$/.test(arn),
    );
    if (wide.length > 0) yield `PassRole on ${wide.join(', ')}`;
    if (!conditionKeys(statement).some(({ key }) => /^iam:PassedToService$/i.test(key)))
      yield 'PassRole without iam:PassedToService';
  }
}

const ACT_AS = /^roles\/iam\.(serviceAccountUser|serviceAccountTokenCreator|workloadIdentityUser)$/;
function* gcpPass({ resources }: Seen): Iterable<Finding> {
  for (const resource of ofKind(resources, 'gcp.projects.IAMMember', 'gcp.projects.IAMBinding')) {
    if (ACT_AS.test(String(resource.props.role)))
      yield { resource, found: `${resource.props.role} on every account of the project` };
  }
  for (const resource of ofKind(resources, 'gcp.serviceaccount.IAMMember')) {
    if (resource.props.role !== 'roles/iam.serviceAccountUser') continue;
    const account = ofKind(resource.uses.serviceAccountId ?? [], 'gcp.serviceaccount.Account')[0];
    if (account !== undefined && account.part !== 'workers')
      yield { resource, found: `actAs on ${account.name}, which is no account of workers` };
  }
}

const ASSIGN = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
function* azurePass({ resources }: Seen): Iterable<Finding> {
  const assigning = ofKind(resources, 'azure-native.authorization.RoleDefinition').filter(({ props }) =>
    list(props.permissions).some(({ actions }) =>
      list(actions).some((action) => matches(String(action), ASSIGN)),
    ),
  );
  for (const resource of ofKind(resources, 'azure-native.authorization.RoleAssignment')) {
    const builtIn =
      AZURE_ROLES[[...untilUnknown(() => [azureRoleId(resource.props.roleDefinitionId)])][0] ?? '']
        ?.assigns === true;
    const custom = assigning.some(
      (role) =>
        refersTo(resource, role, 'roleDefinitionId') || role.props.id === resource.props.roleDefinitionId,
    );
    if (!builtIn && !custom) continue;
    const narrow =
      ofKind(resource.uses.scope ?? [], 'azure-native.managedidentity.UserAssignedIdentity').length > 0;
    const [scope] = [...untilUnknown(() => [String(resource.props.scope)])];
    if (!narrow && !/userAssignedIdentities\//i.test(scope ?? ''))
      yield { resource, found: `identities can be assigned in all of ${scope ?? 'its scope'}` };
  }
}
