/** Services of AWS that an installation in private mode calls, each through an interface endpoint; S3 has a gateway. */
export const AWS_INTERFACES = [
  'autoscaling',
  'ec2',
  'ec2messages',
  'ecr.api',
  'ecr.dkr',
  'elasticfilesystem',
  'elasticloadbalancing',
  'kms',
  'logs',
  'monitoring',
  'secretsmanager',
  'ssm',
  'ssmmessages',
  'sts',
] as const;
