/** One action for each kind of thing that an installation is made of: enough to see a login that cannot make one. */
export const ACTIONS = [
  'acm:RequestCertificate',
  'autoscaling:CreateAutoScalingGroup',
  'ec2:CreateLaunchTemplate',
  'ec2:CreateNatGateway',
  'ec2:CreateSecurityGroup',
  'ec2:CreateVpc',
  'ec2:RunInstances',
  'ecr:CreateRepository',
  'ecr:GetAuthorizationToken',
  'elasticache:CreateReplicationGroup',
  'elasticloadbalancing:CreateLoadBalancer',
  'iam:CreateRole',
  'iam:PassRole',
  'iam:PutRolePolicy',
  'kms:CreateKey',
  'logs:CreateLogGroup',
  'rds:CreateDBInstance',
  's3:CreateBucket',
  'secretsmanager:CreateSecret',
  'secretsmanager:GetSecretValue',
  'ssm:GetParameter',
] as const;

/** Those of a stack of workers: no database, no load balancer, nothing stored. */
export const WORKER_ACTIONS = ACTIONS.filter(
  (action) => !/^(acm|elasticache|elasticloadbalancing|rds|s3):/.test(action),
);
