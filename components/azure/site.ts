/** What every part of an Azure installation is told: its name, its config, what the profile decides. */
import { readFileSync } from 'node:fs';
import { Provider } from '@pulumi/azure-native/provider.js';
import type { AzureConfig } from '../../config/schema.ts';
import type { Choices } from '../choices.ts';
import { type ImageSources, imageSources } from '../images.ts';
import { physicalName } from '../naming.ts';
import { type Sizes, sizesOf } from '../sizes.ts';
import { tagsOf } from '../tags.ts';

export interface Site {
  name: string;
  config: AzureConfig;
  sizes: Sizes;
  tags: Record<string, string>;
  publicUrl: string;
  /** PEM texts of the operator's own authorities. */
  certificateAuthorities: string[];
  /** Availability zones that things spread over; empty where the region has none. */
  zones: string[];
  /** `cove-<installation>-<part>` */
  named: (part: string) => string;
  /** Names of what may go although it holds data (`database`, `storage` …), said with `destroy --purge`. */
  purge: string[];
  images: ImageSources;
}

export function siteOf(name: string, config: AzureConfig, { purge = [], images }: Choices = {}): Site {
  const zones = config.network.zones ?? (config.profile === 'prod' ? 3 : 1);
  return {
    name,
    config,
    sizes: sizesOf(config),
    tags: tagsOf(name, config.tags),
    publicUrl: `https://${config.publicName}`,
    certificateAuthorities: config.certificateAuthorities.map((file) => readFileSync(file, 'utf8')),
    zones: zones === 1 ? [] : Array.from({ length: zones }, (_, zone) => String(zone + 1)),
    named: (part) => physicalName(name, part),
    purge,
    images: images ?? imageSources(config.images),
  };
}

/** Refuses a login to another tenant or subscription. */
export const providerOf = ({ config }: Site) =>
  new Provider('azure', { subscriptionId: config.subscriptionId, tenantId: config.tenantId });

/** Options of what holds data: the engine does not delete it unless it was named with `--purge`. */
export const guarded = ({ purge }: Site, what: string) => ({ protect: !purge.includes(what) });
