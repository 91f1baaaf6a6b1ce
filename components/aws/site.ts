/** What every part of an AWS installation is told: its name, its config, what the profile decides. */
import { readFileSync } from 'node:fs';
import * as aws from '@pulumi/aws/provider.js';
import type { AwsConfig, AwsWorkersConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSource, type ImageSources, imageSources, platformSource } from '../images.ts';
import { physicalName } from '../naming.ts';
import { type Sizes, sizesOf } from '../sizes.ts';
import { tagsOf } from '../tags.ts';

/** What any stack has: an installation, or one of workers alone. */
export interface WorkerSite {
  name: string;
  config: AwsConfig | AwsWorkersConfig;
  sizes: Sizes;
  tags: Record<string, string>;
  /** PEM texts of the operator's own authorities. */
  certificateAuthorities: string[];
  /** `cove-<installation>-<part>` */
  named: (part: string) => string;
  /** Names of what may go although it holds data (`database`, `storage` …), said with `destroy --purge`. */
  purge: string[];
}
export interface Site extends WorkerSite {
  config: AwsConfig;
  /** What the name of the database's last backup ends in, besides. */
  lastBackup: string | undefined;
  publicUrl: string;
  images: ImageSources;
}
export interface WorkerStackSite extends WorkerSite {
  config: AwsWorkersConfig;
  images: { platform: ImageSource };
}

export const siteOf = (name: string, config: AwsConfig, choices: Choices = {}): Site => ({
  ...anySite(name, config, choices),
  config,
  lastBackup: choices.lastBackup,
  publicUrl: `https://${config.publicName}`,
  images: choices.images ?? imageSources(config.images),
});

export const workerStackSiteOf = (
  name: string,
  config: AwsWorkersConfig,
  choices: Choices = {},
): WorkerStackSite => ({
  ...anySite(name, config, choices),
  config,
  images: { platform: choices.images?.platform ?? platformSource(config.images) },
});

function anySite(name: string, config: WorkerSite['config'], { purge = [] }: Choices): WorkerSite {
  return {
    name,
    config,
    sizes: sizesOf(config),
    tags: tagsOf(name, config.tags),
    certificateAuthorities: config.certificateAuthorities.map((file) => readFileSync(file, 'utf8')),
    named: (part) => physicalName(name, part),
    purge,
  };
}

/** Refuses a login to another account, and tags all that it makes. */
export const providerOf = ({ config, tags }: WorkerSite) =>
  new aws.Provider('aws', {
    region: config.region,
    allowedAccountIds: [config.accountId],
    defaultTags: { tags },
  });

/** Options of what holds data: the engine does not delete it unless it was named with `--purge`. */
export const guarded = ({ purge }: WorkerSite, what: string) => ({ protect: !purge.includes(what) });

/** Launch templates tag instances and volumes themselves: default tags do not reach them. */
export const machineTags = ({ tags }: WorkerSite, more: Record<string, string>) =>
  ['instance', 'volume'].map((resourceType) => ({ resourceType, tags: { ...tags, ...more } }));
