/** The installation's own registry (ACR), and its images in it, before any host exists. About 20 US dollars a month. */
import { Registry as ContainerRegistry } from '@pulumi/azure-native/containerregistry/registry.js';
import * as pulumi from '@pulumi/pulumi';
import type { IMAGES, ImageSource } from '../images.ts';
import { RegistryImage } from '../registryImage.ts';
import type { Group } from './group.ts';
import { registryName } from './names.ts';
import type { Network } from './network.ts';
import type { WorkerSite } from './site.ts';

type Image = (typeof IMAGES)[number];

export interface RegistryArgs<I extends Image> {
  site: WorkerSite & { images: Record<I, ImageSource> };
  group: Group;
  network: Network;
}

/** `I`: the images that the stack runs. */
export class Registry<I extends Image = Image> extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** `<registry>.azurecr.io` */
  readonly host: string;
  /** Images by digest, known once they are there. */
  readonly images: Record<I, pulumi.Output<string>>;
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { site, group, network }: RegistryArgs<I>,
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
      (Object.keys(site.images) as I[]).map((image) => {
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
    ) as Registry<I>['images'];
    this.registerOutputs({ images: this.images });
  }
}
