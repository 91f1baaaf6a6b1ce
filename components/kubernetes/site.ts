/** What every part of a Kubernetes installation is told: its name, its config, what the profile decides. */
import { Provider } from '@pulumi/kubernetes/provider.js';
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSource, type ImageSources, imageSources, platformSource } from '../images.ts';
import { physicalName } from '../naming.ts';
import { type StackSite, stackSite } from '../stack-site.ts';

export { guarded } from '../stack-site.ts';

/** What any stack has: an installation, or one of workers alone. */
export interface WorkerSite extends StackSite<KubernetesConfig | KubernetesWorkersConfig> {
  /** Of the installation; for a worker stack that is the one that it joins. */
  publicUrl: string;
  /** Their names; `network` says when they are there. */
  namespaces: Record<Space, string>;
}
export interface Site extends WorkerSite {
  config: KubernetesConfig;
  images: ImageSources;
}
export interface WorkerStackSite extends WorkerSite {
  config: KubernetesWorkersConfig;
  images: { platform: ImageSource };
}
/** The platform's own pods, and what runs people's programs. */
export type Space = 'platform' | 'jobs';

export const siteOf = (name: string, config: KubernetesConfig, choices: Choices = {}): Site => ({
  ...stackSite(name, config, choices),
  namespaces: namespacesOf(name, config),
  publicUrl: `https://${config.publicName}`,
  images: choices.images ?? imageSources(config.images),
});

export const workerStackSiteOf = (
  name: string,
  config: KubernetesWorkersConfig,
  choices: Choices = {},
): WorkerStackSite => ({
  ...stackSite(name, config, choices),
  namespaces: namespacesOf(name, config),
  publicUrl: config.joins.url,
  images: { platform: choices.images?.platform ?? platformSource(config.images) },
});

const namespacesOf = (name: string, { given }: WorkerSite['config']): Record<Space, string> =>
  given.namespaces ?? { platform: `cove-${name}`, jobs: physicalName(name, 'jobs') };

/** Works on one context of the operator's kubeconfig, whichever is the current one. */
export const providerOf = ({ config }: WorkerSite) =>
  new Provider('kubernetes', { context: config.context, enableServerSideApply: true });

/** Address of a Service inside the cluster. */
export const inside = ({ namespaces }: WorkerSite, service: string) =>
  `${service}.${namespaces.platform}.svc`;
