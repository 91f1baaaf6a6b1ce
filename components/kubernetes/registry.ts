/** The installation's images in the registry of the cluster, before any pod exists. */
import * as pulumi from '@pulumi/pulumi';
import { IMAGES } from '../images.ts';
import { RegistryImage } from '../registryImage.ts';
import type { Site } from './site.ts';

export class Registry extends pulumi.ComponentResource {
  /** Images by digest, known once they are there. */
  readonly images: Record<(typeof IMAGES)[number], pulumi.Output<string>>;
  /** Of every pod. */
  readonly pullSecrets: { name: string }[];

  constructor(name: string, { site }: { site: Site }, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:Registry', name, {}, options);
    const { repository, loginFile, pullSecret } = site.config.registry;
    const login =
      loginFile === undefined ? { kind: 'none' as const } : { kind: 'file' as const, path: loginFile };
    const wanted = site.config.vault.kind === 'own' ? IMAGES : IMAGES.filter((image) => image !== 'vault');
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
    ) as Registry['images'];
    this.pullSecrets = pullSecret === undefined ? [] : [{ name: pullSecret }];
    this.registerOutputs({ images: this.images });
  }
}
