/** AWS, where its published model says nothing: how ids look, names that are taken once, outputs that programs use. */
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { list, text } from '../values.ts';
import { dataBehaviours } from './data.ts';
import { arn, named, withPrefix } from './ids.ts';
import { networkBehaviours } from './network.ts';
import { trafficBehaviours } from './traffic.ts';

const role = (inputs: Properties, account: string) =>
  `arn:aws:iam::${account}:role${text(inputs.path ?? '/')}${text(inputs.name)}`;

const identity: Record<string, Behaviour> = {
  'aws:iam/role:Role': {
    ...named('name'),
    longestName: 64,
    outputs: (inputs, _id, cloud) => ({ arn: role(inputs, cloud.account), uniqueId: `AROA${cloud.hex(16)}` }),
  },
  'aws:iam/instanceProfile:InstanceProfile': {
    ...named('name'),
    outputs: (inputs, id, { account }) => ({
      arn: `arn:aws:iam::${account}:instance-profile${text(inputs.path ?? '/')}${id}`,
    }),
  },
  'aws:iam/policy:Policy': {
    id: (inputs, { account }) =>
      `arn:aws:iam::${account}:policy${text(inputs.path ?? '/')}${text(inputs.name)}`,
    outputs: (_inputs, id) => ({ arn: id }),
  },
  'aws:iam/rolePolicy:RolePolicy': {
    id: ({ role, name }) => `${text(role)}:${text(name)}`,
    upserts: true,
  },
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': {
    id: ({ role, policyArn }) => `${text(role)}/${text(policyArn)}`,
    upserts: true,
    immutable: true,
  },
  'aws:iam/serviceLinkedRole:ServiceLinkedRole': {
    id: (inputs, { account }) =>
      `arn:aws:iam::${account}:role/aws-service-role/${text(inputs.awsServiceName)}/ServiceRole`,
    outputs: (_inputs, id) => ({ arn: id }),
  },
};

const compute: Record<string, Behaviour> = {
  'aws:ec2/launchTemplate:LaunchTemplate': {
    ...withPrefix('lt'),
    unique: ({ name }) => text(name),
    longestName: 128,
    changesOnUpdate: ['latestVersion', 'defaultVersion'],
    outputs(inputs, id, cloud) {
      const before = cloud.find('aws:ec2/launchTemplate:LaunchTemplate', id)?.state.latestVersion;
      const latestVersion = Number(before ?? 0) + 1;
      return { latestVersion, defaultVersion: inputs.updateDefaultVersion === true ? latestVersion : 1 };
    },
  },
  'aws:autoscaling/group:Group': {
    ...named('name'),
    outputs: (inputs, id, cloud) => ({
      arn: arn(cloud, 'autoscaling', `autoScalingGroup:1:autoScalingGroupName/${id}`),
      ...(inputs.desiredCapacity === undefined ? { desiredCapacity: inputs.minSize } : {}),
    }),
  },
  'aws:ec2/instance:Instance': {
    ...withPrefix('i'),
    outputs: () => ({
      privateIp: '10.0.0.10',
      privateDns: 'ip-10-0-0-10.internal',
      instanceState: 'running',
    }),
  },
  'aws:ebs/volume:Volume': withPrefix('vol'),
};

const rest: Record<string, Behaviour> = {
  'aws:cloudwatch/logGroup:LogGroup': {
    ...named('name'),
    outputs: (_inputs, id, cloud) => ({ arn: arn(cloud, 'logs', `log-group:${id}`) }),
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': { ...named('name'), upserts: true },
  'aws:cloudwatch/dashboard:Dashboard': { ...named('dashboardName'), autoName: 'dashboardName' },
  'aws:sns/topic:Topic': {
    upserts: true,
    id: (inputs, cloud) => arn(cloud, 'sns', text(inputs.name)),
    outputs: (_inputs, id) => ({ arn: id }),
  },
  'aws:sns/topicSubscription:TopicSubscription': {
    id: (inputs, cloud) => `${text(inputs.topic)}:${cloud.hex(8)}`,
    outputs: (_inputs, id) => ({ arn: id }),
  },
  'aws:backup/vault:Vault': {
    ...named('name'),
    outputs: (_inputs, id, cloud) => ({ arn: arn(cloud, 'backup', `backup-vault:${id}`) }),
  },
  'aws:budgets/budget:Budget': { id: (inputs, { account }) => `${account}:${text(inputs.name)}` },
  'aws:wafv2/webAcl:WebAcl': {
    outputs: (inputs, id, cloud) => ({
      arn: arn(cloud, 'wafv2', `regional/webacl/${text(inputs.name)}/${id}`),
    }),
  },
  'aws:ecr/repository:Repository': {
    ...named('name'),
    outputs: (_inputs, id, cloud) => ({
      arn: arn(cloud, 'ecr', `repository/${id}`),
      repositoryUrl: `${cloud.account}.dkr.ecr.${cloud.region}.amazonaws.com/${id}`,
    }),
    refuseDelete: ({ id, inputs }, cloud) => cloud.refuseFull('RepositoryNotEmpty', id, inputs.forceDelete),
  },
  'aws:ssm/parameter:Parameter': named('name'),
  'aws:cloudtrail/trail:Trail': named('name'),
};

export const awsBehaviours: Record<string, Behaviour> = {
  ...identity,
  ...compute,
  ...networkBehaviours,
  ...trafficBehaviours,
  ...dataBehaviours,
  ...rest,
};

/** Ids of things that must be there when another names them. */
const REFERENCES: Record<string, string> = {
  vpc: 'aws:ec2/vpc:Vpc',
  subnet: 'aws:ec2/subnet:Subnet',
  sg: 'aws:ec2/securityGroup:SecurityGroup',
  igw: 'aws:ec2/internetGateway:InternetGateway',
  nat: 'aws:ec2/natGateway:NatGateway',
  eipalloc: 'aws:ec2/eip:Eip',
  rtb: 'aws:ec2/routeTable:RouteTable',
  lt: 'aws:ec2/launchTemplate:LaunchTemplate',
  fs: 'aws:efs/fileSystem:FileSystem',
};

/** Ids in what was given that lead to nothing. */
export function danglingIds(value: unknown, exists: (type: string, id: string) => boolean): string[] {
  if (typeof value === 'string') {
    const type = REFERENCES[value.match(/^([a-z]+)-[0-9a-f]{8,17}$/)?.[1] ?? ''];
    return type === undefined || exists(type, value) ? [] : [value];
  }
  if (typeof value !== 'object' || value === null) return [];
  return list(Object.values(value)).flatMap((part) => danglingIds(part, exists));
}
