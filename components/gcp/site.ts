/** What every part of a Google Cloud installation is told: its name, its config, what the profile decides. */
import * as gcp from '@pulumi/gcp/provider.js';
import type { GcpConfig, GcpWorkersConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSource, type ImageSources, imageSources, platformSource } from '../images.ts';
import { type StackSite, stackSite } from '../stack-site.ts';

export { guarded } from '../stack-site.ts';

interface Labelled {
  /** Google's word for tags. */
  labels: Record<string, string>;
}
/** What any stack has: an installation, or one of workers alone. */
export type WorkerSite = StackSite<GcpConfig | GcpWorkersConfig> & Labelled;
export interface Site extends StackSite<GcpConfig>, Labelled {
  publicUrl: string;
  images: ImageSources;
}
export interface WorkerStackSite extends StackSite<GcpWorkersConfig>, Labelled {
  images: { platform: ImageSource };
}

export function siteOf(name: string, config: GcpConfig, choices: Choices = {}): Site {
  const site = stackSite(name, config, choices);
  return {
    ...site,
    labels: site.tags,
    publicUrl: `https://${config.publicName}`,
    images: choices.images ?? imageSources(config.images),
  };
}

export function workerStackSiteOf(
  name: string,
  config: GcpWorkersConfig,
  choices: Choices = {},
): WorkerStackSite {
  const site = stackSite(name, config, choices);
  const platform = choices.images?.platform ?? platformSource(config.images);
  return { ...site, labels: site.tags, images: { platform } };
}

/** Budgets and quotas are counted on the installation's own project, whoever is logged in. */
export const providerOf = ({ config }: WorkerSite) =>
  new gcp.Provider('gcp', {
    project: config.projectId,
    region: config.region,
    billingProject: config.projectId,
    userProjectOverride: true,
  });
