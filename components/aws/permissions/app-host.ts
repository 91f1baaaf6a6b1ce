/** What the application host may do, and nothing else (reference: infrastructure 2.2). Pure. */
import type { Statement } from '../role.ts';

export interface AppHostRights {
  installation: string;
  accountId: string;
  region: string;
  keyArn: string;
  buckets: string[];
  /** Entries it reads, and those that the bootstrap writes as well. */
  read: string[];
  write: string[];
  /** Repositories whose images it and the workers run. */
  repositories: string[];
  logGroup: string;
}

export function appHostStatements(rights: AppHostRights): Statement[] {
  const { installation, accountId, region, keyArn, buckets, read, write, repositories, logGroup } = rights;
  const allow = (Action: string[], Resource: string[], Condition?: Statement['Condition']): Statement => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  const ours = { StringEquals: { 'aws:ResourceTag/installation': installation } };
  return [
    // Its secrets: reads those, writes only what the bootstrap makes.
    allow(['secretsmanager:GetSecretValue'], [...read, ...write]),
    allow(['secretsmanager:PutSecretValue'], write),
    allow(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'], [keyArn]),
    // Its buckets; workers get signed addresses made with these rights.
    allow(
      ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'],
      buckets,
    ),
    allow(
      [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
      ],
      buckets.map((arn) => `${arn}/*`),
    ),
    // Machines: AWS lets none of the looking verbs be narrowed.
    allow(
      [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeAutoScalingInstances',
        'autoscaling:DescribeScalingActivities',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplateVersions',
      ],
      ['*'],
    ),
    allow(
      [
        'autoscaling:SetDesiredCapacity',
        'autoscaling:SetInstanceProtection',
        'autoscaling:TerminateInstanceInAutoScalingGroup',
        'autoscaling:UpdateAutoScalingGroup',
      ],
      [
        `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/cove-${installation}-worker-*`,
      ],
      ours,
    ),
    allow(['ec2:TerminateInstances'], [`arn:aws:ec2:${region}:${accountId}:instance/*`], ours),
    // Images.
    allow(['ecr:GetAuthorizationToken'], ['*']),
    allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      repositories,
    ),
    allow(
      ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      [logGroup, `${logGroup}:*`],
    ),
    // Session Manager and run-command, in place of SSH; without reading any parameter.
    allow(
      [
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
        'ec2messages:AcknowledgeMessage',
        'ec2messages:GetEndpoint',
        'ec2messages:GetMessages',
        'ec2messages:SendReply',
      ],
      ['*'],
    ),
  ];
}
