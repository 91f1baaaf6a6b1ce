/**
 * What the platform's processes are told at start: one JSON file, named by `--settings FILE`, parsed once.
 * It holds no secret: each service logs in to Vault as itself and reads what it needs (design 3, 13).
 * `components/` imports only the types, so that a setting a stack forgets does not compile.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** How a process proves who it is to Vault: an AppRole whose secret-id lies in a 0600 file. */
const VaultLogin = z.strictObject({
  /** Base address, e.g. `http://127.0.0.1:8200`. */
  address: z.url(),
  /** PEM file of the authority that signed Vault's certificate; absent on loopback. */
  caFile: z.string().optional(),
  /** File with `{"role_id": "…", "secret_id": "…"}`, readable by this service alone. */
  appRoleFile: z.string(),
});

/** TLS towards PostgreSQL or Redis. Certificate and host name are always verified. */
const Tls = {
  tls: z.boolean().default(false),
  /** PEM file of the authorities to trust for this server alone. Without: the public ones. */
  caFile: z.string().optional(),
  /** Authorities that ship with the application: `aws-rds`, those of Amazon RDS in every region. */
  authorities: z.enum(['aws-rds']).optional(),
};

/** Where PostgreSQL is; the password comes from Vault. */
const Database = z.strictObject({
  host: z.string(),
  port: z.int(),
  name: z.string(),
  user: z.string(),
  ...Tls,
});

/** Where Redis is; the password comes from Vault. */
const Queue = z.strictObject({
  host: z.string(),
  port: z.int(),
  user: z.string(),
  ...Tls,
});

/** Two buckets: what the platform keeps for itself (snapshots, logs), and people's data (outputs, uploads). */
const Buckets = { platformBucket: z.string().min(1), dataBucket: z.string().min(1) };
/**
 * `machine`: the machine's own identity, found by the SDK's default chain. `vault`: what an operator put at
 * `services/<role>` as `storage_credentials`, a JSON text whose form `app/platform/storage/<kind>.ts` tells.
 */
const credentials = z.enum(['machine', 'vault']).default('machine');

/** Object storage. `fs`: a folder whose signed URLs the API serves itself (design 6). The SDK of a kind is loaded only for it. */
const Storage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fs'), folder: z.string() }),
  z.strictObject({
    kind: z.literal('s3'),
    ...Buckets,
    region: z.string(),
    /** Address of an S3-compatible server, asked with path style. Without: Amazon S3 in the region. */
    endpoint: z.url().optional(),
    credentials,
  }),
  z.strictObject({
    kind: z.literal('gcs'),
    ...Buckets,
    /** Without: Google's. */
    endpoint: z.url().optional(),
    credentials,
  }),
  z.strictObject({
    kind: z.literal('azure'),
    /** Containers of the account. */
    ...Buckets,
    /** Name of the storage account. */
    account: z.string(),
    /** Without: `https://<account>.blob.core.windows.net`. */
    endpoint: z.url().optional(),
    credentials,
  }),
]);
export type StorageSettings = z.infer<typeof Storage>;

/** How a process reaches the world where a company's own authorities and proxy stand between. */
const Outbound = {
  /** PEM files of authorities to trust beside the public ones, for every connection the process makes. */
  certificateAuthorityFiles: z.array(z.string()).optional(),
  proxy: z
    .strictObject({
      /** `http://proxy.example.com:3128`; for HTTP and HTTPS alike. */
      url: z.url(),
      /** Reached directly: host names, `.suffixes`, addresses, CIDRs; loopback always is. */
      noProxy: z.array(z.string()).default([]),
    })
    .optional(),
};
export type ProxySettings = NonNullable<z.infer<z.ZodObject<typeof Outbound>>['proxy']>;

const Service = {
  installation: z.string(),
  ...Outbound,
  vault: VaultLogin,
  database: Database,
  queue: Queue,
  storage: Storage,
};

