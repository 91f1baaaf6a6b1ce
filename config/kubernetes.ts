/** The target `kubernetes`: two namespaces of a cluster that is there already. */
import { z } from 'zod';
import type { Complain } from './checks/complain.ts';
import { repeated, unknownAccounts } from './checks/environments.ts';
import { checkKubernetesSizes } from './checks/kubernetes-sizes.ts';
import { absolute, cloudEnvironment, cloudInstallation, imageReference, port, slug } from './parts.ts';

/** RFC 1123: names of namespaces, Secrets, classes. */
const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'a name of Kubernetes: small letters, digits, hyphens and dots');
export const namespace = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'the name of a namespace');
const host = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/i, 'a host name or an address');
const annotations = z.record(z.string().min(1), z.string()).default({});
const cpus = z.number().min(0.1).max(512);
const gib = z.int().min(1).max(24_576);
const diskGb = z.int().min(1).max(65_536);
const storageClass = objectName.optional().describe('Left out: the cluster’s default');
const certificateAuthority = absolute
  .optional()
  .describe('PEM file of the authority that signed its certificate. Left out: a public one');

const Dns = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('elsewhere') })
      .describe('`cove up` prints the record that leads to the cluster'),
    z
      .strictObject({ kind: z.literal('externalDns') })
      .describe('ExternalDNS runs in the cluster and makes the record'),
  ])
  .default({ kind: 'elsewhere' })
  .describe('Who serves the public name');

const Certificate = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('managed'),
        issuer: objectName.describe('Its name'),
        issuerKind: z.enum(['ClusterIssuer', 'Issuer']).default('ClusterIssuer').describe('Its kind'),
      })
      .describe('Made and renewed by cert-manager, which runs in the cluster'),
    z
      .strictObject({ kind: z.literal('given'), secret: objectName })
      .describe('A Secret of type kubernetes.io/tls in the namespace of the platform'),
  ])
  .describe('Where the certificate of the public name comes from');

const Ingress = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('gateway'),
        class: objectName.describe('A GatewayClass'),
        namespace: namespace.describe('Where its proxies run: pods from there may reach the API'),
        annotations: annotations.describe('On the Gateway, for what only its controller knows'),
      })
      .describe('A Gateway of its own (Gateway API)'),
    z
      .strictObject({
        kind: z.literal('ingress'),
        class: objectName.describe('An IngressClass'),
        namespace: namespace.describe('Where its proxies run: pods from there may reach the API'),
        annotations: annotations.describe(
          'On the Ingress: redirect from port 80, idle time of at least 300 s, TLS 1.2, who may come',
        ),
      })
      .describe('An Ingress'),
  ])
  .describe('How requests come into the cluster');

const Registry = z
  .strictObject({
    repository: z
      .string()
      .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/, 'registry and path, such as registry.example.org/cove')
      .describe('Where `cove up` puts the installation’s images, and nodes pull them'),
    loginFile: absolute
      .optional()
      .describe('On your machine: {"username": …, "password": …} that may push. Left out: none is needed'),
    pullSecret: objectName
      .optional()
      .describe(
        'A Secret of type kubernetes.io/dockerconfigjson in both namespaces. Left out: none is needed',
      ),
    jobPullSecrets: z
      .array(objectName)
      .default([])
      .describe(
        'Secrets of type kubernetes.io/dockerconfigjson in the namespace of jobs, by which the images of jobs are pulled',
      ),
  })
  .describe('The registry of the cluster');

const State = z
  .strictObject({
    url: z
      .string()
      .regex(/^(s3|file):\/\/./, 'an address such as s3://bucket?region=eu-central-1')
      .describe(
        'A versioned bucket of S3 or of anything that speaks its protocol (add endpoint=https://…), or a folder',
      ),
    secretsProvider: z
      .string()
      .regex(
        /^((awskms|gcpkms|azurekeyvault|hashivault):\/\/.+|passphrase)$/,
        'a key such as awskms://alias/cove',
      )
      .default('passphrase')
      .describe(
        'Who encrypts the secrets in it; `passphrase`: ~/.cove/<name>/keys/passphrase, made at the first run, which you hand to colleagues',
      ),
  })
  .describe('Where the state of the installation is kept, for all who work on it');

const Database = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('own'),
        image: imageReference.describe('PostgreSQL 16 or 17, official image, by digest'),
        cpus: cpus.optional().describe('Left out: 2, in dev 0.5'),
        memoryGb: gib.optional().describe('In GiB. Left out: 8, in dev 1'),
        diskGb: diskGb.optional().describe('In GiB. Left out: 80, in dev 20'),
        storageClass,
      })
      .describe('One pod with a volume, and a dump of it every night'),
    z
      .strictObject({
        kind: z.literal('existing'),
        host: host.describe('Its address'),
        port: port.default(5432).describe('Its port'),
        superuser: z.string().min(1).default('postgres').describe('Who may make databases and users'),
        passwordSecret: objectName.describe(
          'Secret in the namespace of the platform, with the key `password`',
        ),
        certificateAuthority,
      })
      .describe('A PostgreSQL 16 or 17 that you run, with TLS'),
  ])
  .describe('PostgreSQL. In prod at least 2 CPUs, 8 GiB and 80 GiB of disk');

