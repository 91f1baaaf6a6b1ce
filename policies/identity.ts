/** IAM: who may do what. */
import { all, each, forKinds, type Policy, policy, whole } from './policy.ts';
import { list, no, ofKind, type Props, type Resource, yes } from './resource.ts';
import { AZURE_ROLES, azureRoleId } from './resources/azure-roles.ts';
import {
  allows,
  asksForTag,
  canBeScoped,
  conditionKeys,
  IDENTITY_POLICIES,
  identityStatements,
  isNamed,
  matches,
} from './resources/iam.ts';
import { isWorkersMight, passableIdentities } from './resources/worker-identity.ts';

const workerMight = policy({
  id: 'IAM-01',
  severity: 'critical',
  needed:
    'what workers act as can read no secret, decrypt nothing but its own data, and has no ready-made policy that allows more',
  why: 'Jobs are code of users. In the vendor’s installer one line in a training script read the superuser’s token.',
  todo: 'take the right away from the workers’ identity; what a job needs, its claim hands over',
  on: 'MMMM-',
  scope: 'stack',
  seeAlso: ['CKV_AWS_108', 'CKV_AWS_288'],
  check: isWorkersMight,
});

const K8S_ROLES = ['kubernetes.Role', 'kubernetes.ClusterRole'];
const rulesOf = ({ props }: Resource): Props[] => list(props.rules);

const wildcards = policy({
  id: 'IAM-02',
  severity: 'high',
  needed:
    'no right to everything: no `*` or `service:*` verb, and no `*` resource for a verb that can be told which',
  why: 'The vendor’s web role could delete every key of the account. What is not needed is only there for the thief.',
  todo: 'name the verbs, and the resources by ARN or by a tag condition',
  on: 'MMMM-',
  seeAlso: ['CKV_AWS_63', 'CKV_AWS_355', 'CKV_AWS_356', 'CKV_K8S_49'],
  check: each({
    ...forKinds(IDENTITY_POLICIES, function* (resource) {
      for (const statement of identityStatements(resource).filter(allows)) {
        for (const action of statement.actions)
          if (/^\*$|^[^:]+:\*$/.test(action)) yield `it allows ${action}`;
        const everywhere = statement.resources.includes('*') && conditionKeys(statement).length === 0;
        const scoped = statement.actions.filter(
          (action) => canBeScoped(action) && !/\*$/.test(action.split(':')[0] ?? ''),
        );
        if (everywhere && scoped.length > 0) yield `it allows ${scoped.join(', ')} on everything`;
      }
    }),
    *'gcp.projects.IAMCustomRole'({ props }) {
      const wide = list(props.permissions).filter((one) =>
        /\*|setIamPolicy$|serviceAccountKeys\.create$/.test(String(one)),
      );
      if (wide.length > 0) yield `it allows ${wide.join(', ')}`;
    },
    *'gcp.projects.IAMMember'({ props }) {
      if (/admin$/i.test(String(props.role)) && /^serviceAccount:/.test(String(props.member)))
        yield `${props.role} holds for the whole project`;
    },
    *'azure-native.authorization.RoleDefinition'({ props }) {
      const actions = list(props.permissions).flatMap((one) => [
        ...list(one.actions),
        ...list(one.dataActions),
      ]);
      const wide = actions.filter((one) => /^\*|^[^/]+\/\*$/.test(String(one)));
      if (wide.length > 0) yield `it allows ${wide.join(', ')}`;
    },
    ...forKinds(K8S_ROLES, function* (role) {
      for (const { verbs, resources, apiGroups } of rulesOf(role)) {
        if ([verbs, resources, apiGroups].some((part) => list(part).includes('*')))
          yield `a rule says * (${list(verbs).join(' ')} of ${list(resources).join(', ')})`;
      }
    }),
  }),
});

/** Keys that hold many values at once: only for these are set operators meant (AWS IAM guide). */
const MANY_VALUES =
  /^aws:(TagKeys|CalledVia|PrincipalOrgPaths|ResourceOrgPaths|SourceOrgPaths|PrincipalServiceNamesList)$|:LeadingKeys$|:AttributeNames$/i;
const CREATES = [
  'ec2:RunInstances',
  'ec2:CreateLaunchTemplate',
  'ec2:CreateVolume',
  'autoscaling:CreateAutoScalingGroup',
];
const CHANGES = [
  ...[
    'TerminateInstances',
    'RebootInstances',
    'StopInstances',
    'ModifyLaunchTemplate',
    'CreateLaunchTemplateVersion',
    'DeleteLaunchTemplate',
  ].map((verb) => `ec2:${verb}`),
  ...[
    'SetDesiredCapacity',
    'UpdateAutoScalingGroup',
    'TerminateInstanceInAutoScalingGroup',
    'SetInstanceProtection',
    'DeleteAutoScalingGroup',
  ].map((verb) => `autoscaling:${verb}`),
];

