/** The installation's own registry (ACR), and its images in it, before any host exists. About 20 US dollars a month. */
import { Registry as ContainerRegistry } from '@pulumi/azure-native/containerregistry/registry.js';
import * as pulumi from '@pulumi/pulumi';
import { IMAGES } from '../images.ts';
import { RegistryImage } from '../registryImage.ts';
import type { Group } from './group.ts';
import { registryName } from './names.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';

export interface RegistryArgs {
  site: Site;
  group: Group;
  network: Network;
}

export class Registry extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** `<registry>.azurecr.io` */
  readonly host: string;
  /** Images by digest, known once they are there. */
  readonly images: Record<(typeof IMAGES)[number], pulumi.Output<string>>;
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { site, group, network }: RegistryArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:azure:Registry', name, {}, options);
    const isPrivate = site.config.network.private;
    const registry = new ContainerRegistry(
      'registry',
      {
        ...group.place,
        registryName: registryName(site),
        // The dearest kind alone can be hidden from the internet.
        sku: { name: isPrivate ? 'Premium' : 'Standard' },
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled',
      },
      { parent: this },
    );
    this.id = registry.id;
    this.host = `${registryName(site)}.azurecr.io`;
    this.ready = network.endpoint('registry', registry.id, this);
    this.images = Object.fromEntries(
      IMAGES.map((image) => {
        const { digest, source } = site.images[image];
        const { reference } = new RegistryImage(
          image,
          {
            repository: pulumi.interpolate`${registry.loginServer}/${image}`,
            login: { kind: 'azure', host: this.host },
            digest,
            source,
            tag: digest.replace('sha256:', 'sha256-'),
          },
          { parent: this, dependsOn: this.ready },
        );
        return [image, reference];
      }),
    ) as Registry['images'];
    this.registerOutputs({ images: this.images });
  }
}
