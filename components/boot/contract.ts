/**
 * What a host is told at its first boot, for any cloud: the arguments of `appHostDocument` and `workerDocument`.
 * All of it may be read by whoever may read the machine's user data, so nothing here is a secret: secrets are named
 * by where they lie in the cloud's secret store, and fetched with the machine's own identity.
 */
import type { ApiSettings, BootstrapSettings, ScalerSettings } from '../../app/settings.ts';

/** Where an entry lies: Kubernetes `secret/key`; AWS an ARN; Google `projects/P/secrets/S`; Azure the secret's name. `field`: of a JSON object. */
export interface SecretEntry {
  secret: string;
  field?: string | undefined;
}

/** The cloud's secret store, as this machine reaches it. */
export type SecretStoreKind =
  | { kind: 'aws'; region: string }
  | { kind: 'gcp' }
  | { kind: 'azure'; vaultUrl: string; clientId?: string | undefined }
  /** Secrets of a namespace. */
  | { kind: 'kubernetes'; namespace: string };

/** How this machine's Docker logs in to the registry that holds the installation's images. */
export type RegistryLogin =
  /** ECR, by Debian's and Ubuntu's `amazon-ecr-credential-helper`. `host`: `<account>.dkr.ecr.<region>.amazonaws.com`. */
  | { kind: 'aws'; host: string; region: string }
  /** Artifact Registry, by the machine's service account. */
  | { kind: 'gcp'; host: string }
  /** Azure Container Registry, by the machine's managed identity. */
  | { kind: 'azure'; host: string; clientId?: string | undefined }
  /** No login is needed. */
  | { kind: 'none' };

/** What both kinds of hosts have. */
export interface MachineBoot {
  installation: string;
  /**
   * Whether the operating system's packages (Docker, and what the registry login needs) are installed at boot. False
   * in private mode and where the machine image carries them: then nothing is fetched from outside.
   */
  installPackages: boolean;
  /** PEM texts of authorities to trust, besides the public ones: by the machine, its Docker and all our containers. */
  certificateAuthorities?: string[] | undefined;
  /** HTTP proxy for the machine, its Docker and all our containers. `noProxy`: what is reached without it. */
  proxy?: { http?: string; https?: string; noProxy: string[] } | undefined;
  /** NFS exports to mount: at `target` on this machine, for the environments whose jobs ask for them. */
  mounts?: { source: string; target: string; options?: string | undefined }[] | undefined;
  /** Where containers' output goes; absent: the machine's journal. */
  logs?: { kind: 'aws'; region: string; group: string } | { kind: 'gcp'; project: string } | undefined;
}

export interface AppHostBoot extends MachineBoot {
  /** `https://<publicName>` */
  publicUrl: string;
  /** Images by digest, in the installation's own registry. `vault` null: an existing Vault by address. */
  images: { platform: string; vault: string | null };
  registry: RegistryLogin;
  secretStore: SecretStoreKind;
  /** Entries the stack fills. */
  secrets: {
    databaseSuperuser: SecretEntry;
    /** Absent with an existing Vault. */
    vaultSeal?: SecretEntry | undefined;
    vaultDatabase?: SecretEntry | undefined;
  };
  /** Entries the stack makes empty and bootstrap fills. */
  written: Record<
    'vaultRecovery' | 'approleOperator' | 'approleApi' | 'approleScheduler' | 'administrator',
    SecretEntry
  >;
  database: {
    host: string;
    port: number;
    superuser: string;
    /** @default 'cove' */
    name?: string | undefined;
    /** Who signed its certificate: `aws-rds` (the bundle the image carries), public authorities, or a PEM text. Null: no TLS. */
    authority: 'aws-rds' | 'public' | { pem: string } | null;
  };
  queue: {
    host: string;
    port: number;
    authority: 'public' | { pem: string } | null;
    /**
     * `acl`: bootstrap makes the users, as `admin`. `managed`: the stack made them and set these passwords. `shared`: one
     * password for API and scheduler, and workers by the API's relay (a Redis without ACLs).
     */
    users:
      | { kind: 'acl'; admin: string; password: SecretEntry }
      | {
          kind: 'managed';
          api: { user: string; password: SecretEntry };
          scheduler: { user: string; password: SecretEntry };
        }
      | { kind: 'shared'; user: string; password: SecretEntry };
  };
  storage: ApiSettings['storage'];
  administrator: BootstrapSettings['administrator'];
  /** The entry that the stack fills with `environmentsText`: its changes need no other host. */
  environments: SecretEntry;
  trustedGitUrls?: string[] | undefined;
  trustedStoreHosts?: string[] | undefined;
  trustedInputHosts?: string[] | undefined;
  /** How workers' machines prove themselves; image and registry are this host's own. */
  join?: { proof: NonNullable<ApiSettings['join']>['proof']; withinMinutes?: number } | undefined;
  /** A Vault that does not run on this host: an existing one, or in a cluster our own; absent: our own, on this host. */
  vault?: { address: string; authority: 'public' | { pem: string } } | undefined;
}

/** In a cluster bootstrap is a Job, which other environments make anew: so it is told of them at once. */
export interface ClusterBoot extends Omit<AppHostBoot, 'environments'> {
  environments: BootstrapSettings['environments'];
}

/** The small host of a worker stack. */
export interface ScalerBoot extends MachineBoot, Pick<ScalerSettings, 'apiUrl' | 'groups'> {
  /** The platform's image by digest, in the stack's own registry. */
  image: string;
  registry: RegistryLogin;
  secretStore: SecretStoreKind;
  /** The entry with its token at the installation's API. */
  token: SecretEntry;
}

export interface WorkerBoot extends MachineBoot {
  /** Slug of the environment this group serves; only for the machine's own log, the API knows it from the group. */
  environment: string;
  /** Address of the API, e.g. `https://cove.example.com`. */
  apiUrl: string;
  /** By what the machine proves itself; must be what the API's `join` settings ask for. */
  proof: { kind: 'aws' } | { kind: 'gcp'; audience: string } | { kind: 'azure' };
  /** Whether jobs may reach the metadata service, that is, whether the environment has a service account. */
  jobsHaveIdentity: boolean;
  /** Whether the cloud may take the machine back: then the agent listens for its notice. @default false */
  spot?: boolean | undefined;
  /** The worker stack that its group belongs to; absent: the installation's own. */
  stack?: string | undefined;
  /** Whether only the API's port is open to these machines, and not Redis (design 5). @default false */
  relay?: boolean | undefined;
  /** Jobs run at the same time on one machine. @default 1 */
  slots?: number | undefined;
  /** Ports that its network lets people in on, to jobs that they enter. Absent: none. */
  doorPorts?: { from: number; to: number } | undefined;
}