/** What of the cloud makes a machine's proof hold; `certificateFile`, `keysUrl`: in place of what the cloud publishes. */
const MachineProof = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('aws'),
    accountId: z.string(),
    region: z.string(),
    certificateFile: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('gcp'),
    projectId: z.string(),
    /** The API's public address: a token that was made for another service is worth nothing here. */
    audience: z.string(),
    keysUrl: z.url().optional(),
  }),
  z.strictObject({
    kind: z.literal('azure'),
    subscriptionId: z.string(),
    /** Where its scale sets are; without: a machine's group cannot be asked for. */
    resourceGroup: z.string().optional(),
    /** PEM files of authorities that sign for Azure, where its documents do not bring them. */
    authorityFiles: z.array(z.string()).optional(),
  }),
  z.strictObject({
    kind: z.literal('kubernetes'),
    audience: z.string(),
    namespace: z.string(),
    /** Who signs, and where the keys are. Without: as the cluster tells in which the API runs. */
    issuer: z.string().optional(),
    keysUrl: z.url().optional(),
  }),
]);

/** A registry that lets this machine's identity in; `endpoint`: of the service that gives the login. */
const RegistryLogin = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('aws'),
    host: z.string(),
    region: z.string(),
    endpoint: z.url().optional(),
  }),
  z.strictObject({ kind: z.literal('gcp'), host: z.string() }),
  z.strictObject({ kind: z.literal('azure'), host: z.string(), clientId: z.string().optional() }),
  z.strictObject({ kind: z.literal('none') }),
]);
export type RegistryLoginSettings = z.infer<typeof RegistryLogin>;

/** How machines join by themselves (`POST /api/worker/v1/join`), and what they run then. */
const Join = z.strictObject({
  proof: MachineProof,
  /** The platform's image, by digest, and how they may pull it: with a login of the API's own, which may only pull. */
  image: z.string(),
  registry: RegistryLogin,
  /** A machine that has been there for longer, and never joined, is refused. */
  withinMinutes: z.int().min(1).default(60),
  /** Of the cloud's service that tells a machine's group; without: the cloud's own. */
  endpoint: z.url().optional(),
});
export type JoinSettings = z.infer<typeof Join>;

/** `app/main.ts api` */
export const ApiSettings = z.strictObject({
  role: z.literal('api'),
  ...Service,
  /** The address people and clients use, without a trailing slash; used in mails and where no request is at hand. */
  publicUrl: z.url(),
  /** Plain HTTP listener (Valohai's port). */
  http: z.strictObject({ host: z.string(), port: z.int() }),
  /** HTTP/2 listener; absent behind a load balancer. */
  https: z
    .strictObject({ host: z.string(), port: z.int(), certificateFile: z.string(), keyFile: z.string() })
    .optional(),
  /** Folder for Git mirrors and uploads under way; may be emptied at any time. */
  scratch: z.string(),
  /** Folder of the bare repository of the example project, served at `/git/example.git`. */
  exampleRepository: z.string().optional(),
  /**
   * Git hosts within internal networks that may be fetched from: `host`, `host:port`, or the beginning of an address.
   * All others there are refused; public ones need no entry.
   */
  trustedGitUrls: z.array(z.string().min(1)).optional(),
  /** The same for addresses of data stores: `host`, `host:port`, or the beginning of an address. */
  trustedStoreHosts: z.array(z.string().min(1)).optional(),
  /** Hosts within internal networks, as `host` or `host:port`, that workers may fetch inputs from. */
  trustedInputHosts: z.array(z.string().min(1)).optional(),
  /** Absent: an operator makes every worker's token. */
  join: Join.optional(),
});

/** `app/main.ts scheduler` */
export const SchedulerSettings = z.strictObject({ role: z.literal('scheduler'), ...Service });

/** A job as a pod of its own, beside the worker's. */
const Pod = z.strictObject({
  namespace: z.string(),
  /** Of each job. */
  cpus: z.number(),
  memoryGb: z.number(),
  gpus: z.int(),
  serviceAccount: z.string(),
  /** Who it runs as; the worker is the same, for they share files. */
  user: z.int(),
  labels: z.record(z.string(), z.string()),
  tolerations: z.array(z.record(z.string(), z.string())),
  /** Volumes that jobs share: a PersistentVolumeClaim each, and where it is found. */
  mounts: z.array(z.strictObject({ claim: z.string(), path: z.string(), readOnly: z.boolean() })),
});
export type PodSettings = z.infer<typeof Pod>;

