/** What every part of an AWS installation is told: its name, its config, what the profile decides. */
import { readFileSync } from 'node:fs';
import * as aws from '@pulumi/aws/provider.js';
import type { AwsConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSources, imageSources } from '../images.ts';
import { physicalName } from '../naming.ts';
import { type Sizes, sizesOf } from '../sizes.ts';
import { tagsOf } from '../tags.ts';

export interface Site {
  name: string;
  config: AwsConfig;
  sizes: Sizes;
  tags: Record<string, string>;
  publicUrl: string;
  /** PEM texts of the operator's own authorities. */
  certificateAuthorities: string[];
  /** `cove-<installation>-<part>` */
  named: (part: string) => string;
  /** Names of what may go although it holds data (`database`, `storage` …), said with `destroy --purge`. */
  purge: string[];
  images: ImageSources;
}

export function siteOf(name: string, config: AwsConfig, { purge = [], images }: Choices = {}): Site {
  return {
    name,
    config,
    sizes: sizesOf(config),
    tags: tagsOf(name, config.tags),
    publicUrl: `https://${config.publicName}`,
    certificateAuthorities: config.certificateAuthorities.map((file) => readFileSync(file, 'utf8')),
    named: (part) => physicalName(name, part),
    purge,
    images: images ?? imageSources(config.images),
  };
}

/** Refuses a login to another account, and tags all that it makes. */
export const providerOf = ({ config, tags }: Site) =>
  new aws.Provider('aws', {
    region: config.region,
    allowedAccountIds: [config.accountId],
    defaultTags: { tags },
  });

/** Options of what holds data: the engine does not delete it unless it was named with `--purge`. */
export const guarded = ({ purge }: Site, what: string) => ({ protect: !purge.includes(what) });

/** Launch templates tag instances and volumes themselves: default tags do not reach them. */
export const machineTags = ({ tags }: Site, more: Record<string, string>) =>
  ['instance', 'volume'].map((resourceType) => ({ resourceType, tags: { ...tags, ...more } }));
