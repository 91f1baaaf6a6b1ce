/** The fake cloud itself, under the real engine. */
import { Subnet } from '@pulumi/aws/ec2/subnet.js';
import { Vpc } from '@pulumi/aws/ec2/vpc.js';
import { getAvailabilityZones } from '@pulumi/aws/getAvailabilityZones.js';
import { RandomPassword } from '@pulumi/random/randomPassword.js';
import { PrivateKey } from '@pulumi/tls/privateKey.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeStack } from '../../fakes/cloud/with.ts';

let stack: FakeStack;
beforeAll(async () => {
  stack = await FakeStack.open();
});
afterAll(() => stack.close());

const program =
  (password = 32) =>
  async () => {
    const { names } = await getAvailabilityZones();
    const vpc = new Vpc('network', { cidrBlock: '10.0.0.0/16' });
    const subnets = names.map(
      (availabilityZone, index) =>
        new Subnet(`private-${index}`, { vpcId: vpc.id, availabilityZone, cidrBlock: `10.0.${index}.0/24` }),
    );
    const key = new PrivateKey('key', { algorithm: 'ECDSA', ecdsaCurve: 'P384' });
    const { result } = new RandomPassword('password', { length: password });
    return { vpc: vpc.id, subnets: subnets.map(({ arn }) => arn), publicKey: key.publicKeyPem, result };
  };

it('makes what a program asks for, once', async () => {
  const foreseen = await stack.preview(program());
  expect(foreseen.changes).toContain('create aws:ec2/vpc:Vpc network');
  expect(stack.cloud.all()).toEqual([]);

  await stack.up(program());
  const outputs = await stack.outputs();
  expect(outputs.vpc).toMatch(/^vpc-[0-9a-f]{17}$/);
  expect(outputs.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  expect(outputs.result).toHaveLength(32);
  expect(stack.cloud.all('aws:ec2/subnet:Subnet')).toHaveLength(3);

  expect((await stack.up(program())).changes).toEqual([]);
});

it('replaces what cannot be changed, and leaves the rest', async () => {
  const { changes } = await stack.up(program(40));
  expect(changes).toEqual([
    'create-replacement random:index/randomPassword:RandomPassword password',
    'delete-replaced random:index/randomPassword:RandomPassword password',
    'replace random:index/randomPassword:RandomPassword password',
  ]);
});

it('makes again what was deleted by somebody else', async () => {
  await stack.cloud.vanish(stack.cloud.one('aws:ec2/subnet:Subnet', 'private-1'));
  expect((await stack.up(program(40), { refresh: true })).changes).toContain(
    'create aws:ec2/subnet:Subnet private-1',
  );
});

it('refuses to delete what is in use, and goes when nothing is', async () => {
  const { id } = stack.cloud.one('aws:ec2/vpc:Vpc');
  await expect(stack.cloud.delete('aws:ec2/vpc:Vpc', id, 'network')).rejects.toThrow(
    /DependencyViolation.*in use by aws:ec2\/subnet:Subnet/,
  );
  await stack.destroy();
  expect(stack.cloud.all()).toEqual([]);
});
