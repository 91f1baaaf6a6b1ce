/** Data sources of AWS. */
import type { Invokes } from '../invokes.ts';

const partition = { partition: 'aws', dnsSuffix: 'amazonaws.com' };

export const awsInvokes: Invokes = {
  'aws:index/getCallerIdentity:getCallerIdentity': (_args, { account }) => ({
    id: account,
    accountId: account,
    arn: `arn:aws:iam::${account}:user/operator`,
    userId: 'AIDAFAKE',
  }),
  'aws:index/getRegion:getRegion': (args, cloud) => {
    const region = args.region ?? args.name ?? cloud.region;
    return { id: region, name: region, region, endpoint: `ec2.${region}.amazonaws.com`, description: 'Fake' };
  },
  'aws:index/getPartition:getPartition': () => ({
    id: 'aws',
    ...partition,
    reverseDnsPrefix: 'com.amazonaws',
  }),
  'aws:index/getAvailabilityZones:getAvailabilityZones': (args, cloud) => {
    const region = args.region ?? cloud.region;
    const names = ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
    return {
      id: region,
      region,
      names,
      zoneIds: names.map((_, index) => `eun1-az${index + 1}`),
      groupNames: [region],
    };
  },
  'aws:ssm/getParameter:getParameter': (args, cloud) => ({
    id: args.name,
    name: args.name,
    arn: `arn:aws:ssm:${cloud.region}::parameter${args.name}`,
    type: 'String',
    value: `ami-${Buffer.from(String(args.name)).toString('hex').slice(-17).padStart(17, '0')}`,
    insecureValue: `ami-${Buffer.from(String(args.name)).toString('hex').slice(-17).padStart(17, '0')}`,
    version: 1,
    region: cloud.region,
  }),
  'aws:ec2/getAmi:getAmi': (args, cloud) => ({
    id: 'ami-0123456789abcdef0',
    imageId: 'ami-0123456789abcdef0',
    architecture: 'x86_64',
    name: 'fake',
    owners: args.owners ?? [],
    region: cloud.region,
    rootDeviceName: '/dev/sda1',
    arn: `arn:aws:ec2:${cloud.region}::image/ami-0123456789abcdef0`,
  }),
  'aws:route53/getZone:getZone': (args, cloud) => ({
    id: args.zoneId ?? 'Z0123456789ABC',
    zoneId: args.zoneId ?? 'Z0123456789ABC',
    name: args.name ?? cloud.zoneName,
    nameServers: ['ns-1.example.net', 'ns-2.example.org'],
    privateZone: args.privateZone ?? false,
    arn: `arn:aws:route53:::hostedzone/${args.zoneId ?? 'Z0123456789ABC'}`,
  }),
  'aws:ec2/getManagedPrefixList:getManagedPrefixList': (args, cloud) => ({
    id: 'pl-0123456789abcdef0',
    name: args.name,
    addressFamily: 'IPv4',
    arn: `arn:aws:ec2:${cloud.region}:aws:prefix-list/pl-0123456789abcdef0`,
    entries: [],
    maxEntries: 0,
    ownerId: 'AWS',
    region: cloud.region,
    tags: {},
    version: 1,
  }),
  'aws:ec2/getRouteTables:getRouteTables': (args, cloud) => ({
    id: cloud.region,
    ids: cloud
      .all('aws:ec2/routeTable:RouteTable')
      .filter(({ inputs }) => inputs.vpcId === args.vpcId)
      .map(({ id }) => id),
    region: cloud.region,
    tags: {},
    vpcId: args.vpcId,
  }),
  'aws:ecr/getAuthorizationToken:getAuthorizationToken': (_args, cloud) => ({
    id: cloud.region,
    authorizationToken: Buffer.from('AWS:password').toString('base64'),
    userName: 'AWS',
    password: 'password',
    proxyEndpoint: `https://${cloud.account}.dkr.ecr.${cloud.region}.amazonaws.com`,
    expiresAt: '2099-01-01T00:00:00Z',
  }),
  'aws:iam/getPolicyDocument:getPolicyDocument': (args) => {
    const json = JSON.stringify({ Version: '2012-10-17', Statement: policyStatements(args.statements) });
    return { id: '1', json, minifiedJson: json };
  },
};

interface Statement {
  sid?: string;
  effect?: string;
  actions?: string[];
  resources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

function policyStatements(statements: unknown) {
  return ((statements ?? []) as Statement[]).map((one) => ({
    ...(one.sid === undefined ? {} : { Sid: one.sid }),
    Effect: one.effect ?? 'Allow',
    Action: one.actions ?? [],
    ...(one.resources === undefined ? {} : { Resource: one.resources }),
    ...(one.principals === undefined
      ? {}
      : {
          Principal: Object.fromEntries(one.principals.map(({ type, identifiers }) => [type, identifiers])),
        }),
    ...(one.conditions === undefined
      ? {}
      : {
          Condition: Object.fromEntries(
            one.conditions.map(({ test, variable, values }) => [test, { [variable]: values }]),
          ),
        }),
  }));
}
