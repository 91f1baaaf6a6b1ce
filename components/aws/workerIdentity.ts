/** Who may do what in a worker stack: the key that encrypts everything, and the accounts that jobs may act as. */
import type { InstanceProfile } from '@pulumi/aws/iam/instanceProfile.js';
import * as pulumi from '@pulumi/pulumi';
import { serviceAccounts } from './accounts.ts';
import { installationKey } from './key.ts';
import type { WorkerStackSite } from './site.ts';

export class WorkerIdentity extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;
  /** Instance profiles by the name of the service account. */
  readonly accounts: Record<string, InstanceProfile>;

  constructor(name: string, { site }: { site: WorkerStackSite }, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:WorkerIdentity', name, {}, options);
    this.keyArn = installationKey(site, { parent: this });
    this.accounts = serviceAccounts(site, { parent: this });
    this.registerOutputs({ keyArn: this.keyArn });
  }
}
