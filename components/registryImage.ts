/** An image, put by digest into the installation's own registry before a host exists. */
import * as pulumi from '@pulumi/pulumi';
import type { Named } from './contract.ts';
import type { RegistryImageInputs } from './provider/kinds/registry-image.ts';

export class RegistryImage extends pulumi.CustomResource {
  /** `REPOSITORY@sha256:…`: known only when it is there, so that what needs it waits. */
  declare readonly reference: pulumi.Output<string>;
  constructor(name: string, args: Named<RegistryImageInputs>, options?: pulumi.CustomResourceOptions) {
    super('cove:image:RegistryImage', name, { ...args, reference: undefined }, options);
  }
}
