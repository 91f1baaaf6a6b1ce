/** A small program with one of everything that the scenarios look at: what the fakes themselves are tried with. */
import { Group } from '@pulumi/aws/autoscaling/group.js';
import { Eip } from '@pulumi/aws/ec2/eip.js';
import { LaunchTemplate } from '@pulumi/aws/ec2/launchTemplate.js';
import { Subnet } from '@pulumi/aws/ec2/subnet.js';
import { Vpc } from '@pulumi/aws/ec2/vpc.js';
import { getAvailabilityZones } from '@pulumi/aws/getAvailabilityZones.js';
import { Instance } from '@pulumi/aws/rds/instance.js';
import { SubnetGroup } from '@pulumi/aws/rds/subnetGroup.js';
import { RandomPassword } from '@pulumi/random/randomPassword.js';
import type { Target } from './target.ts';

interface Options {
  instanceClass?: string;
  purge?: boolean;
  environments?: number;
}

const program =
  ({ instanceClass = 'db.m7g.large', purge = false, environments = 1 }: Options = {}) =>
  async () => {
    const { names } = await getAvailabilityZones();
    const vpc = new Vpc('network', { cidrBlock: '10.0.0.0/16' });
    const subnets = names.map(
      (availabilityZone, index) =>
        new Subnet(`private-${index}`, { vpcId: vpc.id, availabilityZone, cidrBlock: `10.0.${index}.0/24` }),
    );
    const subnetIds = subnets.map(({ id }) => id);
    const group = new SubnetGroup('database', { name: 'cove-test', subnetIds });
    const { result } = new RandomPassword('password', { length: 32 });
    new Instance(
      'database',
      {
        identifier: 'cove-test',
        instanceClass,
        engine: 'postgres',
        allocatedStorage: 80,
        username: 'cove',
        password: result,
        dbSubnetGroupName: group.name,
        deletionProtection: !purge,
        finalSnapshotIdentifier: 'cove-test-last',
      },
      { protect: !purge },
    );
    for (let index = 0; index < 2; index++) new Eip(`address-${index}`, { domain: 'vpc' });
    for (let index = 0; index < environments; index++) {
      const template = new LaunchTemplate(`environment-${index}`, { instanceType: 'm7i.large' });
      new Group(`environment-${index}`, {
        minSize: 0,
        maxSize: 4,
        vpcZoneIdentifiers: subnetIds,
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      });
    }
    return { password: result };
  };

export const sample: Target = {
  name: 'sample',
  cloud: {},
  prepare() {},
  programs: { 'one environment': program(), 'three environments': program({ environments: 3 }) },
  purging: program({ purge: true }),
  changes: [
    {
      what: 'a larger database',
      program: program({ instanceClass: 'db.m7g.xlarge' }),
      expected: [/^update aws:rds\/instance:Instance database$/],
    },
  ],
  vanishing: 'aws:autoscaling/group:Group',
  scarce: 'aws:ec2/eip:Eip',
};
