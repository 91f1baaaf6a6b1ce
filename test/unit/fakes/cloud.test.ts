/** What the fake clouds refuse beyond the published models, and the trouble that they make when asked to. */
import { describe, expect, it } from 'vitest';
import { overlaps, parseCidr } from '../../fakes/cloud/cidr.ts';
import { FakeCloud } from '../../fakes/cloud/cloud.ts';
import { failuresOf } from '../../fakes/cloud/rules.ts';

const VPC = 'aws:ec2/vpc:Vpc';
const SUBNET = 'aws:ec2/subnet:Subnet';

async function network() {
  const cloud = new FakeCloud();
  const vpc = await cloud.create(VPC, 'network', { cidrBlock: '10.0.0.0/16' });
  const subnet = (cidrBlock: string, availabilityZone = 'eu-north-1a') =>
    cloud.create(SUBNET, cidrBlock, { vpcId: vpc.id, cidrBlock, availabilityZone });
  return { cloud, vpc, subnet };
}

describe('ranges', () => {
  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.256/24', '10.0.0.1/24', 'ten'])('%s is none', (cidr) => {
    expect(parseCidr(cidr)).toBeUndefined();
  });

  it('overlap where they share an address', () => {
    const at = (cidr: string) => parseCidr(cidr)!;
    expect(overlaps(at('10.0.0.0/16'), at('10.0.255.0/24'))).toBe(true);
    expect(overlaps(at('10.0.0.0/24'), at('10.0.1.0/24'))).toBe(false);
  });
});

describe('AWS refuses', () => {
  it.each([
    ['a malformed range', '10.0.0.1/24', /host bits/],
    ['a range outside its network', '10.1.0.0/24', /not within/],
    ['a range that is too large', '10.0.0.0/8', /between \/16 and \/28/],
  ])('%s', async (_what, cidr, message) => {
    const { subnet } = await network();
    await expect(subnet(cidr)).rejects.toThrow(message);
  });

  it('overlapping subnets', async () => {
    const { subnet } = await network();
    await subnet('10.0.0.0/20');
    await expect(subnet('10.0.8.0/24')).rejects.toThrow('InvalidSubnet.Conflict');
  });

  it('an id that leads to nothing', async () => {
    const cloud = new FakeCloud();
    const inputs = { vpcId: 'vpc-00000000000000009', cidrBlock: '10.0.0.0/24' };
    await expect(cloud.create(SUBNET, 'one', inputs)).rejects.toThrow('vpc-00000000000000009 does not exist');
  });

  it('names that are taken or too long', async () => {
    const cloud = new FakeCloud();
    await cloud.create('aws:iam/role:Role', 'host', { name: 'host', assumeRolePolicy: '{}' });
    await expect(
      cloud.create('aws:iam/role:Role', 'other', { name: 'host', assumeRolePolicy: '{}' }),
    ).rejects.toThrow('AlreadyExists');
    expect(failuresOf('aws:lb/loadBalancer:LoadBalancer', { name: 'x'.repeat(33) })).toContainEqual({
      property: 'name',
      reason: expect.stringContaining('at most 32'),
    });
  });

  it('to delete what is in use, protected or full', async () => {
    const { cloud, vpc, subnet } = await network();
    await subnet('10.0.0.0/24');
    await expect(cloud.delete(VPC, vpc.id, 'network')).rejects.toThrow('DependencyViolation');
    const bucket = await cloud.create('aws:s3/bucket:Bucket', 'data', { bucket: 'data' });
    cloud.contents.set(bucket.id, 3);
    await expect(cloud.delete(bucket.type, bucket.id, 'data')).rejects.toThrow('BucketNotEmpty');
    const database = await cloud.create('aws:rds/instance:Instance', 'database', {
      identifier: 'database',
      deletionProtection: true,
    });
    await expect(cloud.delete(database.type, database.id, 'database')).rejects.toThrow('protected');
  });

  it('a secret whose namesake can still be had back', async () => {
    const cloud = new FakeCloud();
    const type = 'aws:secretsmanager/secret:Secret';
    const { id } = await cloud.create(type, 'seal', { name: 'seal' });
    await cloud.delete(type, id, 'seal');
    await expect(cloud.create(type, 'seal', { name: 'seal' })).rejects.toThrow('scheduled for deletion');
  });

  it('a listener before its certificate is valid', async () => {
    const cloud = new FakeCloud();
    const { id, state } = await cloud.create('aws:acm/certificate:Certificate', 'certificate', {
      domainName: 'cove.example.com',
    });
    const listener = () =>
      cloud.create('aws:lb/listener:Listener', 'https', {
        protocol: 'HTTPS',
        port: 443,
        loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-north-1:123456789012:loadbalancer/app/a/1',
        certificateArn: id,
      });
    await expect(listener()).rejects.toThrow('pending validation');
    const [option] = state.domainValidationOptions as { resourceRecordName: string }[];
    await cloud.create('aws:route53/record:Record', 'validation', {
      zoneId: 'Z1',
      name: option?.resourceRecordName,
      type: 'CNAME',
    });
    await expect(listener()).resolves.toMatchObject({ name: 'https' });
  });
});

describe('trouble', () => {
  it('is refused as often as asked, then no more', async () => {
    const cloud = new FakeCloud();
    cloud.fail({ type: VPC, verb: 'create', message: 'InternalError', times: 2 });
    const make = () => cloud.create(VPC, 'network', { cidrBlock: '10.0.0.0/16' });
    await expect(make()).rejects.toThrow('InternalError');
    await expect(make()).rejects.toThrow('InternalError');
    await expect(make()).resolves.toMatchObject({ type: VPC });
  });

  it('may leave a thing that is not healthy', async () => {
    const cloud = new FakeCloud();
    cloud.fail({ type: VPC, message: 'not ready', partial: true });
    await expect(cloud.create(VPC, 'network', { cidrBlock: '10.0.0.0/16' })).rejects.toThrow('not ready');
    expect(cloud.all(VPC)).toHaveLength(1);
  });

  it('ends at a quota', async () => {
    const cloud = new FakeCloud();
    cloud.quota('aws:ec2/eip:Eip', 1);
    await cloud.create('aws:ec2/eip:Eip', 'one', { domain: 'vpc' });
    await expect(cloud.create('aws:ec2/eip:Eip', 'two', { domain: 'vpc' })).rejects.toThrow('LimitExceeded');
  });
});
