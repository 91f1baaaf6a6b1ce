/** Cases of IAM. */
import { aws, azure, type Case, gcp, k8s, thing, whole } from './case.ts';

const document = (action: string | string[], resource: string | string[], condition?: object) => ({
  policy: JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Action: action,
        Resource: resource,
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  }),
});
const role = thing(
  'aws.iam.Role',
  { arn: 'arn:aws:iam::1:role/cove-prod-worker' },
  { name: 'worker', part: 'workers' },
);
const hostRole = thing(
  'aws.iam.Role',
  { arn: 'arn:aws:iam::1:role/cove-prod-host' },
  { name: 'host', part: 'identity' },
);
const attached = (name: string) =>
  thing(
    'aws.iam.RolePolicyAttachment',
    { policyArn: `arn:aws:iam::aws:policy/${name}` },
    { uses: { role: [role] } },
  );
const inline = (action: string, resource: string) =>
  thing('aws.iam.RolePolicy', document(action, resource), { uses: { role: [role] } });
const account = thing('gcp.serviceaccount.Account', {}, { name: 'worker', part: 'workers' });
const hostAccount = thing('gcp.serviceaccount.Account', {}, { name: 'host', part: 'identity' });
const member = (roleName: string) =>
  thing('gcp.projects.IAMMember', { role: roleName }, { uses: { member: [account] } });
const actAs = (on: typeof account) =>
  thing(
    'gcp.serviceaccount.IAMMember',
    { role: 'roles/iam.serviceAccountUser' },
    { uses: { serviceAccountId: [on] } },
  );
const azureIdentity = thing(
  'azure.managedidentity.UserAssignedIdentity',
  {},
  { name: 'worker', part: 'workers' },
);
const group = '/subscriptions/s/resourceGroups/g';
const assignment = (id: string, scope = group, uses = {}) =>
  thing(
    'azure.authorization.RoleAssignment',
    { roleDefinitionId: `/x/roleDefinitions/${id}`, scope },
    { uses },
  );
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';
const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const OPERATOR = 'f1a07417-d97a-45cb-824c-7a7467783830';
const rules = (resources: string[], verbs: string[]) => ({ rules: [{ apiGroups: [''], resources, verbs }] });
const named = { StringEquals: { 'aws:ResourceTag/installation': 'prod' } };
const toEc2 = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } };

export const identity: Case[] = [
  whole(
    'aws',
    'IAM-01',
    [role, inline('s3:GetObject', 'arn:aws:s3:::b/*')],
    [role, inline('ssm:Get*', '*')],
    /ssm:GetParameter/,
  ),
  whole(
    'aws',
    'IAM-01',
    [role, attached('AmazonEC2ContainerRegistryReadOnly')],
    [role, attached('AmazonSSMManagedInstanceCore')],
    /AmazonSSMManagedInstanceCore/,
  ),
  whole(
    'gcp',
    'IAM-01',
    [account, member('roles/logging.logWriter')],
    [account, member('roles/secretmanager.secretAccessor')],
    /secretAccessor/,
  ),
  whole(
    'azure',
    'IAM-01',
    [azureIdentity, assignment(READER, group, { principalId: [azureIdentity] })],
    [azureIdentity, assignment(SECRETS_USER, group, { principalId: [azureIdentity] })],
    /Key Vault Secrets User/,
  ),
  k8s(
    'IAM-01',
    'Role',
    rules(['secrets'], ['create', 'get', 'delete']),
    rules(['secrets'], ['list']),
    /may list secrets/,
    { part: 'workers' },
  ),

  aws(
    'IAM-02',
    'iam.RolePolicy',
    document('s3:GetObject', 'arn:aws:s3:::b/*'),
    document('s3:*', 'arn:aws:s3:::b/*'),
    /allows s3:\*/,
  ),
  aws(
    'IAM-02',
    'iam.RolePolicy',
    document('ec2:DescribeInstances', '*'),
    document('s3:GetObject', '*'),
    /s3:GetObject on everything/,
  ),
  gcp(
    'IAM-02',
    'projects.IAMCustomRole',
    { permissions: ['compute.instances.get'] },
    { permissions: ['resourcemanager.projects.setIamPolicy'] },
    /setIamPolicy/,
  ),
  azure(
    'IAM-02',
    'authorization.RoleDefinition',
    { permissions: [{ actions: ['Microsoft.Compute/disks/read'] }] },
    { permissions: [{ actions: ['Microsoft.Compute/*'] }] },
    /Microsoft\.Compute\/\*/,
  ),
  k8s('IAM-02', 'Role', rules(['pods'], ['get']), rules(['*'], ['get']), /says \*/),

  aws(
    'IAM-03',
    'iam.Policy',
    document('autoscaling:SetDesiredCapacity', '*', named),
    document('autoscaling:SetDesiredCapacity', '*', {
      'ForAllValues:StringEquals': { 'aws:ResourceTag/installation': 'prod' },
    }),
    /ForAllValues/,
  ),
  aws(
    'IAM-03',
    'iam.Policy',
    document('ec2:TerminateInstances', '*', named),
    document('ec2:TerminateInstances', '*'),
    /without aws:ResourceTag/,
  ),
  aws(
    'IAM-03',
    'iam.Policy',
    document('ec2:RunInstances', '*', { StringEquals: { 'aws:RequestTag/installation': 'prod' } }),
    document('ec2:RunInstances', '*'),
    /without aws:RequestTag/,
  ),

  aws(
    'IAM-04',
    'iam.RolePolicy',
    document('iam:PassRole', 'arn:aws:iam::1:role/cove-prod-worker', toEc2),
    document('iam:PassRole', '*', toEc2),
    /PassRole on \*/,
  ),
  whole(
    'aws',
    'IAM-04',
    [
      role,
      thing('aws.iam.RolePolicy', document('iam:PassRole', 'arn:aws:iam::1:role/cove-prod-worker', toEc2), {
        uses: { policy: [role] },
      }),
    ],
    [
      hostRole,
      thing('aws.iam.RolePolicy', document('iam:PassRole', 'arn:aws:iam::1:role/cove-prod-host', toEc2), {
        uses: { policy: [hostRole] },
      }),
    ],
    /no role of workers/,
  ),
  whole(
    'gcp',
    'IAM-04',
    [account, actAs(account)],
    [hostAccount, actAs(hostAccount)],
    /no account of workers/,
  ),
  whole(
    'azure',
    'IAM-04',
    [assignment(OPERATOR, `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker`)],
    [assignment(OPERATOR)],
    /assigned in all of/,
  ),

  whole('aws', 'IAM-05', [role], [thing('aws.iam.AccessKey', {})], /access key/),
  whole('gcp', 'IAM-05', [account], [thing('gcp.serviceaccount.Key', {})], /key of a service account/),
  azure('IAM-05', 'storage.StorageAccount', { allowSharedKeyAccess: false }, {}, /allowSharedKeyAccess/),
  k8s('IAM-05', 'Secret', { type: 'Opaque' }, { type: 'kubernetes.io/service-account-token' }, /never ends/),

  gcp(
    'IAM-06',
    'projects.IAMMember',
    { role: 'roles/logging.logWriter' },
    { role: 'roles/editor' },
    /roles\/editor/,
  ),
  whole('azure', 'IAM-06', [assignment(READER)], [assignment(CONTRIBUTOR)], /binds Contributor/),
  whole(
    'azure',
    'IAM-06',
    [assignment(READER)],
    [assignment(READER, '/subscriptions/s')],
    /scope is \/subscriptions\/s/,
  ),
];
