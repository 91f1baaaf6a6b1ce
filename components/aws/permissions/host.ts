/** What more than one kind of host may do. Pure. */
import type { Statement } from '../role.ts';

export const allow = (
  Action: string[],
  Resource: string[],
  Condition?: Statement['Condition'],
): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

/** Sizes the groups of workers, of its own stack alone. */
export function machineRights({
  installation,
  accountId,
  region,
}: {
  installation: string;
  accountId: string;
  region: string;
}): Statement[] {
  const ours = { StringEquals: { 'aws:ResourceTag/installation': installation } };
  return [
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
  ];
}

/** Runs images, writes logs, and answers the operator. */
export const hostRights = ({
  repositories,
  logGroup,
}: {
  repositories: string[];
  logGroup: string;
}): Statement[] => [
  // Images.
  allow(['ecr:GetAuthorizationToken'], ['*']),
  allow(['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], repositories),
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
