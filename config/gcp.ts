/** The target `gcp`: a project of Google Cloud. */
import { z } from 'zod';
import type { Complain } from './checks/complain.ts';
import { checkWorkers } from './checks/environments.ts';
import { checkGcpMachines } from './checks/gcp-machines.ts';
import { checkGcpNetwork } from './checks/gcp-network.ts';
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

const PROJECT = '[a-z][a-z0-9-]{4,28}[a-z0-9]';
/** Names of Google Cloud: `projects/<project>/<path>`; `*` in the path stands for one name. */
export const resource = (path: string, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^projects/${PROJECT}/${path.replaceAll('*', '[^/]+')}$`),
      `the name of ${what}: projects/…/${path.replaceAll('*', '…')}`,
    );
export const machineType = z
  .string()
  .regex(/^[a-z]\d[a-z0-9]*-[a-z0-9-]+$/, 'a machine type such as n2-standard-4');
export const image = resource('global/images/(?:family/)?*', 'a machine image, or of a family of them');
const network = (what: string) => resource('global/networks/*', what);
const subnet = (what: string) => resource('regions/*/subnetworks/*', what);
export const account = z
  .string()
  .regex(
    new RegExp(`^[a-z][a-z0-9-]{4,28}[a-z0-9]@${PROJECT}\\.iam\\.gserviceaccount\\.com$`),
    'the address of a service account: …@….iam.gserviceaccount.com',
  );
const role = z
  .string()
  .regex(
    new RegExp(`^(roles/[A-Za-z0-9.]+|projects/${PROJECT}/roles/[A-Za-z0-9_.]+)$`),
    'a role, such as roles/bigquery.dataViewer',
  );
const bucket = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'the name of a bucket');

const Dns = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('zone'),
        zoneId: resource('managedZones/*', 'a managed zone of Cloud DNS'),
      })
      .describe('A public zone of Cloud DNS, in which the records are made'),
    z
      .strictObject({ kind: z.literal('elsewhere') })
      .describe('`cove up` prints the records, waits, and goes on'),
  ])
  .describe('Who serves the public name');

const Certificate = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('managed') })
      .describe('Made and renewed by Certificate Manager, proven through DNS'),
    z
      .strictObject({
        kind: z.literal('given'),
        certificateId: resource('locations/*/certificates/*', 'a certificate of Certificate Manager'),
      })
      .describe('A certificate that you have uploaded to Certificate Manager'),
  ])
  .default({ kind: 'managed' })
  .describe('Where the certificate of the public name comes from');

const Connection = z
  .strictObject({
    cidr: cidr.describe('The other network'),
    via: network('a network').describe('The network to peer with'),
  })
  .describe('Another network that this one is connected with');

const isPrivate = z
  .boolean()
  .default(false)
  .describe(
    'No way to the internet at all: Google’s services on their private addresses; needs machineImages and an internal address',
  );

const Dedicated = z
  .strictObject({
    kind: z.literal('dedicated'),
    cidr: cidr.default('10.20.0.0/16').describe('Its addresses, /16 to /22, unused in your company'),
    private: isPrivate,
    connections: z.array(Connection).default([]).describe('Other networks that this one is connected with'),
  })
  .describe('A network of its own');

/** A network of the stack's own, or one that is there with what is `known` of it. */
const networkOf = <K extends z.core.$ZodLooseShape>(known: K) =>
  z
    .discriminatedUnion('kind', [
      Dedicated,
      z
        .strictObject({
          kind: z.literal('existing'),
          networkId: network('a network'),
          ...known,
          serviceAccess: z
            .boolean()
            .default(false)
            .describe('Whether it has Private Service Access already; otherwise a connection is made'),
          googleNames: z
            .boolean()
            .default(false)
            .describe(
              'In private mode: whether googleapis.com, pkg.dev and gcr.io lead to Google’s restricted addresses there already; otherwise private zones and a route are made',
            ),
          private: isPrivate,
        })
        .describe('A network that is there already; it is looked at before anything is made'),
    ])
    .prefault({ kind: 'dedicated' })
    .describe('The network');

const workersSubnet = subnet('a subnet').describe('Of workers, with a way out or Private Google Access');
const Network = networkOf({
  subnetIds: z
    .strictObject({
      appHost: subnet('a subnet').describe(
        'Of the application host, with a way out or Private Google Access',
      ),
      workers: workersSubnet,
      proxies: subnet('a proxy-only subnet')
        .optional()
        .describe(
          'Of the load balancer’s proxies (purpose REGIONAL_MANAGED_PROXY). Needed where access is internal',
        ),
    })
    .describe('Its subnets, by what lives there'),
});
export const WorkersNetwork = networkOf({
  subnetIds: z
    .strictObject({
      scaler: subnet('a subnet').describe('Of the scaler, with a way out or Private Google Access'),
      workers: workersSubnet,
    })
    .describe('Its subnets, by what lives there'),
});

const Vault = cloudVault(
  resource('secrets/*', 'a secret of Secret Manager').describe(
    'Secret with the login of an operator’s AppRole: {"role_id": "…", "secret_id": "…"}',
  ),
);

const Environment = z
  .strictObject({
    ...cloudEnvironment,
    machineType: machineType.describe('Such as n2-standard-4, or g2-standard-4 with a GPU'),
    gpu: z
      .strictObject({
        type: z
          .string()
          .regex(/^nvidia-[a-z0-9-]+$/, 'a type of GPU such as nvidia-tesla-t4')
          .describe('Such as nvidia-tesla-t4'),
        count: z.literal([1, 2, 4, 8]).default(1).describe('How many'),
      })
      .optional()
      .describe('GPUs that are added to an N1 machine; a2, a3, g2 and the like have theirs by type'),
  })
  .describe('A kind of machine that jobs are queued for');

const ServiceAccount = z
  .strictObject({
    name: slug.max(32).describe('What environments call it by'),
    account: account
      .optional()
      .describe('One that is there already, instead of making one; what it may do is then yours'),
    roles: z.array(role).default([]).describe('Roles it gets in the project'),
    readBuckets: z.array(bucket).default([]).describe('Buckets it may read'),
    writeBuckets: z.array(bucket).default([]).describe('Buckets it may read and write'),
  })
  .refine(
    ({ account, roles, readBuckets, writeBuckets }) =>
      account === undefined || [...roles, ...readBuckets, ...writeBuckets].length === 0,
    'either `account`, whose rights are yours, or `roles`, `readBuckets` and `writeBuckets` of one that is made',
  )
  .describe('Who jobs may act as: a service account of this name');

const Mount = z
  .strictObject({
    ...mount,
    export: z
      .string()
      .regex(/^[a-z0-9.-]+:\/[A-Za-z0-9._-]+$/, 'an NFS export, such as 10.0.0.2:/share')
      .optional()
      .describe('NFS export that is there already. Left out: a Filestore is made, and protected'),
    sizeGb: z.int().min(1024).max(65_536).default(1024).describe('Size of a Filestore that is made, in GiB'),
  })
  .describe('A shared file system');

const EndpointHosts = z
  .strictObject({
    machineType: machineType.default('n2-standard-2').describe('Machine type of each'),
    count: z.int().min(1).max(20).default(2).describe('How many'),
    diskGb: z.int().min(30).max(16_000).default(80).describe('Disk of each, in GiB'),
  })
  .describe('Machines for deployed endpoints, apart from the application host');

/** What locked-down projects have for any stack. */
export const gcpGiven = {
  workerAccount: account
    .optional()
    .describe('Service account without any role that workers prove themselves by, instead of making one'),
  kmsKey: resource('locations/*/keyRings/*/cryptoKeys/*', 'a key of Cloud KMS')
    .optional()
    .describe('Key that encrypts disks, databases and buckets. Left out: one is made'),
  firewall: z
    .boolean()
    .default(false)
    .describe('Whether the firewall rules are there already and yours; otherwise they are made'),
};

const Given = z
  .strictObject({
    appHostAccount: account
      .optional()
      .describe('Service account of the application host, with its roles, instead of making one'),
    ...gcpGiven,
  })
  .prefault({})
  .describe('For locked-down projects: what is there already and is not made');

/** Where a stack lives, and what every machine of jobs in it has, whether it is an installation or joins one. */
export const gcpWorkers = {
  target: z.literal('gcp').describe('Where it lives'),
  projectId: z
    .string()
    .regex(new RegExp(`^${PROJECT}$`), 'the id of a project (not its number), such as ml-platform-1234')
    .describe('The project; a login to another one is refused'),
  region: z.string().describe('Such as europe-west4'),
  environments: z
    .array(Environment)
    .min(1)
    .prefault([{ slug: 'small', name: 'Small machine', machineType: 'n2-standard-4' }])
    .describe('Kinds of machine that jobs are queued for'),
  serviceAccounts: z.array(ServiceAccount).default([]).describe('Who jobs may act as'),
  mounts: z.array(Mount).default([]).describe('Shared file systems'),
  jobAccess: JobAccess,
};

/** Machine images of workers, wherever they are made. */
export const gcpWorkerImages = {
  worker: image.optional().describe('With Docker. Left out: Ubuntu 24.04'),
  gpuWorker: image
    .optional()
    .describe('With Docker, driver and toolkit. Left out: Google’s Deep Learning image'),
};

/** A project of Google Cloud. */
export const GcpConfig = z
  .strictObject({
    ...gcpWorkers,
    dns: Dns,
    ...cloudInstallation,
    certificate: Certificate,
    network: Network,
    appHost: z
      .strictObject({
        machineType: machineType.optional().describe('Left out: n2-standard-4, in dev e2-standard-2'),
        diskGb: z.int().min(30).max(16_000).optional().describe('In GiB. Left out: 80'),
      })
      .prefault({})
      .describe('The machine of the application. In prod at least 4 vCPU, 16 GiB and 80 GiB of disk'),
    database: z
      .strictObject({
        tier: z
          .string()
          .regex(
            /^db-(custom-\d+-\d+|f1-micro|g1-small)$/,
            'a tier such as db-custom-2-8192 (vCPUs, and memory in MiB)',
          )
          .optional()
          .describe('Left out: db-custom-2-8192, in dev db-custom-1-3840'),
        diskGb: z
          .int()
          .min(10)
          .max(65_536)
          .optional()
          .describe('In GiB; grows by itself. Left out: 80, in dev 20'),
        version: databaseVersion,
        highAvailability: highAvailability('A standby'),
      })
      .prefault({})
      .describe('PostgreSQL (Cloud SQL). In prod at least 2 vCPU, 8 GiB and 80 GiB of disk'),
    queue: z
      .strictObject({
        memoryGb: z.int().min(1).max(300).optional().describe('In GiB. Left out: 8, in dev 1'),
        highAvailability: highAvailability('A replica'),
      })
      .prefault({})
      .describe('Redis (Memorystore). In prod at least 8 GiB'),
    storage: cloudStorage('Cloud Storage'),
    vault: Vault,
    machineImages: z
      .strictObject({
        appHost: image.optional().describe('Ubuntu with Docker. Left out: Ubuntu 24.04'),
        ...gcpWorkerImages,
      })
      .prefault({})
      .describe('Machine images of your own; needed in private mode (docs/gcp.md has the recipe)'),
    endpointHosts: EndpointHosts.optional(),
    registries: z
      .array(resource('locations/*/repositories/*', 'a repository of Artifact Registry'))
      .default([])
      .describe('Repositories of Artifact Registry with images of jobs that workers may pull'),
    given: Given,
  })
  .describe('An installation in a project of Google Cloud');

export type GcpConfig = z.infer<typeof GcpConfig>;

/** What no single key shows. */
export function checkGcp(config: GcpConfig, complain: Complain): void {
  checkWorkers(config, complain);
  checkLabels(config, complain);
  checkGcpNetwork(config, complain);
  checkGcpMachines(config, complain);
}

/** Google Cloud has labels where others have tags. Source: Resource Manager, "Requirements for labels". */
export function checkLabels({ tags }: Pick<GcpConfig, 'tags'>, complain: Complain): void {
  for (const [key, value] of Object.entries(tags)) {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value))
      complain(
        ['tags', key],
        `is "${value}"; labels of Google Cloud have small letters, digits, _ and - alone, 63 at most`,
      );
  }
}
