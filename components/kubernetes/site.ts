/** What every part of a Kubernetes installation is told: its name, its config, what the profile decides. */
import { readFileSync } from 'node:fs';
import { Provider } from '@pulumi/kubernetes/provider.js';
import type { KubernetesConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSources, imageSources } from '../images.ts';
import { physicalName } from '../naming.ts';
import { type Sizes, sizesOf } from '../sizes.ts';
import { tagsOf } from '../tags.ts';

export interface Site {
  name: string;
  config: KubernetesConfig;
  sizes: Sizes;
  /** Labels of everything that is made. */
  tags: Record<string, string>;
  publicUrl: string;
  /** PEM texts of the operator's own authorities. */
  certificateAuthorities: string[];
  /** Their names; `network` says when they are there. */
  namespaces: Record<Space, string>;
  /** Names of what may go although it holds data (`database`, `storage` …), said with `destroy --purge`. */
  purge: string[];
  images: ImageSources;
}
/** The platform's own pods, and what runs people's programs. */
export type Space = 'platform' | 'jobs';

export function siteOf(name: string, config: KubernetesConfig, { purge = [], images }: Choices = {}): Site {
  return {
    name,
    config,
    sizes: sizesOf(config),
    tags: tagsOf(name, config.tags),
    publicUrl: `https://${config.publicName}`,
    certificateAuthorities: config.certificateAuthorities.map((file) => readFileSync(file, 'utf8')),
    namespaces: config.given.namespaces ?? {
      platform: `cove-${name}`,
      jobs: physicalName(name, 'jobs'),
    },
    purge,
    images: images ?? imageSources(config.images),
  };
}

/** Works on one context of the operator's kubeconfig, whichever is the current one. */
export const providerOf = ({ config }: Site) =>
  new Provider('kubernetes', { context: config.context, enableServerSideApply: true });

/** Options of what holds data: the engine does not delete it unless it was named with `--purge`. */
export const guarded = ({ purge }: Site, what: string) => ({ protect: !purge.includes(what) });

/** Address of a Service inside the cluster. */
export const inside = ({ namespaces }: Site, service: string) => `${service}.${namespaces.platform}.svc`;