/** A folder of the machine, or an NFS export `host:/path`, that a step may mount when it names just that. */
const AllowedMount = z.strictObject({ source: z.string().min(1), readOnly: z.boolean() });
export type AllowedMount = z.infer<typeof AllowedMount>;

/** `app/main.ts worker`. A worker knows the API's address and its own token, nothing else. */
export const WorkerSettings = z.strictObject({
  role: z.literal('worker'),
  name: z.string(),
  ...Outbound,
  apiUrl: z.url(),
  /** PEM file of the authority that signed the API's certificate; absent on loopback or with a public one. */
  caFile: z.string().optional(),
  /** 0600 file with the worker's token. */
  tokenFile: z.string(),
  /** Job folders, spool and input cache. */
  folder: z.string(),
  /** Which executors this machine offers. */
  executors: z.array(z.enum(['docker', 'process', 'kubernetes'])).min(1),
  /** File with what this machine proves itself by: it joins at its start, and keeps its token in `tokenFile`. */
  proofFile: z.string().optional(),
  /** What it joins with at its start in place of a proof (`cove worker join`). */
  joinCode: z.string().optional(),
  /** Worker stack that it belongs to, when it joins; absent: the installation's own. */
  stack: z.string().optional(),
  /** What a job's own pod gets, where the executor is `kubernetes`. */
  pod: Pod.optional(),
  /** Jobs run at the same time. */
  slots: z.int().min(1).default(1),
  /** Docker Engine's socket. */
  dockerSocket: z.string().default('/var/run/docker.sock'),
  /** Folders that jobs of the executor `process` find empty, beside the worker's own: what else this machine keeps for itself. */
  hidden: z.array(z.string()).optional(),
  /** What steps may mount, where the executor is `docker`. Absent: nothing. */
  mounts: z.array(AllowedMount).optional(),
  /** True where only the API's port is open to this machine: doorbell, stops and live log go through it (design 5). */
  relay: z.boolean().default(false),
  /** Where people find what a job opens (SSH, notebooks). Without: told from `apiUrl`. */
  doors: z.strictObject({ listen: z.string(), address: z.string() }).optional(),
  /** Ports that people reach there, where its network lets them in on some alone. Absent: nobody is let in, or everywhere. */
  doorPorts: z.strictObject({ from: z.int(), to: z.int() }).optional(),
  /** The machine as its cloud names it, where the platform starts and ends machines. */
  machine: z
    .strictObject({
      cloud: z.enum(['aws', 'gcp', 'azure', 'kubernetes']),
      instanceId: z.string(),
      /** Whether the cloud may take it back, of which it tells the machine a little before. */
      spot: z.boolean().default(false),
      /** The metadata service, where it is not at its usual address. */
      metadataUrl: z.url().optional(),
    })
    .optional(),
});

/** A secret in the cloud's secret store, and the 0600 file in which everything here reads it. */
const StoredSecret = z.strictObject({
  file: z.string(),
  /** Kubernetes: `secret/key`. AWS: ARN or name. Google Cloud: `projects/P/secrets/S`. Azure: the secret's name. */
  secret: z.string(),
  /** Where the entry holds a JSON object: the field to take. */
  field: z.string().optional(),
  /** Empty at first: bootstrap writes it. */
  written: z.boolean().default(false),
});
const stored = {
  entries: z.array(StoredSecret),
  /**
   * The entry in which the stack keeps the environments (`StoredEnvironments`), for a host that must not be made anew
   * for another one. `file`: where those lie that were taken over last.
   */
  environments: z.strictObject({ file: z.string(), secret: z.string() }).optional(),
};
/** Where secrets lie that must outlive the host. Absent: in their files alone. */
const SecretStore = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('aws'), region: z.string(), endpoint: z.url().optional(), ...stored }),
  z.strictObject({ kind: z.literal('gcp'), endpoint: z.url().optional(), ...stored }),
  z.strictObject({
    kind: z.literal('azure'),
    vaultUrl: z.url(),
    /** Of the managed identity, where the machine has several. */
    clientId: z.string().optional(),
    ...stored,
  }),
  /** Secrets of a namespace, by the pod's service account. */
  z.strictObject({ kind: z.literal('kubernetes'), namespace: z.string(), ...stored }),
]);
export type SecretStoreSettings = z.infer<typeof SecretStore>;

