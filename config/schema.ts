/**
 * The one schema of an installation (`config/<name>.yaml`), told apart by `target`. Everything else is derived from it:
 * the editors' `schema.json`, the defaults, the stacks' arguments.
 */
import { z } from 'zod';
import { AwsConfig, checkAws } from './aws.ts';
import { AwsWorkersConfig, checkAwsWorkers } from './aws-workers.ts';
import { AzureConfig, checkAzure } from './azure.ts';
import { AzureWorkersConfig, checkAzureWorkers } from './azure-workers.ts';
import type { Complain } from './checks/complain.ts';
import { checkGcp, GcpConfig } from './gcp.ts';
import { checkGcpWorkers, GcpWorkersConfig } from './gcp-workers.ts';
import { checkKubernetes, KubernetesConfig } from './kubernetes.ts';
import { checkKubernetesWorkers, KubernetesWorkersConfig } from './kubernetes-workers.ts';
import { checkLocal, LocalConfig } from './local.ts';

/** One installation. Another target joins by one more member, and its checks, here. */
export const Config = z
  .discriminatedUnion('target', [LocalConfig, AwsConfig, AzureConfig, GcpConfig, KubernetesConfig])
  .superRefine((config, context) => {
    const complain: Complain = (path, message) =>
      context.addIssue({ code: 'custom', path, message, input: config });
    switch (config.target) {
      case 'local':
        return checkLocal(config, complain);
      case 'aws':
        return checkAws(config, complain);
      case 'azure':
        return checkAzure(config, complain);
      case 'gcp':
        return checkGcp(config, complain);
      case 'kubernetes':
        return checkKubernetes(config, complain);
    }
  });

export type Config = z.infer<typeof Config>;

/** A worker stack: machines for jobs of an installation that lives elsewhere (`joins`). Its targets join by one more member. */
export const WorkersConfig = z
  .discriminatedUnion('target', [
    AwsWorkersConfig,
    AzureWorkersConfig,
    GcpWorkersConfig,
    KubernetesWorkersConfig,
  ])
  .superRefine((config, context) => {
    const complain: Complain = (path, message) =>
      context.addIssue({ code: 'custom', path, message, input: config });
    switch (config.target) {
      case 'aws':
        return checkAwsWorkers(config, complain);
      case 'azure':
        return checkAzureWorkers(config, complain);
      case 'gcp':
        return checkGcpWorkers(config, complain);
      case 'kubernetes':
        return checkKubernetesWorkers(config, complain);
    }
  });
export type WorkersConfig = z.infer<typeof WorkersConfig>;

/** Whatever a config file may describe. */
export type AnyConfig = Config | WorkersConfig;
export const isWorkerStack = (config: AnyConfig): config is WorkersConfig => 'joins' in config;
/** The schema that a file is held to, by the key that tells the two apart. */
export const schemaOf = (found: unknown) =>
  typeof found === 'object' && found !== null && 'joins' in found ? WorkersConfig : Config;

export type { AwsConfig } from './aws.ts';
export type { AwsWorkersConfig } from './aws-workers.ts';
export type { AzureConfig } from './azure.ts';
export type { AzureWorkersConfig } from './azure-workers.ts';
export type { GcpConfig } from './gcp.ts';
export type { GcpWorkersConfig } from './gcp-workers.ts';
export type { KubernetesConfig } from './kubernetes.ts';
export type { KubernetesWorkersConfig } from './kubernetes-workers.ts';
export type { Environment, LocalConfig } from './local.ts';
/** An installation in a cloud: whatever its target, it has what `cloudInstallation` lists. */
export type CloudConfig = Exclude<Config, { target: 'local' }>;
