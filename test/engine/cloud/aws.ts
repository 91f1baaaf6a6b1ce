/** The scenarios' view of AWS: configs as an operator writes them, and the account that they meet. */
import { addressOf } from '../../../config/addresses.ts';
import type { FakeCloud } from '../../fakes/cloud/cloud.ts';
import { parseConfig, type Shape } from './config.ts';
import type { Target } from './target.ts';

const REGION = 'eu-central-1';
const ZONE = 'Z0123456789ABCDEFGHIJ';
const VPC = 'vpc-0aaaaaaaaaaaaaaaa';
const subnet = (digit: string) => `subnet-0${digit.repeat(16)}`;
const PUBLIC = [subnet('1'), subnet('2')];
const PRIVATE = [subnet('3'), subnet('4')];
const IMAGE = 'ami-0aaaaaaaaaaaaaaaa';

const environment = (slug: string, more: object = {}) => ({
  slug,
  name: slug,
  machineType: 'm7i.large',
  ceiling: 4,
  ...more,
});

const base: Shape = {
  target: 'aws',
  accountId: '123456789012',
  region: REGION,
  publicName: 'cove.example.com',
  dns: { kind: 'zone', zoneId: ZONE },
  administrator: { email: 'admin@example.com' },
  budget: { monthlyUsd: 1500 },
  environments: [environment('small')],
};

const program = (changes: Shape = {}, purge?: string[]) => parseConfig({ ...base, ...changes }, purge);

const existing = { kind: 'existing', vpcId: VPC, publicSubnetIds: PUBLIC, privateSubnetIds: PRIVATE };

/** As EC2 tells by tags, and launch templates by name. */
function named(cloud: FakeCloud, type: string, inputs: Record<string, unknown>): string | undefined {
  const nameOf = (it: Record<string, unknown>) => (it.tags as { Name?: string } | undefined)?.Name;
  const wanted = /^aws:(ec2|vpc)\//.test(type) ? (nameOf(inputs) ?? inputs.name) : undefined;
  if (wanted === undefined) return undefined;
  return cloud.all(type).find((one) => [nameOf(one.inputs), one.inputs.name].includes(wanted as string))?.id;
}

export const aws: Target = {
  name: 'aws',
  cloud: { region: REGION, account: '123456789012', zoneName: 'example.com' },
  addressOf: (type, inputs, cloud) =>
    addressOf(type, inputs, { account: '123456789012' }) ?? named(cloud, type, inputs),
  harmlessTwice: /^aws:(iam\/rolePolicy|secretsmanager\/secretVersion|secretsmanager\/secret):/,
  prepare(cloud) {
    cloud.seed('aws:ec2/vpc:Vpc', { cidrBlock: '10.99.0.0/16' }, VPC);
    [...PUBLIC, ...PRIVATE].forEach((id, index) => {
      const availabilityZone = `${REGION}${index % 2 === 0 ? 'a' : 'b'}`;
      cloud.seed(
        'aws:ec2/subnet:Subnet',
        { vpcId: VPC, cidrBlock: `10.99.${index}.0/24`, availabilityZone },
        id,
      );
    });
  },
  programs: {
    'one environment': program(),
    'three environments': program({
      environments: [
        environment('small'),
        environment('spot', { spot: true }),
        environment('gpu', { machineType: 'g6.xlarge', serviceAccount: 'reader' }),
      ],
      serviceAccounts: [{ name: 'reader', readBuckets: ['my-data/raw'] }],
    }),
    'dev profile': program({ profile: 'dev' }),
    'existing network': program({ network: existing }),
    'private mode': program({
      network: { kind: 'dedicated', private: true },
      access: { internal: true, allowedCidrs: ['10.0.0.0/8'] },
      machineImages: { appHost: IMAGE, worker: IMAGE, gpuWorker: IMAGE },
    }),
  },
  environments: (count) =>
    program({ environments: Array.from({ length: count }, (_, index) => environment(`small-${index}`)) }),
  leaving: program({}, ['ingress']),
  purging: program({}, ['database', 'queue', 'storage', 'secrets', 'vault', 'mounts', 'ingress', 'identity']),
  changes: [
    {
      what: 'a higher ceiling',
      program: program({ environments: [environment('small', { ceiling: 9 })] }),
      expected: [
        /^update aws:autoscaling\/group:Group worker-small$/,
        // Read by the host every minute: the host itself stays.
        /^\S+ aws:secretsmanager\/secretVersion:SecretVersion environments$/,
      ],
    },
    {
      what: 'a larger database',
      program: program({ database: { instanceClass: 'db.m7g.2xlarge' } }),
      expected: [/^update aws:rds\/instance:Instance database$/],
    },
  ],
  vanishing: 'aws:cloudwatch/metricAlarm:MetricAlarm',
  scarce: 'aws:ec2/eip:Eip',
};
