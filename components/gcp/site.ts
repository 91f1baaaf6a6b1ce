/** What every part of a Google Cloud installation is told: its name, its config, what the profile decides. */
import { readFileSync } from 'node:fs';
import * as gcp from '@pulumi/gcp/provider.js';
import type { GcpConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSources, imageSources } from '../images.ts';
import { physicalName } from '../naming.ts';
import { type Sizes, sizesOf } from '../sizes.ts';
import { tagsOf } from '../tags.ts';

export interface Site {
  name: string;
  config: GcpConfig;
  sizes: Sizes;
  /** Google's word for tags. */
  labels: Record<string, string>;
  publicUrl: string;
  /** PEM texts of the operator's own authorities. */
  certificateAuthorities: string[];
  /** `cove-<installation>-<part>` */
  named: (part: string) => string;
  /** Names of what may go although it holds data (`database`, `storage` …), said with `destroy --purge`. */
  purge: string[];
  images: ImageSources;
}

export function siteOf(name: string, config: GcpConfig, { purge = [], images }: Choices = {}): Site {
  return {
    name,
    config,
    sizes: sizesOf(config),
    labels: tagsOf(name, config.tags),
    publicUrl: `https://${config.publicName}`,
    certificateAuthorities: config.certificateAuthorities.map((file) => readFileSync(file, 'utf8')),
    named: (part) => physicalName(name, part),
    purge,
    images: images ?? imageSources(config.images),
  };
}

/** Budgets and quotas are counted on the installation's own project, whoever is logged in. */
export const providerOf = ({ config }: Site) =>
  new gcp.Provider('gcp', {
    project: config.projectId,
    region: config.region,
    billingProject: config.projectId,
    userProjectOverride: true,
  });

/** Options of what holds data: the engine does not delete it unless it was named with `--purge`. */
export const guarded = ({ purge }: Site, what: string) => ({ protect: !purge.includes(what) });
