/** What pre-flight sees in a real account's answers (moto): each lack once, and an account that is fit. */
import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preflight } from '../../../app/cli/clouds/aws/preflight.ts';
import { parseConfig } from '../../../config/load.ts';
import type { AwsConfig } from '../../../config/schema.ts';
import { startMoto } from '../../support/moto-server.ts';

const region = 'eu-central-1';
let moto: Awaited<ReturnType<typeof startMoto>>;
let ec2: EC2Client;
beforeAll(async () => {
  moto = await startMoto();
  process.env.AWS_ENDPOINT_URL = moto.endpoint;
  ec2 = new EC2Client({ region });
}, 120_000);
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL;
  await moto?.server.stop();
});

/** `zoneId`: moto's do not look like Route 53's. */
const look = async (more: object = {}, zoneId?: string) => {
  const config = {
    target: 'aws',
    accountId: '123456789012',
    region,
    publicName: 'cove.example.org',
    dns: { kind: 'elsewhere' },
    administrator: { email: 'a@example.org' },
    ...more,
  };
  const parsed = parseConfig(JSON.stringify(config), 'prod.yaml') as AwsConfig;
  if (zoneId !== undefined) parsed.dns = { kind: 'zone', zoneId };
  const findings = await preflight('prod', parsed);
  return findings.filter(({ level }) => level !== 'ok').map(({ level, found }) => `${level} ${found}`);
};

test('an account that is fit; one that is somebody else’s', async () => {
  expect(await look()).toEqual([]);
  expect(await look({ accountId: '210987654321' })).toEqual(['fail this login is to account 123456789012']);
});

test('a network that overlaps, an image that is not there, a zone of another name', async () => {
  const route53 = new Route53Client({ region });
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'one' }),
  );
  const zoneId = HostedZone?.Id?.replace('/hostedzone/', '');
  const wrong = {
    network: { kind: 'dedicated', cidr: '172.31.0.0/16' },
    machineImages: { worker: 'ami-0a1b2c3d4e5f60718' },
  };
  const findings = await look(wrong, zoneId);
  expect(findings).toEqual([
    'fail ami-0a1b2c3d4e5f60718 is not in eu-central-1',
    expect.stringMatching(/^warn 172\.31\.0\.0\/16 overlaps vpc-\w+ \(172\.31\.0\.0\/16\)$/),
    `fail ${zoneId} is example.com`,
  ]);
  expect(await look({}, 'Z0123456789ABCDEFGHIJ')).toEqual([
    'fail Z0123456789ABCDEFGHIJ is not in this account',
  ]);
});

test('an existing network, from one that lacks everything to one that will do', async () => {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }));
  const vpcId = Vpc!.VpcId!;
  const [publicA, publicB, privateA, privateB] = await Promise.all(
    [0, 1, 2, 3].map(async (index) => {
      const zone = `${region}${index % 2 === 0 ? 'a' : 'b'}`;
      const command = new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.7.${index}.0/24`,
        AvailabilityZone: zone,
      });
      return (await ec2.send(command)).Subnet!.SubnetId!;
    }),
  );
  const network = {
    kind: 'existing',
    vpcId,
    publicSubnetIds: [publicA, publicB],
    privateSubnetIds: [privateA, privateB],
  };
  expect((await look({ network })).sort()).toEqual([
    ...[privateA, privateB].map((id) => `fail private ${id} has no default route`).sort(),
    ...[publicA, publicB].map((id) => `fail public ${id} has no default route to an internet gateway`).sort(),
    `fail ${vpcId} gives machines no DNS names`,
  ]);

  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway!.InternetGatewayId!;
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: GatewayId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  const leads = (RouteTableId: string, to: object) =>
    ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...to }));
  const table = RouteTable!.RouteTableId!;
  await leads(table, { GatewayId });
  for (const SubnetId of [publicA, publicB])
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: table, SubnetId }));
  // Private subnets have the main table: nothing leads out of it, as private mode wants.
  const images = { appHost: 'ami-12c6146b', worker: 'ami-12c6146b', gpuWorker: 'ami-12c6146b' };
  const closed = { machineImages: images, access: { internal: true, allowedCidrs: ['10.0.0.0/8'] } };
  const inPrivate = { ...closed, network: { ...network, private: true } };
  expect(await look(inPrivate)).toEqual([]);
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  const main = RouteTables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main))!;
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${region}.s3`,
      RouteTableIds: [main.RouteTableId!],
    }),
  );
  expect(await look(inPrivate)).toEqual([`fail ${vpcId} has endpoints of s3`]);
  expect(await look({ ...inPrivate, network: { ...network, private: true, services: ['s3'] } })).toEqual([]);

  await leads(main.RouteTableId!, { GatewayId });
  expect((await look({ network })).sort()).toEqual(
    [privateA, privateB].map((id) => `fail private ${id} leads to an internet gateway`).sort(),
  );
});
