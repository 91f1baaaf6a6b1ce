/**
 * Workers: for each environment the template of a Job, of which there are none at first. The application makes as many as
 * it needs, below the ceiling; minimum, maximum and number are its own (design 12).
 */
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import { ServiceAccount } from '@pulumi/kubernetes/core/v1/serviceAccount.js';
import * as pulumi from '@pulumi/pulumi';
import type { WorkerGroup } from '../contract.ts';
import { metaOf } from './meta.ts';
import type { Network } from './network.ts';
import type { Registry } from './registry.ts';
import { allow, workerRules } from './rights.ts';
import type { WorkerSite } from './site.ts';
import { kindOfMachine, workerGroup } from './worker-names.ts';
import { type JobOwner, templateFiles } from './workers/template.ts';

export interface WorkersArgs {
  site: WorkerSite;
  network: Network;
  registry: Registry<'platform'>;
  /** Name of the worker stack, where it is one. */
  stack?: string;
}

export class Workers extends pulumi.ComponentResource {
  readonly groups: WorkerGroup[];

  constructor(name: string, args: WorkersArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:Workers', name, {}, options);
    const { site, network, registry, stack } = args;
    const { environments, serviceAccounts } = site.config;
    const within = { parent: this, dependsOn: network.ready };
    const pullSecrets = site.config.registry.jobPullSecrets.map((secret) => ({ name: secret }));
    const account = (own: string, component: string, annotations = {}) =>
      new ServiceAccount(
        own,
        {
          metadata: metaOf(site, { name: own, component, space: 'jobs', annotations }),
          automountServiceAccountToken: false,
          // The cluster puts them into every pod of the account.
          ...(component === 'job' && { imagePullSecrets: pullSecrets }),
        },
        within,
      );
    const worker = account('worker', 'worker');
    account('job', 'job');
    for (const { name: own, annotations } of serviceAccounts) account(own, 'job', annotations);
    const rights = allow(site, 'worker', worker.metadata.name, workerRules, {
      ...within,
      space: 'jobs',
      from: 'jobs',
    });
    const owner = worker.metadata.apply(
      ({ name: of, uid }): JobOwner => ({ apiVersion: 'v1', kind: 'ServiceAccount', name: of, uid }),
    );
    for (const environment of environments) {
      const group = workerGroup(environment.slug);
      new ConfigMap(
        group,
        {
          metadata: metaOf(site, { name: group, component: 'worker', space: 'jobs' }),
          data: pulumi
            .all([registry.images.platform, owner])
            .apply(([image, job]) => templateFiles(site, environment, { image, owner: job, stack })),
        },
        { parent: this, dependsOn: [...network.ready, worker, rights] },
      );
    }
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