const Queue = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('own'),
        image: imageReference.describe('Valkey 8 or Redis 7, official image, by digest'),
        cpus: cpus.optional().describe('Left out: 2, in dev 0.25'),
        memoryGb: gib.optional().describe('In GiB. Left out: 8, in dev 1'),
        diskGb: diskGb.optional().describe('In GiB. Left out: 20, in dev 5'),
        storageClass,
      })
      .describe('One pod with a volume; what it loses is made again from PostgreSQL'),
    z
      .strictObject({
        kind: z.literal('existing'),
        host: host.describe('Its address'),
        port: port.default(6379).describe('Its port'),
        adminUser: z.string().min(1).default('default').describe('Who may make users (ACL SETUSER)'),
        passwordSecret: objectName.describe(
          'Secret in the namespace of the platform, with the key `password`',
        ),
        certificateAuthority,
      })
      .describe('A Redis 7 or Valkey that you run, with TLS'),
  ])
  .describe('Redis or Valkey. In prod at least 2 CPUs and 8 GiB');

const buckets = {
  platformBucket: z.string().min(3).max(63).describe('For commit snapshots and logs'),
  dataBucket: z.string().min(3).max(63).describe('For what jobs make and people upload'),
  credentials: z
    .enum(['machine', 'vault'])
    .default('machine')
    .describe(
      '`machine`: the pods’ identity (appHost.identityAnnotations); `vault`: put there by `cove secret`',
    ),
};
const Storage = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('own'),
        diskGb: diskGb.optional().describe('In GiB. Left out: 500, in dev 50'),
        storageClass: objectName
          .optional()
          .describe(
            'One whose volumes several pods may write (ReadWriteMany). Left out: the cluster’s default',
          ),
      })
      .describe('A volume that several pods may write; the API serves it'),
    z
      .strictObject({
        kind: z.literal('s3'),
        ...buckets,
        region: z.string().min(1).describe('Such as eu-central-1'),
        endpoint: z
          .url({ protocol: /^https$/ })
          .optional()
          .describe('Left out: Amazon S3'),
      })
      .describe('Buckets of S3, or of anything that speaks its protocol'),
    z.strictObject({ kind: z.literal('gcs'), ...buckets }).describe('Buckets of Google Cloud Storage'),
    z
      .strictObject({
        kind: z.literal('azure'),
        ...buckets,
        account: z.string().min(3).max(24).describe('Name of the storage account'),
      })
      .describe('Containers of Azure Blob Storage'),
  ])
  .default({ kind: 'own' })
  .describe('Object storage');

const Vault = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('own') })
      .describe('OpenBao in the cluster; it keeps itself in PostgreSQL'),
    z
      .strictObject({
        kind: z.literal('existing'),
        address: z.url({ protocol: /^https$/ }).describe('Such as https://vault.example.org:8200'),
        appRoleSecret: objectName.describe(
          'Secret in the namespace of the platform; its key `value` holds {"role_id": "…", "secret_id": "…"}',
        ),
        certificateAuthority,
      })
      .describe('A Vault or OpenBao that you run'),
  ])
  .default({ kind: 'own' })
  .describe('Where secrets are kept');

const Toleration = z.strictObject({
  key: z.string().min(1),
  operator: z.enum(['Exists', 'Equal']).default('Exists'),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
});

const Mount = z.strictObject({
  claim: objectName.describe('A PersistentVolumeClaim in the namespace of jobs, such as one of NFS'),
  path: absolute.describe('Where jobs find it'),
  readOnly: z.boolean().default(true).describe('Whether jobs may only read it'),
});

const Environment = z
  .strictObject({
    ...cloudEnvironment,
    cpus: cpus.default(4).describe('Of each job'),
    memoryGb: gib.default(16).describe('Of each job, in GiB'),
    gpus: z.int().min(0).max(16).default(0).describe('Of each job (nvidia.com/gpu)'),
    storageClass,
    nodeSelector: z.record(z.string(), z.string()).default({}).describe('Labels of the nodes it runs on'),
    tolerations: z.array(Toleration).default([]).describe('Taints of nodes that it bears'),
    mounts: z.array(Mount).default([]).describe('Volumes that its jobs share'),
  })
  .describe('A kind of machine that jobs are queued for');

const EndpointHosts = z
  .strictObject({
    count: z.int().min(1).max(20).default(2).describe('How many'),
    cpus: cpus.default(2).describe('Of each'),
    memoryGb: gib.default(4).describe('Of each, in GiB'),
    diskGb: diskGb.default(80).describe('Volume of each, in GiB'),
    storageClass,
    nodeSelector: z.record(z.string(), z.string()).default({}).describe('Labels of the nodes they run on'),
    tolerations: z.array(Toleration).default([]).describe('Taints of nodes that they bear'),
  })
  .describe('Pods for deployed endpoints, apart from the platform and from the workers');

