/**
 * The application host: one machine in a group of one, which makes it anew where it fails. It keeps nothing: data are in
 * PostgreSQL and Cloud Storage, secrets in Secret Manager. About 160 US dollars a month in prod (n2-standard-4), 50 in dev.
 */
import { HealthCheck } from '@pulumi/gcp/compute/healthCheck.js';
import * as pulumi from '@pulumi/pulumi';
import { appHostDocument } from '../boot/app-host.ts';
import type { AppHostParts } from '../contract.ts';
import { appHostBoot } from './appHost/boot.ts';
import { environmentsEntry } from './appHost/environments.ts';
import { appHostRights } from './appHost/rights.ts';
import type { Database } from './database.ts';
import type { Identity } from './identity.ts';
import { machineGroup, UBUNTU } from './machines.ts';
import type { Network } from './network.ts';
import type { Queue } from './queue.ts';
import type { Registry } from './registry.ts';
import type { Entry } from './secret.ts';
import type { Site } from './site.ts';
import { machinesOf } from './sizes.ts';
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
}

export class AppHost extends pulumi.ComponentResource {
  readonly parts: AppHostParts;
  readonly group: pulumi.Output<string>;
  /** As load balancers name the group. */
  readonly instanceGroup: pulumi.Output<string>;
  /** The load balancer's: whether to send requests. */
  readonly healthCheck: HealthCheck;

  constructor(name: string, args: AppHostArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:AppHost', name, {}, options);
    const { site, network, identity, database, queue, vault } = args;
    const environments = environmentsEntry(site, identity, this);
    const own: Record<string, Entry> =
      vault.own === undefined ? {} : { 'vault-seal': vault.own.seal, 'vault-database': vault.own.database };
    const read: Record<string, Entry> = {
      environments,
      database: database.password,
      queue: queue.password,
      ...own,
    };
    const rights = appHostRights(args, { read, write: identity.written }, { parent: this });
    const { type, diskGb } = machinesOf(site.config).appHost;
    const check = (what: string, requestPath: string) =>
      new HealthCheck(
        what,
        {
          name: site.named(what),
          checkIntervalSec: 10,
          timeoutSec: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
          httpHealthCheck: { port: 8000, requestPath },
          logConfig: { enable: true },
        },
        { parent: this },
      );
    this.healthCheck = check('api', '/healthz');
    const { group } = machineGroup(
      'app-host',
      {
        site,
        part: 'app-host',
        machineType: type,
        diskGb,
        image: site.config.machineImages.appHost,
        published: UBUNTU,
        subnet: network.subnets.host,
        tag: network.tags.appHost,
        account: identity.appHostAccount,
        userData: appHostBoot({ ...args, environments: environments.id }).apply(appHostDocument),
        labels: { component: 'app-host' },
        group: {
          targetSize: 1,
          namedPorts: [{ name: 'api', port: 8000 }],
          // Not whether databases answer: another machine would not mend those. First boot: packages, images, migrations.
          autoHealingPolicies: { healthCheck: check('alive', '/livez').id, initialDelaySec: 900 },
          // Another image or setting is another machine; for its few minutes the platform is away.
          updatePolicy: {
            type: 'PROACTIVE',
            minimalAction: 'REPLACE',
            replacementMethod: 'SUBSTITUTE',
            instanceRedistributionType: 'PROACTIVE',
            maxSurgeFixed: 0,
            // Google wants as many as the region has zones in use.
            maxUnavailableFixed: 3,
          },
        },
        groupOptions: {
          // All that a boot needs, so that the first one already finds it.
          dependsOn: [
            ...rights,
            ...network.ways,
            ...Object.values({ ...read, ...identity.written }).map(({ ready }) => ready),
            ...database.ready,
            queue.instance,
          ],
        },
      },
      { parent: this },
    );
    this.group = group.name;
    this.instanceGroup = group.instanceGroup;
    this.parts = { httpUrl: pulumi.output(site.publicUrl), publicUrl: pulumi.output(site.publicUrl) };
    this.registerOutputs(this.parts);
  }
}
