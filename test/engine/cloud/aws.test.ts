/** The AWS stack on the real engine over fake clouds: what an operator would find in the account. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../../config/load.ts';
import { program } from '../../../stacks/index.ts';
import { type FakeStack, withFakeCloud } from '../../fakes/cloud/with.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const image = (name: string) => ({
  digest,
  source: {
    kind: 'reference' as const,
    reference: `registry.example.org/cove/${name}@${digest}`,
    login: { kind: 'none' as const },
  },
});
const images = { platform: image('platform'), vault: image('vault') };
const LEAST = `target: aws
accountId: '123456789012'
region: eu-north-1
publicName: cove.example.org
administrator: {email: ops@example.org}
`;
const ZONE = `${LEAST}dns: {kind: zone, zoneId: Z0123456789ABC}\n`;
const stackOf = (text: string, purge: string[] = []) =>
  program({ name: 'prod', config: parseConfig(text, 'prod.yaml'), images, purge });
const groups = (stack: FakeStack) => stack.cloud.all('aws:autoscaling/group:Group');

it('prod: what the six required values make, once', async () => {
  await withFakeCloud({}, async (stack) => {
    await stack.up(stackOf(ZONE));
    expect(await stack.outputs()).toMatchObject({
      installation: 'prod',
      publicUrl: 'https://cove.example.org',
      cloud: { target: 'aws', dnsRecords: [], workerGroups: [{ environment: 'small', ceiling: 10 }] },
    });
    expect(stack.cloud.all('aws:ec2/natGateway:NatGateway')).toHaveLength(3);
    expect(stack.cloud.one('aws:rds/instance:Instance').inputs).toMatchObject({ multiAz: true });
    expect((await stack.up(stackOf(ZONE))).changes).toEqual([]);

    // A machine type is the config's; what the application has changed stays.
    const bigger = `${ZONE}environments:\n  - {slug: small, name: Small machine, machineType: m7i.2xlarge}\n`;
    const short = (changes: string[]) =>
      changes
        .map((change) => change.replace(/ \S*:/, ' '))
        .filter((change) => !/^(create-replacement|delete-replaced) /.test(change))
        .sort();
    const { changes } = await stack.up(stackOf(bigger));
    expect(short(changes)).toEqual([
      'replace SecretVersion environments',
      'update Group worker-small',
      'update LaunchTemplate worker-small',
    ]);

    // Another environment is told to the host that is there; only what the host may read is more.
    const another = `${bigger}  - {slug: large, name: Large, machineType: m7i.4xlarge}\n`;
    const added = short((await stack.up(stackOf(another))).changes);
    expect(added.filter((change) => change.endsWith(' app-host'))).toEqual(['update RolePolicy app-host']);
    expect(added).toEqual(
      expect.arrayContaining(['create Group worker-large', 'replace SecretVersion environments']),
    );
  });
});

it('private: no way to the internet, an endpoint for every service, images that were given', async () => {
  const text = `${LEAST}dns: {kind: elsewhere}
certificate: {kind: given, arn: 'arn:aws:acm:eu-north-1:123456789012:certificate/1'}
network: {kind: dedicated, cidr: 10.0.0.0/20, private: true, connections: [{cidr: 10.9.0.0/16, via: tgw-0123456789abcdef0}]}
access: {internal: true, allowedCidrs: [10.9.0.0/16]}
machineImages: {appHost: ami-0123456789abcdef0, worker: ami-0123456789abcdef1, gpuWorker: ami-0123456789abcdef2}
environments:
  - {slug: small, name: Small, machineType: m7i.xlarge}
  - {slug: gpu, name: One GPU, machineType: g5.xlarge, spot: true, ceiling: 4, serviceAccount: reader}
  - {slug: large, name: Large, machineType: m7i.4xlarge}
serviceAccounts:
  - {name: reader, readBuckets: [my-data/raw]}
mounts:
  - {name: shared, path: /mnt/shared, environments: [gpu]}
endpointHosts: {}
reachable:
  - {name: warehouse, cidr: 10.9.1.0/24, port: 5432}
alarms: {email: ops@example.org}
budget: {monthlyUsd: 1000}
tags: {cost-center: '4711'}
`;
  await withFakeCloud({}, async (stack) => {
    await stack.up(stackOf(text));
    for (const type of ['ec2/natGateway:NatGateway', 'ec2/internetGateway:InternetGateway', 'ec2/eip:Eip'])
      expect(stack.cloud.all(`aws:${type}`)).toEqual([]);
    expect(stack.cloud.all('aws:ec2/vpcEndpoint:VpcEndpoint')).toHaveLength(15);
    expect(
      groups(stack)
        .map(({ inputs }) => inputs.name)
        .sort(),
    ).toEqual([
      'cove-prod-app-host',
      'cove-prod-endpoint-host',
      'cove-prod-worker-gpu',
      'cove-prod-worker-large',
      'cove-prod-worker-small',
    ]);
    const templates = stack.cloud.all('aws:ec2/launchTemplate:LaunchTemplate');
    const profiles = templates.filter(({ inputs }) => inputs.iamInstanceProfile !== undefined);
    expect(profiles.map(({ inputs }) => inputs.name).sort()).toEqual([
      'cove-prod-app-host',
      'cove-prod-worker-gpu',
    ]);
    for (const { inputs } of templates) {
      expect(inputs.metadataOptions).toMatchObject({ httpTokens: 'required' });
      const text = Buffer.from(String(inputs.userData), 'base64').toString();
      expect(text.length).toBeLessThan(16_384);
    }
    const rules = stack.cloud.all('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule');
    expect(rules.filter(({ inputs }) => inputs.cidrIpv4 === '0.0.0.0/0')).toEqual([]);
  });
});

it('dev in an existing network: nothing of the network is made but who may talk to whom', async () => {
  const text = `${LEAST}dns: {kind: elsewhere}
profile: dev
network:
  kind: existing
  vpcId: vpc-0123456789abcdef0
  publicSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
  privateSubnetIds: [subnet-0123456789abcdef2, subnet-0123456789abcdef3]
`;
  await withFakeCloud({}, async (stack) => {
    const vpcId = 'vpc-0123456789abcdef0';
    stack.cloud.seed('aws:ec2/vpc:Vpc', { cidrBlock: '10.0.0.0/16' }, vpcId);
    for (const digit of [0, 1, 2, 3])
      stack.cloud.seed(
        'aws:ec2/subnet:Subnet',
        { vpcId, cidrBlock: `10.0.${digit}.0/24`, availabilityZone: `eu-north-1${digit % 2 ? 'a' : 'b'}` },
        `subnet-0123456789abcdef${digit}`,
      );
    const before = stack.cloud.all().length;
    // Nobody has made the record yet: the records are said, and the next `up` goes on from there. A real validation
    // waits for hours; this one long enough for the program, which shares this process, to have said it.
    stack.cloud.slow({ verb: 'create', type: 'aws:acm/certificateValidation:CertificateValidation' }, 5_000);
    const waiting = stack.up(stackOf(text));
    await expect(waiting).rejects.toThrow(/Make this DNS record: _validation\.cove\.example\.org\.? CNAME/);
    stack.cloud.seed(
      'aws:route53/record:Record',
      { name: '_validation.cove.example.org', type: 'CNAME' },
      'elsewhere',
    );
    await stack.up(stackOf(text));
    for (const type of ['ec2/vpcEndpoint:VpcEndpoint', 'ec2/routeTable:RouteTable', 'ec2/flowLog:FlowLog'])
      expect(stack.cloud.all(`aws:${type}`)).toEqual([]);
    expect(stack.cloud.all('aws:ec2/subnet:Subnet').length + 1).toBe(before);
    expect((await stack.outputs()).cloud).toMatchObject({
      dnsRecords: [{ type: 'CNAME' }, { name: 'cove.example.org', type: 'CNAME' }],
    });
    expect(stack.cloud.one('aws:rds/instance:Instance').inputs).toMatchObject({ multiAz: false });
  });
});
