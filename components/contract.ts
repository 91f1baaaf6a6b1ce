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
}
export interface QueueParts extends Address {
  generation: Generation;
  adminUser: Output<string>;
  adminPassword: SecretRef;
  tls: boolean;
}
export interface StorageParts {
  kind: 'fs';
  folder: Output<string>;
}
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
  /** Plain HTTP for workers and local clients. */
  httpUrl: Output<string>;
  /** What people type. */
  publicUrl: Output<string>;
}
/** Arguments of a resource: each value, at any depth, may be one that is only known later. */
export type Named<T> = { [K in keyof T]: Later<T[K]> };
type Later<T> = Input<T extends object ? { [K in keyof T]: Later<T[K]> } : T>;

/** What every stack tells at its end: a public contract, without secrets. */
export interface InstallationOutputs {
  installation: string;
  httpUrl: Output<string>;
  publicUrl: Output<string>;
  /** Name of the first user. */
  administrator: string;
  /** PEM file to trust, where the certificate is from our own authority. */
  certificateAuthority: Output<string> | undefined;
  /** Where a local installation lies. */
  folder: Output<string> | undefined;
}
