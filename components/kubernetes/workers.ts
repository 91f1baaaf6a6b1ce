/**
 * Workers: for each environment the template of a Job, of which there are none at first. The application makes as many as
 * it needs, below the ceiling; minimum, maximum and number are its own (design 12).
 */
import { ServiceAccount } from '@pulumi/kubernetes/core/v1/serviceAccount.js';
import * as pulumi from '@pulumi/pulumi';
import type { AppHostParts, WorkerGroup } from '../contract.ts';
import type { Identity } from './identity.ts';
import { metaOf } from './meta.ts';
import type { Network } from './network.ts';
import type { Registry } from './registry.ts';
import type { Site } from './site.ts';
import { kindOfMachine, workerGroup } from './worker-names.ts';

export interface WorkersArgs {
  site: Site;
  network: Network;
  identity: Identity;
  registry: Registry;
  appHost: AppHostParts;
}

export class Workers extends pulumi.ComponentResource {
  readonly groups: WorkerGroup[];

  constructor(name: string, args: WorkersArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:Workers', name, {}, options);
    const { site, network } = args;
    const { environments, serviceAccounts } = site.config;
    const within = { parent: this, dependsOn: network.ready };
    for (const { name: account, annotations } of serviceAccounts)
      new ServiceAccount(
        account,
        {
          metadata: metaOf(site, { name: account, component: 'job', space: 'jobs', annotations }),
          automountServiceAccountToken: false,
        },
        within,
      );
    this.groups = environments.map((environment) => ({
      environment: environment.slug,
      group: pulumi.output(workerGroup(environment.slug)),
      ceiling: environment.ceiling,
      machineType: kindOfMachine(environment),
      gpus: environment.gpus,
    }));
    this.registerOutputs({});
  }
}
