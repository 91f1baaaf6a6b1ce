/** The application: bootstrap as a Job, Vault, API and scheduler, each as itself. They keep nothing that is not elsewhere. */
import type { Deployment } from '@pulumi/kubernetes/apps/v1/deployment.js';
import * as pulumi from '@pulumi/pulumi';
import type { AppHostParts } from '../contract.ts';
import { appHostBoot } from './appHost/boot.ts';
import { Bootstrap } from './appHost/bootstrap.ts';
import { service } from './appHost/services.ts';
import { vaultPods } from './appHost/vault.ts';
import type { Database } from './database.ts';
import type { Identity } from './identity.ts';
import type { Ingress } from './ingress.ts';
import type { Network } from './network.ts';
import type { Queue } from './queue.ts';
import type { Registry } from './registry.ts';
import { allow, scalingRules } from './rights.ts';
import type { Site } from './site.ts';
import type { Storage } from './storage.ts';
import type { Vault } from './vault.ts';

export interface AppHostArgs {
  site: Site;
  network: Network;
  identity: Identity;
  registry: Registry;
  database: Database;
  queue: Queue;
  storage: Storage;
  vault: Vault;
  ingress: Ingress;
}

export class AppHost extends pulumi.ComponentResource {
  readonly parts: AppHostParts;
  /** The API's Deployment. */
  readonly group: pulumi.Output<string>;
  readonly api: Deployment;

  constructor(name: string, args: AppHostArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:AppHost', name, {}, options);
    const { site, network, vault } = args;
    const boot = appHostBoot(args);
    const within = { parent: this, dependsOn: network.ready };
    const bootstrap = new Bootstrap(args, boot, within);
    const ownVault =
      vault.own === undefined
        ? []
        : [
            vaultPods(args, vault.own, boot, {
              parent: this,
              // It stores itself in a database that the first step makes.
              dependsOn: [
                bootstrap.run('databases', 'database', []),
                ...Object.values(vault.own).flatMap(({ ready }) => ready),
              ],
            }),
          ];
    const ready = bootstrap.run('bootstrap', undefined, ownVault);
    const after = { parent: this, dependsOn: [ready, ...this.#rights(args)] };
    this.api = service('api', args, boot, after);
    service('scheduler', args, boot, after);
    this.group = this.api.metadata.name;
    this.parts = { httpUrl: pulumi.output(site.publicUrl), publicUrl: pulumi.output(site.publicUrl) };
    this.registerOutputs(this.parts);
  }

  /** In the namespace of jobs alone: the scheduler makes and ends workers, the API sees whether one is what it says. */
  #rights({ site, network, identity }: AppHostArgs): pulumi.Resource[] {
    const options = { parent: this, dependsOn: network.ready, space: 'jobs' as const };
    const { api, scheduler } = identity.accounts;
    return [
      allow(site, 'api', api, [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }], options),
      allow(site, 'scheduler', scheduler, scalingRules(site), options),
    ];
  }
}
