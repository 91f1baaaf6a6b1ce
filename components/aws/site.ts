/** What every part of an AWS installation is told: its name, its config, what the profile decides. */
import * as aws from '@pulumi/aws/provider.js';
import type { AwsConfig, AwsWorkersConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSource, type ImageSources, imageSources, platformSource } from '../images.ts';
import { type StackSite, stackSite } from '../stack-site.ts';

export { guarded } from '../stack-site.ts';

/** What any stack has: an installation, or one of workers alone. */
export type WorkerSite = StackSite<AwsConfig | AwsWorkersConfig>;
export interface Site extends StackSite<AwsConfig> {
  /** What the name of the database's last backup ends in, besides. */
  lastBackup: string | undefined;
  publicUrl: string;
  images: ImageSources;
}
export interface WorkerStackSite extends StackSite<AwsWorkersConfig> {
  images: { platform: ImageSource };
}

export const siteOf = (name: string, config: AwsConfig, choices: Choices = {}): Site => ({
  ...stackSite(name, config, choices),
  lastBackup: choices.lastBackup,
  publicUrl: `https://${config.publicName}`,
  images: choices.images ?? imageSources(config.images),
});

export const workerStackSiteOf = (
  name: string,
  config: AwsWorkersConfig,
  choices: Choices = {},
): WorkerStackSite => ({
  ...stackSite(name, config, choices),
  images: { platform: choices.images?.platform ?? platformSource(config.images) },
});

/** Refuses a login to another account, and tags all that it makes. */
export const providerOf = ({ config, tags }: WorkerSite) =>
  new aws.Provider('aws', {
    region: config.region,
    allowedAccountIds: [config.accountId],
    defaultTags: { tags },
  });

/** Launch templates tag instances and volumes themselves: default tags do not reach them. */
export const machineTags = ({ tags }: WorkerSite, more: Record<string, string>) =>
  ['instance', 'volume'].map((resourceType) => ({ resourceType, tags: { ...tags, ...more } }));