/** The queue's users. `acl`: bootstrap makes them, as the administrator. */
const AclUsers = z.strictObject({
  kind: z.literal('acl'),
  adminUser: z.string(),
  adminPasswordFile: z.string(),
});
const GivenUser = z.strictObject({ user: z.string(), passwordFile: z.string() });
const QueueUsers = z.discriminatedUnion('kind', [
  AclUsers,
  /** The stack made them (a managed Redis forbids `ACL SETUSER`): their passwords only go into Vault. */
  z.strictObject({
    kind: z.literal('managed'),
    api: GivenUser,
    scheduler: GivenUser,
    /** By slug. Workers of an environment that is not here have the API's relay. */
    environments: z.record(z.string(), GivenUser),
  }),
  /** A Redis without users: one password for API and scheduler; workers have the API's relay. */
  z.strictObject({ kind: z.literal('shared'), passwordFile: z.string() }),
]);
export type AclUsers = z.infer<typeof AclUsers>;

/** A cloud's group of machines, which the scheduler sizes. */
export const MachineGroup = z.discriminatedUnion('kind', [
  /** An Auto Scaling group. */
  z.strictObject({ kind: z.literal('aws'), region: z.string(), group: z.string() }),
  /** Jobs of a namespace, each made from the template in the ConfigMap `group`, and labelled with that name. */
  z.strictObject({
    kind: z.literal('kubernetes'),
    namespace: z.string(),
    group: z.string(),
    /** The most that there may be. */
    ceiling: z.int().min(1),
  }),
  /** A scale set. */
  z.strictObject({
    kind: z.literal('azure'),
    subscriptionId: z.string(),
    resourceGroup: z.string(),
    group: z.string(),
  }),
  /** A regional managed instance group. */
  z.strictObject({
    kind: z.literal('gcp'),
    projectId: z.string(),
    region: z.string(),
    group: z.string(),
    /** The most that there may be. */
    ceiling: z.int().min(1),
  }),
  /** The group of this name that a worker stack's scaler looks after. */
  z.strictObject({ kind: z.literal('workerStack'), stack: z.string(), group: z.string() }),
]);
export type MachineGroup = z.infer<typeof MachineGroup>;

export const EnvironmentSettings = z.strictObject({
  slug: z.string(),
  name: z.string(),
  description: z.string().default(''),
  executor: z.enum(['docker', 'process', 'kubernetes']),
  /** `endpoints`: its machines are for deployments, as many as the config says; no job is sent there. Left out: `jobs`. */
  purpose: z.enum(['jobs', 'endpoints']).optional(),
  /** What people read about its GPUs. */
  gpuSpec: z.string().default(''),
  /** Machines that the scheduler starts and ends; absent where they are somebody else's (design 12). */
  machines: z
    .strictObject({
      group: MachineGroup,
      machineType: z.string(),
      /** Jobs a machine runs at a time. */
      slots: z.int().min(1).default(1),
      spot: z.boolean().default(false),
      /** Never more machines than these, whatever is set in the application. */
      ceiling: z.int().min(1),
    })
    .optional(),
  /** Token files of the workers that serve it, written by bootstrap, 0600. */
  workers: z.array(z.strictObject({ name: z.string(), tokenFile: z.string() })).default([]),
});

export type EnvironmentSettings = z.infer<typeof EnvironmentSettings>;

