/**
 * Cloud-neutral types passed between the parts of an installation. Every target's components return these,
 * so that the five stacks read side by side. Secrets are never values here: a secret is named by where it lies.
 */
import type { Input, Output } from '@pulumi/pulumi';

/** Where a secret lies: locally the path of a 0600 file; in a cloud the id of an entry of its secret store. */
export type SecretRef = Output<string>;

export interface Address {
  host: Output<string>;
  port: Output<number>;
}
/** Another value when what it held was made anew: logins, users and tables in it are made again then. */
export type Generation = Output<string>;

export interface DatabaseParts extends Address {
  generation: Generation;
  superuser: Output<string>;
  superuserPassword: SecretRef;
  tls: boolean;
  /** Authority that signed its certificate: `aws-rds` is carried by the application; undefined: a public one, or none. */
  authority?: 'aws-rds' | Output<string> | undefined;
}
export interface QueueParts extends Address {
  generation: Generation;
  /** Who makes its users: the bootstrap, the stack, or nobody because it has none (workers use the relay then). */
  users: 'bootstrap' | 'stack' | 'none';
  /** Only where the bootstrap makes users. */
  adminUser: Output<string>;
  adminPassword: SecretRef;
  tls: boolean;
  /** PEM text of the authority that signed its certificate; undefined: a public one, or none. */
  authority?: Output<string> | undefined;
}
/** `platform` holds commit snapshots and logs, `data` what jobs make and people upload. */
export type StorageParts =
  | { kind: 'fs'; folder: Output<string> }
  | { kind: 's3'; region: Output<string>; platformBucket: Output<string>; dataBucket: Output<string> }
  | { kind: 'gcs'; platformBucket: Output<string>; dataBucket: Output<string> }
  | {
      kind: 'azure';
      account: Output<string>;
      platformBucket: Output<string>;
      dataBucket: Output<string>;
    };
export interface VaultParts {
  address: Output<string>;
}
/** Certificate and key of the public name. */
export interface CertificateParts {
  certificate: Output<string>;
  key: SecretRef;
  /** The authority to trust, where it is our own. */
  authority: Output<string> | undefined;
}
export interface AppHostParts {
  /** Where workers and local clients reach the API: plain HTTP on this machine, HTTPS in a cloud. */
  httpUrl: Output<string>;
  /** What people type. */
  publicUrl: Output<string>;
}

/** A record that somebody who serves the name elsewhere has to make. */
export interface DnsRecord {
  name: string;
  type: 'CNAME' | 'A' | 'TXT' | 'NS';
  value: string;
  /** What it is for, in words. */
  purpose: string;
}

/** The machines of one environment: a group that the application scales between 0 and the ceiling. */
export interface WorkerGroup {
  /** Slug of the environment. */
  environment: string;
  /** Name of the group in the cloud. */
  group: Output<string>;
  ceiling: number;
  /** What the cloud calls the kind of machine. */
  machineType: string;
  gpus: number;
}

/** Arguments of a resource: each value, at any depth, may be one that is only known later. */
export type Named<T> = { [K in keyof T]: Later<T[K]> };
type Later<T> = Input<T extends object ? { [K in keyof T]: Later<T[K]> } : T>;

/** What the operator's commands need to know of an installation in a cloud: names, never a secret. */
export interface CloudOutputs {
  target: 'aws' | 'gcp' | 'azure' | 'kubernetes';
  region: string;
  /** Records to make where the name is served elsewhere; else empty. */
  dnsRecords: Output<DnsRecord[]>;
  /** Host name of the load balancer: what the public name leads to. */
  ingressHost: Output<string>;
  /** Entries of the secret store, by what they hold (`administrator`, `vault-recovery`, `approle-operator` …). */
  secrets: Record<string, Output<string>>;
  /** The group of the application host's one machine. */
  appHostGroup: Output<string>;
  /** Where the hosts' logs go. */
  logGroup: Output<string>;
  workerGroups: WorkerGroup[];
  /** Images as they run, by digest. */
  images: Record<string, Output<string>>;
  /** Hosts that machines reach outside the network, for a firewall's list; empty in private mode. */
  egress: string[];
}

/** What every stack tells at its end: a public contract, without secrets. */
export interface InstallationOutputs {
  installation: string;
  httpUrl: Output<string>;
  publicUrl: Output<string>;
  /** Name of the first user. */
  administrator: string;
  /** PEM file to trust, where the certificate is from our own authority. */
  certificateAuthority?: Output<string> | undefined;
  /** Where a local installation lies. */
  folder?: Output<string> | undefined;
  /** Of an installation in a cloud. */
  cloud?: CloudOutputs;
}

/** What a worker stack tells at its end: names, never a secret. */
export interface WorkerStackOutputs {
  /** Name of the worker stack. */
  installation: string;
  /** Address of the installation that it joins. */
  publicUrl: string;
  workers: Pick<CloudOutputs, 'target' | 'region' | 'logGroup' | 'workerGroups' | 'images' | 'egress'> & {
    /** The group of the scaler's one machine. */
    scalerGroup: Output<string>;
  };
}
