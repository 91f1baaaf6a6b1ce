/**
 * What a complete installation needs, and which resource makes it on each target, or why it needs none. A test holds the
 * rows to what the stacks register, and `docs/resources.md` to the rows.
 */

import { AZURE } from './azure-resources.ts';
import { GCP } from './gcp-resources.ts';
import { KUBERNETES } from './kubernetes-resources.ts';

/** Types that make it (of them at least one config of the tests registers each), or a reason in words. */
export type Made = readonly string[] | string;
export interface Row {
  need: string;
  local: Made;
  aws: Made;
}
export const TARGETS = {
  local: 'This machine',
  aws: 'AWS',
  gcp: 'Google Cloud',
  azure: 'Azure',
  kubernetes: 'Kubernetes',
} as const;

const vm = 'one machine needs none';

export const ROWS: Row[] = [
  {
    need: 'Dedicated network, subnets over zones',
    local: ['cove:local:Ports'],
    aws: [
      'aws:ec2/vpc:Vpc',
      'aws:ec2/subnet:Subnet',
      'aws:ec2/routeTable:RouteTable',
      'aws:ec2/routeTableAssociation:RouteTableAssociation',
    ],
  },
  {
    need: 'Way out',
    local: 'the machine’s own',
    aws: [
      'aws:ec2/internetGateway:InternetGateway',
      'aws:ec2/natGateway:NatGateway',
      'aws:ec2/eip:Eip',
      'aws:ec2/route:Route',
    ],
  },
  { need: 'Existing network', local: vm, aws: 'given by ids, and checked before anything is made' },
  { need: 'Private endpoints', local: vm, aws: ['aws:ec2/vpcEndpoint:VpcEndpoint'] },
  {
    need: 'Connected networks',
    local: vm,
    aws: ['aws:ec2transitgateway/vpcAttachment:VpcAttachment', 'aws:ec2/route:Route'],
  },
  {
    need: 'Who may talk to whom',
    local: 'services listen on 127.0.0.1',
    aws: [
      'aws:ec2/securityGroup:SecurityGroup',
      'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
      'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
      'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup',
    ],
  },
  { need: 'Flow logs', local: vm, aws: ['aws:ec2/flowLog:FlowLog', 'aws:cloudwatch/logGroup:LogGroup'] },
  {
    need: 'Application host',
    local: ['cove:local:Service', 'cove:local:Supervisor', 'cove:local:File', 'cove:local:Folder'],
    aws: ['aws:ec2/launchTemplate:LaunchTemplate', 'aws:autoscaling/group:Group'],
  },
  { need: 'Bootstrap', local: ['cove:local:Program'], aws: 'the host’s first boot runs it' },
  {
    need: 'PostgreSQL',
    local: ['cove:local:PostgresCluster'],
    aws: [
      'aws:rds/instance:Instance',
      'aws:rds/subnetGroup:SubnetGroup',
      'aws:rds/parameterGroup:ParameterGroup',
    ],
  },
  {
    need: 'Redis with users',
    local: ['cove:local:Service', 'cove:local:File'],
    aws: [
      'aws:elasticache/replicationGroup:ReplicationGroup',
      'aws:elasticache/subnetGroup:SubnetGroup',
      'aws:elasticache/parameterGroup:ParameterGroup',
      'aws:elasticache/user:User',
      'aws:elasticache/userGroup:UserGroup',
    ],
  },
  {
    need: 'Object storage',
    local: ['cove:local:Folder'],
    aws: [
      'aws:s3/bucket:Bucket',
      'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration',
      'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
      'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
      'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
      'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
      'aws:s3/bucketVersioning:BucketVersioning',
      'aws:s3/bucketPolicy:BucketPolicy',
      'aws:s3/bucketLogging:BucketLogging',
    ],
  },
  {
    need: 'Load balancer with HTTP/2',
    local: 'the API listens itself, with HTTP/2',
    aws: ['aws:lb/loadBalancer:LoadBalancer', 'aws:lb/targetGroup:TargetGroup', 'aws:lb/listener:Listener'],
  },
  {
    need: 'Firewall for web requests',
    local: vm,
    aws: ['aws:wafv2/webAcl:WebAcl', 'aws:wafv2/webAclAssociation:WebAclAssociation'],
  },
  { need: 'DNS', local: 'nobody serves names for one machine', aws: ['aws:route53/record:Record'] },
  {
    need: 'Certificate',
    local: ['cove:local:CertificateAuthority', 'cove:local:Certificate'],
    aws: ['aws:acm/certificate:Certificate', 'aws:acm/certificateValidation:CertificateValidation'],
  },
  {
    need: 'Secrets',
    local: ['cove:local:SecretFile'],
    aws: [
      'aws:secretsmanager/secret:Secret',
      'aws:secretsmanager/secretVersion:SecretVersion',
      'random:index/randomPassword:RandomPassword',
      'random:index/randomBytes:RandomBytes',
    ],
  },
  { need: 'Key', local: 'files of mode 0600', aws: ['aws:kms/key:Key', 'aws:kms/alias:Alias'] },
  {
    need: 'Vault',
    local: ['cove:local:Service'],
    aws: 'a container on the application host, stored in PostgreSQL',
  },
  {
    need: 'Identities',
    local: ['cove:local:SecretFile'],
    aws: [
      'aws:iam/role:Role',
      'aws:iam/rolePolicy:RolePolicy',
      'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
      'aws:iam/instanceProfile:InstanceProfile',
    ],
  },
  {
    need: 'Workers',
    local: ['cove:local:Service'],
    aws: ['aws:ec2/launchTemplate:LaunchTemplate', 'aws:autoscaling/group:Group'],
  },
  {
    need: 'Endpoint hosts',
    local: vm,
    aws: ['aws:ec2/launchTemplate:LaunchTemplate', 'aws:autoscaling/group:Group'],
  },
  {
    need: 'Registry and images',
    local: 'runs from the checkout',
    aws: [
      'aws:ecr/repository:Repository',
      'aws:ecr/lifecyclePolicy:LifecyclePolicy',
      'cove:image:RegistryImage',
    ],
  },
  {
    need: 'Shared file systems',
    local: 'folders of the machine',
    aws: [
      'aws:efs/fileSystem:FileSystem',
      'aws:efs/mountTarget:MountTarget',
      'aws:efs/backupPolicy:BackupPolicy',
    ],
  },
  { need: 'Logs', local: 'files of the installation’s folder', aws: ['aws:cloudwatch/logGroup:LogGroup'] },
  {
    need: 'Alarms',
    local: '`cove status` and `cove doctor`',
    aws: [
      'aws:cloudwatch/metricAlarm:MetricAlarm',
      'aws:sns/topic:Topic',
      'aws:sns/topicSubscription:TopicSubscription',
    ],
  },
  { need: 'Budget', local: 'costs nothing by itself', aws: ['aws:budgets/budget:Budget'] },
  {
    need: 'Backups',
    local: '`cove backup`',
    aws: [
      'aws:backup/vault:Vault',
      'aws:backup/plan:Plan',
      'aws:backup/selection:Selection',
      'aws:rds/instance:Instance',
    ],
  },
  { need: 'Example project', local: ['cove:local:GitRepository'], aws: 'the API serves it from the image' },
];

