/**
 * What the pure templates of a host's first boot are told. No secret is in here: secrets are named by their entry in
 * the cloud's secret store, and fetched with the machine's identity. Resolved values, so that the templates stay pure.
 */
import type { ApiSettings, BootstrapSettings, SchedulerSettings } from '../../app/settings.ts';

/** The cloud that the host is in, and how it proves itself there. */
export type BootCloud =
  | { kind: 'aws'; region: string; accountId: string }
  | { kind: 'gcp'; project: string; region: string }
  | { kind: 'azure'; subscription: string; region: string; identityClientId: string };

/** Given once, in force everywhere on the host: system trust, container engine, our services, jobs. */
export interface BootSurroundings {
  installation: string;
  cloud: BootCloud;
  /** PEM text of the operator's own authorities; empty: none. */
  certificateAuthorities: string;
  proxy?: { url: string; noProxy: string[] } | undefined;
  /** Nothing is fetched from outside: the machine image holds Docker and the registry's helper. */
  private: boolean;
}

/** One secret: an entry of the secret store and the name of the file it becomes below `/run/cove/secrets/<service>/`. */
export interface SecretEntry {
  /** What it holds; the file's name: `vault-seal`, `approle-api` … */
  name: SecretName;
  /** Its id in the secret store (an ARN, a resource name, a URL). */
  entry: string;
  /** Empty at first: the bootstrap writes it, and pushes it at once. */
  written: boolean;
}
export type SecretName =
  | 'database-superuser'
  | 'vault-seal'
  | 'vault-database'
  | 'vault-recovery'
  | 'approle-operator'
  | 'approle-api'
  | 'approle-scheduler'
  | 'administrator'
  | `queue-${string}`;

/** The application host: Vault, bootstrap, API, scheduler, each a container of an image named by digest. */
export interface AppHostBootArgs extends BootSurroundings {
  images: {
    /** All roles of the platform. */
    platform: string;
    vault: string;
  };
  secrets: SecretEntry[];
  /** An existing Vault instead of one on this host. */
  vaultAddress: string | undefined;
  database: {
    host: string;
    port: number;
    superuser: string;
    tls: boolean;
    authority?: string | undefined;
  };
  queue: {
    host: string;
    port: number;
    tls: boolean;
    users: 'bootstrap' | 'stack' | 'none';
    adminUser: string;
    authority?: string | undefined;
  };
  storage: ApiSettings['storage'];
  publicUrl: string;
  trustedGitHosts: string[];
  administrator: BootstrapSettings['administrator'];
  environments: BootEnvironment[];
  logs: BootLogs;
}

/** What the bootstrap upserts by slug; min, max, grace and schedule are the application's (design 12). */
export interface BootEnvironment {
  slug: string;
  name: string;
  description: string;
  machineType: string;
  gpus: number;
  spot: boolean;
  ceiling: number;
  /** Name of the cloud's group that the application scales. */
  group: string;
}

export interface BootLogs {
  kind: 'cloudwatch' | 'google' | 'azure';
  /** Log group, project or workspace. */
  destination: string;
}

/** A machine of an environment's group. It proves itself by the cloud's signed document and gets all else from the API. */
export interface WorkerBootArgs extends BootSurroundings {
  environment: string;
  apiUrl: string;
  /** Whether jobs may reach the metadata service: only where the environment has an account. */
  metadata: 'open' | 'closed';
  mounts: BootMount[];
  /** NVIDIA's driver and toolkit are in the image. */
  gpu: boolean;
}

export interface BootMount {
  name: string;
  /** `fs-….efs.<region>.amazonaws.com:/`, `10.0.0.2:/share` … */
  source: string;
  path: string;
  readOnly: boolean;
}

/** A machine for deployed endpoints, apart from the application host. */
export interface EndpointHostBootArgs extends BootSurroundings {
  apiUrl: string;
}

/** For readers of this file: the settings that the templates write. */
export type HostSettings = { api: ApiSettings; scheduler: SchedulerSettings; bootstrap: BootstrapSettings };
