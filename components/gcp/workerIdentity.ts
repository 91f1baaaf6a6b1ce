/** Who may do what in a worker stack: the key that encrypts everything, and the scaler's service account. */
import * as pulumi from '@pulumi/pulumi';
import { givenOrOwnAccount } from './accounts.ts';
import { type Key, keyOf } from './key.ts';
import type { WorkerStackSite } from './site.ts';

export class WorkerIdentity extends pulumi.ComponentResource {
  readonly key: Key;
  /** Address of the scaler's service account. */
  readonly scalerAccount: pulumi.Output<string>;

  constructor(name: string, { site }: { site: WorkerStackSite }, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:WorkerIdentity', name, {}, options);
    this.key = keyOf(site, { parent: this });
    this.scalerAccount = givenOrOwnAccount(site.config.given.scalerAccount, 'scaler', site, { parent: this });
    this.registerOutputs({ key: this.key.id, scalerAccount: this.scalerAccount });
  }
}
