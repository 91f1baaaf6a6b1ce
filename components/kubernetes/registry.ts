/** The installation's images in the registry of the cluster, before any pod exists. */
import * as pulumi from '@pulumi/pulumi';
import type { IMAGES, ImageSource } from '../images.ts';
import { RegistryImage } from '../registryImage.ts';
import type { WorkerSite } from './site.ts';

type Image = (typeof IMAGES)[number];

/** `I`: the images that the stack runs. */
export class Registry<I extends Image = Image> extends pulumi.ComponentResource {
  /** Images by digest, known once they are there. */
  readonly images: Record<I, pulumi.Output<string>>;
  /** Of every pod. */
  readonly pullSecrets: { name: string }[];

  constructor(
    name: string,
    { site }: { site: WorkerSite & { images: Record<I, ImageSource> } },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:kubernetes:Registry', name, {}, options);
    const { repository, loginFile, pullSecret } = site.config.registry;
    const login =
      loginFile === undefined ? { kind: 'none' as const } : { kind: 'file' as const, path: loginFile };
    const foreign = 'vault' in site.config && site.config.vault.kind !== 'own' ? 'vault' : undefined;
    const wanted = (Object.keys(site.images) as I[]).filter((image) => image !== foreign);
    this.images = Object.fromEntries(
      wanted.map((image) => {
        const { digest, source } = site.images[image];
        const { reference } = new RegistryImage(
          image,
          {
            repository: `${repository}/${image}`,
            login,
            digest,
            source,
            // A tag keeps it from being cleaned up.
            tag: digest.replace('sha256:', 'sha256-'),
          },
          { parent: this },
        );
        return [image, reference];
      }),
    ) as Registry<I>['images'];
    this.pullSecrets = pullSecret === undefined ? [] : [{ name: pullSecret }];
    this.registerOutputs({ images: this.images });
  }
}