const ServiceAccount = z
  .strictObject({
    name: slug.max(32).describe('What environments call it by'),
    annotations: annotations.describe('By which your cloud gives it an identity'),
  })
  .describe('Who jobs may act as: a ServiceAccount of this name, without any right in the cluster');

export const network = {
  private: z
    .boolean()
    .default(false)
    .describe(
      'Platform and jobs reach addresses of private networks alone (RFC 1918), and nothing of the internet',
    ),
};

/** What an installation and a worker stack both have. */
export const kubernetesWorkers = {
  target: z.literal('kubernetes').describe('Where it lives'),
  context: z
    .string()
    .min(1)
    .describe('A context of your kubeconfig; whatever else is the current one is not touched'),
  state: State,
  registry: Registry,
  network: z.strictObject(network).prefault({}).describe('What pods may reach'),
  environments: z
    .array(Environment)
    .min(1)
    .prefault([{ slug: 'small', name: 'Small machine' }])
    .describe('Kinds of machine that jobs are queued for'),
  serviceAccounts: z.array(ServiceAccount).default([]).describe('Who jobs may act as'),
  given: z
    .strictObject({
      namespaces: z
        .strictObject({ platform: namespace, jobs: namespace })
        .optional()
        .describe(
          'Namespaces that are there already, with Pod Security `restricted`, instead of making them',
        ),
    })
    .prefault({})
    .describe('For locked-down clusters: what is there already and is not made'),
};

/** Kubernetes has no bill, and its owner gathers logs and alarms for everything that runs in it. */
const {
  access: _access,
  budget: _budget,
  alarms: _alarms,
  logDays: _logDays,
  ...installation
} = cloudInstallation;

/** Namespaces of a cluster. */
export const KubernetesConfig = z
  .strictObject({
    ...kubernetesWorkers,
    dns: Dns,
    ...installation,
    certificate: Certificate,
    ingress: Ingress,
    appHost: z
      .strictObject({
        cpus: cpus.optional().describe('Left out: 4, in dev 1'),
        memoryGb: gib.optional().describe('In GiB. Left out: 16, in dev 3'),
        identityAnnotations: annotations.describe(
          'On the ServiceAccounts of API and scheduler: by which your cloud gives them an identity',
        ),
      })
      .prefault({})
      .describe('API, scheduler and Vault together. In prod at least 4 CPUs and 16 GiB'),
    database: Database,
    queue: Queue,
    storage: Storage,
    vault: Vault,
    endpointHosts: EndpointHosts.optional(),
  })
  .describe('An installation in a Kubernetes cluster');

export type KubernetesConfig = z.infer<typeof KubernetesConfig>;

/** What no single key shows. */
export function checkKubernetes(config: KubernetesConfig, complain: Complain): void {
  checkKubernetesPlace(config, complain);
  checkKubernetesSizes(config, complain);
}

type Place = Pick<KubernetesConfig, 'environments' | 'serviceAccounts' | 'reachable' | 'given' | 'tags'>;

/** Of an installation, and of a worker stack. */
export function checkKubernetesPlace(config: Place, complain: Complain): void {
  repeated(config.environments, 'slug', ['environments'], 'an environment', complain);
  repeated(config.serviceAccounts, 'name', ['serviceAccounts'], 'a service account', complain);
  repeated(config.reachable, 'name', ['reachable'], 'an entry', complain);
  unknownAccounts(config.environments, config.serviceAccounts, complain);
  config.serviceAccounts.forEach(({ name }, index) => {
    if (['job', 'worker', 'default'].includes(name))
      complain(
        ['serviceAccounts', index, 'name'],
        `is "${name}", which is one of the installation's own; choose another`,
      );
  });
  config.environments.forEach(({ mounts }, index) => {
    mounts.forEach(({ path }, mount) => {
      if (TAKEN.test(path))
        complain(
          ['environments', index, 'mounts', mount, 'path'],
          `is "${path}", where jobs have folders of their own; choose another, such as /mnt/data`,
        );
    });
    repeated(mounts, 'path', ['environments', index, 'mounts'], 'a mount', complain);
  });
  const { namespaces } = config.given;
  if (namespaces !== undefined && namespaces.platform === namespaces.jobs)
    complain(
      ['given', 'namespaces', 'jobs'],
      `is ${namespaces.jobs}, as the platform's; jobs are other people's programs and need a namespace of their own`,
    );
  for (const [key, value] of Object.entries(config.tags))
    if (!LABEL.test(key) || (value !== '' && !LABEL.test(value)))
      complain(
        ['tags', key],
        `is "${value}"; a label has at most 63 letters, digits, hyphens, dots and underscores, in key and value`,
      );
}

const TAKEN = /^\/((valohai|cove|dev|proc|sys|tmp)(\/.*)?)?$/;
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