const tagConditions = policy({
  id: 'IAM-03',
  severity: 'high',
  needed:
    'conditions that hold: no ForAllValues or ForAnyValue on a key with one value; verbs that make ask for aws:RequestTag, verbs that change for aws:ResourceTag or a name',
  why: 'ForAllValues is true where the tag is absent, so the vendor’s conditions limited nothing.',
  todo: 'use StringEquals on aws:RequestTag/installation or aws:ResourceTag/installation',
  on: 'M----',
  check: each(
    forKinds(IDENTITY_POLICIES, function* (resource) {
      for (const statement of identityStatements(resource).filter(allows)) {
        for (const { operator, key } of conditionKeys(statement)) {
          if (/^For(All|Any)Values?:/i.test(operator) && !MANY_VALUES.test(key))
            yield `${operator} on ${key}, which has one value`;
        }
        const can = (verbs: string[]) =>
          verbs.filter((verb) => statement.actions.some((action) => matches(action, verb)));
        const makes = can(CREATES);
        if (makes.length > 0 && !asksForTag(statement, 'RequestTag') && !statement.resources.every(isNamed))
          yield `${makes.join(', ')} without aws:RequestTag`;
        const changes = can(CHANGES);
        if (
          changes.length > 0 &&
          !asksForTag(statement, 'ResourceTag') &&
          !statement.resources.every(isNamed)
        )
          yield `${changes.join(', ')} without aws:ResourceTag`;
      }
    }),
  ),
});

const passing = policy({
  id: 'IAM-04',
  severity: 'high',
  needed: 'only named identities of workers can be handed to a machine (PassRole, actAs, assign)',
  why: 'Who may hand any role to a machine may become any role.',
  todo: 'name the workers’ role and the service it is passed to; bind serviceAccountUser on the workers’ account alone',
  on: 'MMM--',
  scope: 'stack',
  seeAlso: ['CKV_AWS_110', 'CKV_GCP_41', 'CKV_GCP_49'],
  check: passableIdentities,
});

const found = (text: string) =>
  function* (): Iterable<string> {
    yield text;
  };
const staticKeys = policy({
  id: 'IAM-05',
  severity: 'high',
  needed:
    'no keys that never end: no users, access keys, account keys, client secrets, registry admins or shared storage keys',
  why: 'A key in a file works from everywhere, for everybody, for ever. Machines have identities of their own.',
  todo: 'use the machine’s identity (role, service account, managed identity)',
  on: 'MMMM-',
  seeAlso: ['CKV_AWS_273', 'CKV2_GCP_3', 'CKV_AZURE_137', 'CKV2_AZURE_40', 'CKV2_AZURE_41'],
  check: each({
    'aws.iam.User': found('a user of IAM is made'),
    'aws.iam.AccessKey': found('an access key is made'),
    'gcp.serviceaccount.Key': found('a key of a service account is made'),
    'gcp.storage.HmacKey': found('an HMAC key is made'),
    'azuread.ApplicationPassword': found('a client secret is made'),
    'azuread.ServicePrincipalPassword': found('a client secret is made'),
    *'azure-native.containerregistry.Registry'({ props }) {
      if (yes(props.adminUserEnabled)) yield 'adminUserEnabled is true';
    },
    *'azure-native.storage.StorageAccount'({ props }) {
      if (!no(props.allowSharedKeyAccess)) yield 'allowSharedKeyAccess is not false';
    },
    *'kubernetes.Secret'({ props }) {
      if (props.type === 'kubernetes.io/service-account-token')
        yield 'a token of a service account that never ends is made';
    },
  }),
});

const PRIMITIVE = ['roles/owner', 'roles/editor', 'roles/viewer'];
const primitive = policy({
  id: 'IAM-06',
  severity: 'high',
  needed:
    'no role that means everything (Owner, Editor, Contributor), and none above the resource group or the resource',
  why: 'Such a role grows with every service the cloud adds.',
  todo: 'bind a narrow or a custom role, on the resource itself',
  on: '-MM--',
  seeAlso: ['CKV_GCP_42', 'CKV_GCP_117', 'CKV_AZURE_39'],
  check: all(
    each({
      ...forKinds(['gcp.projects.IAMMember', 'gcp.projects.IAMBinding'], function* ({ props }) {
        if (PRIMITIVE.includes(props.role))
          yield `${props.role} for ${props.member ?? list(props.members).join(', ')}`;
      }),
      ...forKinds(['gcp.organizations.IAMMember', 'gcp.folder.IAMMember'], function* ({ props }) {
        yield `${props.role} above the project`;
      }),
      *'azure-native.authorization.RoleAssignment'({ props }) {
        const role = AZURE_ROLES[azureRoleId(props.roleDefinitionId)];
        if (role?.everything === true) yield `it binds ${role.name}`;
        if (!/\/resourceGroups\//i.test(String(props.scope))) yield `its scope is ${props.scope}`;
      },
    }),
    whole(function* ({ resources }) {
      for (const resource of ofKind(resources, 'azure-native.authorization.RoleDefinition')) {
        const wide = list(resource.props.assignableScopes).filter(
          (scope) => !/\/resourceGroups\//i.test(String(scope)),
        );
        if (wide.length > 0) yield { resource, found: `it can be assigned at ${wide.join(', ')}` };
      }
    }),
  ),
});

export const identity: Policy[] = [workerMight, wildcards, tagConditions, passing, staticKeys, primitive];
