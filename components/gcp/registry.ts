/** The installation's own registry (Artifact Registry), and its images in it, before any host exists. */
import { Repository } from '@pulumi/gcp/artifactregistry/repository.js';
import * as pulumi from '@pulumi/pulumi';
import type { IMAGES, ImageSource } from '../images.ts';
import { RegistryImage } from '../registryImage.ts';
import type { Identity } from './identity.ts';
import type { WorkerSite } from './site.ts';

type Image = (typeof IMAGES)[number];

/** `I`: the images that the stack runs. */
export class Registry<I extends Image = Image> extends pulumi.ComponentResource {
  /** `<region>-docker.pkg.dev` */
  readonly host: string;
  /** Images by digest, known once they are there. */
  readonly images: Record<I, pulumi.Output<string>>;
  readonly repository: Repository;

  constructor(
    name: string,
    {
      site,
      identity,
    }: { site: WorkerSite & { images: Record<I, ImageSource> }; identity: Pick<Identity, 'key'> },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:gcp:Registry', name, {}, options);
    const { projectId, region } = site.config;
    this.host = `${region}-docker.pkg.dev`;
    const repositoryId = site.named('images');
    this.repository = new Repository(
      'images',
      {
        repositoryId,
        location: region,
        format: 'DOCKER',
        description: `Cove ${site.name}: images that it runs`,
        dockerConfig: { immutableTags: true },
        kmsKeyName: identity.key.id,
        // Images without a tag are what nobody runs any more.
        cleanupPolicies: [
          {
            id: 'unnamed',
            action: 'DELETE',
            condition: { tagState: 'UNTAGGED', olderThan: `${30 * 86_400}s` },
          },
        ],
        labels: site.labels,
      },
      { parent: this, dependsOn: identity.key.usable },
    );
    this.images = Object.fromEntries(
      (Object.keys(site.images) as I[]).map((image) => {
        const { digest, source } = site.images[image];
        const { reference } = new RegistryImage(
          image,
          {
            repository: pulumi.interpolate`${this.host}/${projectId}/${this.repository.repositoryId}/${image}`,
            login: { kind: 'gcp' },
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
    this.registerOutputs({ images: this.images });
  }
}
