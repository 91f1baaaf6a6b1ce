/** What every part of an Azure installation is told: its name, its config, what the profile decides. */
import { Provider } from '@pulumi/azure-native/provider.js';
import type { AzureConfig, AzureWorkersConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSource, type ImageSources, imageSources, platformSource } from '../images.ts';
import { type StackSite, stackSite } from '../stack-site.ts';

export { guarded } from '../stack-site.ts';

interface Zoned {
  /** Availability zones that things spread over; empty where the region has none. */
  zones: string[];
}
/** What any stack has: an installation, or one of workers alone. */
export type WorkerSite = StackSite<AzureConfig | AzureWorkersConfig> & Zoned;
export interface Site extends StackSite<AzureConfig>, Zoned {
  publicUrl: string;
  images: ImageSources;
}
export interface WorkerStackSite extends StackSite<AzureWorkersConfig>, Zoned {
  images: { platform: ImageSource };
}

export const siteOf = (name: string, config: AzureConfig, choices: Choices = {}): Site => ({
  ...stackSite(name, config, choices),
  zones: zonesOf(config),
  publicUrl: `https://${config.publicName}`,
  images: choices.images ?? imageSources(config.images),
});

export const workerStackSiteOf = (
  name: string,
  config: AzureWorkersConfig,
  choices: Choices = {},
): WorkerStackSite => ({
  ...stackSite(name, config, choices),
  zones: zonesOf(config),
  images: { platform: choices.images?.platform ?? platformSource(config.images) },
});

function zonesOf({ network, profile }: WorkerSite['config']): string[] {
  const zones = network.zones ?? (profile === 'prod' ? 3 : 1);
  return zones === 1 ? [] : Array.from({ length: zones }, (_, zone) => String(zone + 1));
}

/** Refuses a login to another tenant or subscription. */
export const providerOf = ({ config }: WorkerSite) =>
  new Provider('azure', { subscriptionId: config.subscriptionId, tenantId: config.tenantId });