/** Columns that stand in files of their own. */
const COLUMNS: Record<string, Record<string, Made>> = { azure: AZURE, gcp: GCP, kubernetes: KUBERNETES };
const madeOn = (row: Row, target: keyof typeof TARGETS): Made =>
  target === 'local' || target === 'aws' ? row[target] : (COLUMNS[target]?.[row.need] ?? 'nothing');

/** `docs/resources.md` */
export function resourcesPage(): string {
  const targets = Object.keys(TARGETS) as (keyof typeof TARGETS)[];
  const cell = (made: Made) => (typeof made === 'string' ? `– (${made})` : made.map(short).join(', '));
  const lines = ROWS.map(
    (row) => `| ${row.need} | ${targets.map((target) => cell(madeOn(row, target))).join(' | ')} |`,
  );
  return `# What makes what

What a complete installation needs, and which resource makes it on each target, or why there is none. Made from what
the stacks register (\`npm run generate\`).

| Need | ${Object.values(TARGETS).join(' | ')} |
|---|${targets.map(() => '---').join('|')}|
${lines.join('\n')}
`;
}

/** \`aws:ec2/vpc:Vpc\` as Pulumi's documentation has it: \`aws.ec2.Vpc\`. */
function short(type: string): string {
  const [pkg, module = '', name] = type.split(':');
  const folder = module.split('/')[0];
  return `\`${[pkg, folder === 'index' ? '' : folder, name].filter((part) => part !== '').join('.')}\``;
}
