/** The installation's own registry (ECR), and its images in it, before any host exists. */
import { LifecyclePolicy } from '@pulumi/aws/ecr/lifecyclePolicy.js';
import { Repository } from '@pulumi/aws/ecr/repository.js';
import * as pulumi from '@pulumi/pulumi';
import type { IMAGES, ImageSource } from '../images.ts';
import { RegistryImage } from '../registryImage.ts';
import type { Identity } from './identity.ts';
import type { WorkerSite } from './site.ts';

type Image = (typeof IMAGES)[number];

/** Images without a tag are what nobody runs any more. */
const CLEAN_UP = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: 'images that nobody names, after a month',
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 },
      action: { type: 'expire' },
    },
  ],
});

/** `I`: the images that the stack runs. */
export class Registry<I extends Image = Image> extends pulumi.ComponentResource {
  /** `<account>.dkr.ecr.<region>.amazonaws.com` */
  readonly host: string;
  /** Images by digest, known once they are there. */
  readonly images: Record<I, pulumi.Output<string>>;
  readonly repositories: Repository[];

  constructor(
    name: string,
    {
      site,
      identity,
    }: { site: WorkerSite & { images: Record<I, ImageSource> }; identity: Pick<Identity, 'keyArn'> },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:aws:Registry', name, {}, options);
    const { accountId, region } = site.config;
    this.host = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
    const made = (Object.keys(site.images) as I[]).map((image) => {
      const repository = new Repository(
        image,
        {
          name: `cove-${site.name}/${image}`,
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: identity.keyArn }],
          // Images are made again at any time; a registry with images could not be destroyed.
          forceDelete: true,
        },
        { parent: this },
      );
      new LifecyclePolicy(image, { repository: repository.name, policy: CLEAN_UP }, { parent: this });
      const { digest, source } = site.images[image];
      const { reference } = new RegistryImage(
        image,
        {
          repository: repository.repositoryUrl,
          login: { kind: 'aws', region },
          digest,
          source,
          // A tag keeps it from being cleaned up.
          tag: digest.replace('sha256:', 'sha256-'),
        },
        { parent: this },
      );
      return { image, repository, reference };
    });
    this.repositories = made.map(({ repository }) => repository);
    this.images = Object.fromEntries(
      made.map(({ image, reference }) => [image, reference]),
    ) as Registry<I>['images'];
    this.registerOutputs({ images: this.images });
  }
}