/** `app/main.ts migrate`, `app/main.ts bootstrap`: the operator's idempotent program (design 13). */
export const BootstrapSettings = z.strictObject({
  role: z.literal('bootstrap'),
  installation: z.string(),
  ...Outbound,
  secretStore: SecretStore.optional(),
  /** A superuser's login; its password in a 0600 file. */
  database: z.strictObject({
    host: z.string(),
    port: z.int(),
    superuser: z.string(),
    superuserPasswordFile: z.string(),
    ...Tls,
    /** Application database and the one Vault stores itself in. */
    name: z.string(),
    vaultName: z.string(),
    vaultUser: z.string(),
    /** Absent where Vault is elsewhere, and keeps its storage itself. */
    vaultPasswordFile: z.string().optional(),
  }),
  queue: z.strictObject({
    host: z.string(),
    port: z.int(),
    users: QueueUsers,
    ...Tls,
  }),
  vault: z.strictObject({
    address: z.url(),
    caFile: z.string().optional(),
    /** 0600; recovery key, shown once, and the marker that initialisation was completed. */
    recoveryFile: z.string(),
    /** Vault's pid file, where it runs on this machine: lets bootstrap restart one that lost its very first answer. */
    pidFile: z.string().optional(),
    /** Where PostgreSQL's authorities are written for Vault, which cannot take them from the application. */
    databaseAuthorityFile: z.string().optional(),
    /** Where each identity's AppRole login is written, 0600: operator, api, scheduler. */
    appRoleFiles: z.strictObject({ operator: z.string(), api: z.string(), scheduler: z.string() }),
  }),
  administrator: z.strictObject({
    username: z.string(),
    email: z.string(),
    /** Name of the organisation that the administrator owns. */
    organization: z.string().default('cove'),
    /** Where the first username and password are written as JSON, 0600, besides Vault. */
    credentialFile: z.string().optional(),
  }),
  environments: z.array(EnvironmentSettings),
});

/** What the entry `secretStore.environments` holds, as JSON. */
export const StoredEnvironments = z.strictObject({
  environments: z.array(EnvironmentSettings),
  /** By slug, where the queue's users are `managed`; `entries`: where their passwords lie. */
  queueUsers: z.record(z.string(), GivenUser),
  entries: z.array(StoredSecret),
});
export type StoredEnvironments = z.infer<typeof StoredEnvironments>;

/** What `PUT /api/v0/worker-stacks/<name>/` is told, by the stack's own program. */
export const WorkerStackSettings = z.strictObject({
  /** By what machines there prove themselves. */
  proof: MachineProof,
  /** SHA-256, in hex, of what the scaler there proves itself by. */
  token_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Each with the group that the scaler sizes; machines join by their own proof. */
  environments: z.array(EnvironmentSettings.omit({ workers: true }).required({ machines: true })).min(1),
});
export type WorkerStackSettings = z.infer<typeof WorkerStackSettings>;

/** A worker stack's own small host: it tells the installation of the machines there, and does what is ordered (design 5). */
export const ScalerSettings = z.strictObject({
  role: z.literal('scaler'),
  /** Name of the worker stack. */
  name: z.string(),
  ...Outbound,
  /** The installation's public address. */
  apiUrl: z.url(),
  /** What it proves itself by at the API, 0600. */
  tokenFile: z.string(),
  /** Where that lies; fetched at its start. */
  secretStore: SecretStore.optional(),
  /** The groups that it may size; an order for another one is refused. */
  groups: z.array(MachineGroup),
});
export type ScalerSettings = z.infer<typeof ScalerSettings>;

export type ApiSettings = z.infer<typeof ApiSettings>;
export type SchedulerSettings = z.infer<typeof SchedulerSettings>;
export type WorkerSettings = z.infer<typeof WorkerSettings>;
export type BootstrapSettings = z.infer<typeof BootstrapSettings>;

export const Settings = z.discriminatedUnion('role', [
  ApiSettings,
  SchedulerSettings,
  WorkerSettings,
  BootstrapSettings,
  ScalerSettings,
]);
export type Settings = z.infer<typeof Settings>;

/** Reads and checks a settings file. Throws a readable error that names the file and the field. */
export function readSettings(file: string): Settings {
  const parsed = Settings.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
}

function readJson(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
}
