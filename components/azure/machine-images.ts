/** Machine images by exact version, found when they are first needed: Azure keeps a version for years. */
import * as pulumi from '@pulumi/pulumi';
import type { Named } from '../contract.ts';
import type { AzureImageInputs } from '../provider/kinds/azure-image.ts';
import type { WorkerSite } from './site.ts';

export interface Published {
  publisher: string;
  offer: string;
  sku: string;
}

/** Published by Canonical: Ubuntu 24.04, supported until 2029. */
export const UBUNTU: Published = { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server' };
/** Published by Microsoft: Ubuntu 22.04 with Docker, NVIDIA's driver and toolkit. */
export const UBUNTU_GPU: Published = { publisher: 'microsoft-dsvm', offer: 'ubuntu-hpc', sku: '2204' };

class MachineImage extends pulumi.CustomResource {
  /** Such as `24.04.202510010`. */
  declare readonly version: pulumi.Output<string>;
  constructor(name: string, args: Named<AzureImageInputs>, options?: pulumi.CustomResourceOptions) {
    super('cove:azure:MachineImage', name, { ...args, version: undefined }, options);
  }
}

export function imageReference(
  name: string,
  { site, given, published }: { site: WorkerSite; given: string | undefined; published: Published },
  options: pulumi.CustomResourceOptions,
) {
  if (given !== undefined) return { id: given };
  const { subscriptionId, region } = site.config;
  const { version } = new MachineImage(name, { subscriptionId, region, ...published }, options);
  return { ...published, version };
}
