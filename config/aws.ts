/** The target `aws`: an account of Amazon Web Services. */
import { z } from 'zod';
import { checkAwsMachines } from './checks/aws-machines.ts';
import { checkAwsNetwork } from './checks/aws-network.ts';
import type { Complain } from './checks/complain.ts';
import { checkWorkers } from './checks/environments.ts';
import {
  cidr,
  cloudEnvironment,
  cloudInstallation,
  cloudStorage,
  cloudVault,
  databaseVersion,
  highAvailability,
  JobAccess,
  mount,
  slug,
} from './parts.ts';

export const id = (kind: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `the id of ${what}, such as ${kind}-0a1b2c3d4e5f60718`);
export const arn = (service: string, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws[a-z-]*:${service}:`),
      `the ARN of ${what}, beginning with arn:aws:${service}:`,
    );
export const machineType = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'a machine type such as m7i.xlarge');

const Dns = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('zone'),
        zoneId: z
          .string()
          .regex(/^Z[A-Z0-9]{1,31}$/, 'the id of a hosted zone, such as Z0123456789ABCDEFGHIJ'),
      })
      .describe('A public zone of Route 53 in this account, in which the records are made'),
    z
      .strictObject({ kind: z.literal('elsewhere') })
      .describe('`cove up` prints the records, waits, and goes on'),
  ])
  .describe('Who serves the public name');

const Certificate = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('managed') }).describe('Made and renewed by ACM, proven through DNS'),
    z
      .strictObject({ kind: z.literal('given'), arn: arn('acm', 'a certificate of ACM in the same region') })
      .describe('A certificate that you have imported into ACM'),
  ])
  .default({ kind: 'managed' })
  .describe('Where the certificate of the public name comes from');

const Connection = z
  .strictObject({
    cidr: cidr.describe('The other network'),
    via: z
      .string()
      .regex(
        /^(tgw|pcx|vgw)-[0-9a-f]{8,17}$/,
        'the id of a transit gateway, peering or VPN gateway: tgw-…, pcx-…, vgw-…',
      )
      .describe('What leads there: tgw-…, pcx-… or vgw-…'),
  })
  .describe('Another network that this one is connected with');

const isPrivate = z
  .boolean()
  .default(false)
  .describe(
    'No way to the internet at all: endpoints for every service; needs machineImages and an internal address',
  );

export const Network = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('dedicated'),
        cidr: cidr.default('10.20.0.0/16').describe('Its addresses, /16 to /22, unused in your company'),
        zones: z
          .int()
          .min(2)
          .max(4)
          .optional()
          .describe('Availability zones it spreads over. Left out: 3, in dev 2'),
        natPerZone: z
          .boolean()
          .optional()
          .describe('A NAT gateway in every zone, or one for all. Left out: every zone, in dev one'),
        private: isPrivate,
        connections: z
          .array(Connection)
          .default([])
          .describe('Other networks that this one is connected with'),
      })
      .describe('A network of its own'),
    z
      .strictObject({
        kind: z.literal('existing'),
        vpcId: id('vpc', 'a VPC'),
        publicSubnetIds: z
          .array(id('subnet', 'a subnet'))
          .default([])
          .describe('Of the load balancer: two zones at least. Not needed where access is internal'),
        privateSubnetIds: z
          .array(id('subnet', 'a subnet'))
          .min(2)
          .describe('Of everything else: two zones at least, with a way out or endpoints'),
        services: z
          .array(z.string().regex(/^[a-z0-9.-]+$/, 'the name of a service, such as s3 or ecr.api'))
          .default([])
          .describe(
            'Services that have an endpoint there already (s3, ecr.api …); in private mode the others get one',
          ),
        private: isPrivate,
      })
      .describe('A network that is there already; it is looked at before anything is made'),
  ])
  .prefault({ kind: 'dedicated' })
  .describe('The network');

const Vault = cloudVault(
  arn('secretsmanager', 'an entry with the login of an operator’s AppRole').describe(
    'Entry of Secrets Manager: {"role_id": "…", "secret_id": "…"}',
  ),
);

export const Environment = z
  .strictObject({
    ...cloudEnvironment,
    machineType: machineType.describe('Such as m7i.xlarge, or g6.xlarge with a GPU'),
  })
  .describe('A kind of machine that jobs are queued for');

export const ServiceAccount = z
  .strictObject({
    name: slug.max(32).describe('What environments call it by'),
    role: arn('iam', 'a role')
      .optional()
      .describe('A role that is there already, instead of making one; what it may do is then yours'),
    policies: z
      .array(arn('iam', 'a managed policy'))
      .default([])
      .describe('ARNs of managed policies it gets'),
    readBuckets: z
      .array(z.string().min(3).max(1024))
      .default([])
      .describe('`bucket` or `bucket/prefix` it may read'),
    writeBuckets: z
      .array(z.string().min(3).max(1024))
      .default([])
      .describe('`bucket` or `bucket/prefix` it may read and write'),
  })
  .refine(
    ({ role, policies, readBuckets, writeBuckets }) =>
      role === undefined || [...policies, ...readBuckets, ...writeBuckets].length === 0,
    'either `role`, whose rights are yours, or `policies`, `readBuckets` and `writeBuckets` of one that is made',
  )
  .describe('Who jobs may act as: an IAM role of this name');

export const Mount = z
  .strictObject({
    ...mount,
    fileSystemId: id('fs', 'a file system of EFS')
      .optional()
      .describe('Left out: one is made, and protected'),
  })
  .describe('A shared file system');

const EndpointHosts = z
  .strictObject({
    machineType: machineType.default('m7i.large').describe('Machine type of each'),
    count: z.int().min(1).max(20).default(2).describe('How many'),
    diskGb: z.int().min(30).max(16_000).default(80).describe('Disk of each, in GiB'),
  })
  .describe('Machines for deployed endpoints, apart from the application host');

const Given = z
  .strictObject({
    permissionsBoundary: arn('iam', 'a managed policy')
      .optional()
      .describe('Boundary of every role that is made'),
    appHostRole: arn('iam', 'a role')
      .optional()
      .describe('Role of the application host, instead of making one'),
    flowLogsRole: arn('iam', 'a role')
      .optional()
      .describe('Role by which the network writes its flow logs, instead of making one'),
    backupRole: arn('iam', 'a role').optional().describe('Role of AWS Backup, instead of making one'),
    kmsKey: arn('kms', 'a key').optional().describe('Key that encrypts everything, instead of making one'),
    securityGroups: z
      .strictObject({
        ingress: id('sg', 'a security group'),
        appHost: id('sg', 'a security group'),
        database: id('sg', 'a security group'),
        queue: id('sg', 'a security group'),
        workers: id('sg', 'a security group'),
        endpoints: id('sg', 'a security group'),
      })
      .optional()
      .describe('Security groups, instead of making them; their rules are then yours'),
  })
  .prefault({})
  .describe('For locked-down accounts: what is there already and is not made');

/** Where a stack lives, and what every machine of jobs in it has, whether it is an installation or joins one. */
export const awsWorkers = {
  target: z.literal('aws').describe('Where it lives'),
  accountId: z
    .string('the 12 digits of an account, in quotes')
    .regex(/^\d{12}$/, 'the 12 digits of an account, in quotes')
    .describe('The account; a login to another one is refused'),
  region: z.string().describe('Such as eu-central-1'),
  network: Network,
  environments: z
    .array(Environment)
    .min(1)
    .prefault([{ slug: 'small', name: 'Small machine', machineType: 'm7i.xlarge' }])
    .describe('Kinds of machine that jobs are queued for'),
  serviceAccounts: z.array(ServiceAccount).default([]).describe('Who jobs may act as'),
  mounts: z.array(Mount).default([]).describe('Shared file systems'),
  jobAccess: JobAccess,
};

/** Machine images of workers, wherever they are made. */
export const awsWorkerImages = {
  worker: id('ami', 'a machine image')
    .optional()
    .describe('With Docker. Left out: Amazon Linux 2023 for ECS'),
  gpuWorker: id('ami', 'a machine image')
    .optional()
    .describe('With Docker, driver and toolkit. Left out: the same with GPU'),
};

/** An account of AWS. */
export const AwsConfig = z
  .strictObject({
    ...awsWorkers,
    dns: Dns,
    ...cloudInstallation,
    certificate: Certificate,
    appHost: z
      .strictObject({
        machineType: machineType.optional().describe('Left out: m7i.xlarge, in dev t3.large'),
        diskGb: z.int().min(30).max(16_000).optional().describe('In GiB. Left out: 80'),
      })
      .prefault({})
      .describe('The machine of the application. In prod at least 4 vCPU, 16 GiB and 80 GiB of disk'),
    database: z
      .strictObject({
        instanceClass: z
          .string()
          .regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'an instance class such as db.m7g.large')
          .optional()
          .describe('Left out: db.m7g.large, in dev db.t4g.medium'),
        diskGb: z
          .int()
          .min(20)
          .max(65_536)
          .optional()
          .describe('In GiB; grows by itself. Left out: 80, in dev 20'),
        version: databaseVersion,
        highAvailability: highAvailability('A standby'),
      })
      .prefault({})
      .describe('PostgreSQL (RDS). In prod at least 2 vCPU, 8 GiB and 80 GiB of disk'),
    queue: z
      .strictObject({
        nodeType: z
          .string()
          .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, 'a node type such as cache.r7g.large')
          .optional()
          .describe('Left out: cache.r7g.large, in dev cache.t4g.small'),
        highAvailability: highAvailability('A replica'),
      })
      .prefault({})
      .describe('Valkey (ElastiCache). In prod at least 2 vCPU and 8 GiB'),
    storage: cloudStorage('S3'),
    vault: Vault,
    machineImages: z
      .strictObject({
        appHost: id('ami', 'a machine image')
          .optional()
          .describe('Ubuntu with Docker. Left out: Ubuntu 24.04'),
        ...awsWorkerImages,
      })
      .prefault({})
      .describe('Machine images of your own; needed in private mode (docs/aws.md has the recipe)'),
    endpointHosts: EndpointHosts.optional(),
    registries: z
      .array(arn('ecr', 'a repository'))
      .default([])
      .describe('Repositories of ECR with images of jobs that workers may pull'),
    given: Given,
  })
  .describe('An installation in an account of Amazon Web Services');

export type AwsConfig = z.infer<typeof AwsConfig>;

/** What no single key shows. */
export function checkAws(config: AwsConfig, complain: Complain): void {
  checkWorkers(config, complain);
  checkAwsNetwork(config, complain);
  checkAwsMachines(config, complain);
}
