/**
 * Redis (Memorystore): the doorbell and a short memory for live logs. TLS, inside the network alone. It has no users to
 * be made, so workers ring through the API's relay. About 560 US dollars a month in prod (8 GiB, two zones), 35 in dev.
 */
import { Instance } from '@pulumi/gcp/redis/instance.js';
import * as pulumi from '@pulumi/pulumi';
import type { QueueParts } from '../contract.ts';
import { physicalName } from '../naming.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import type { Entry } from './secret.ts';
import type { Site } from './site.ts';
import { machinesOf } from './sizes.ts';

export interface QueueArgs {
  site: Site;
  network: Network;
  identity: Identity;
}

export class Queue extends pulumi.ComponentResource {
  readonly parts: Omit<QueueParts, 'adminUser' | 'adminPassword'> & { authority: pulumi.Output<string> };
  /** The one password that API and scheduler share. */
  readonly password: Entry;
  readonly instance: Instance;

  constructor(
    name: string,
    { site, network, identity }: QueueArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:gcp:Queue', name, {}, options);
    const standby = site.config.queue.highAvailability ?? site.sizes.highAvailability;
    this.instance = new Instance(
      'queue',
      {
        name: physicalName(site.name, 'queue', 40),
        region: site.config.region,
        tier: standby ? 'STANDARD_HA' : 'BASIC',
        memorySizeGb: machinesOf(site.config).queue.memoryGb,
        redisVersion: 'REDIS_7_2',
        authorizedNetwork: network.networkId,
        connectMode: 'PRIVATE_SERVICE_ACCESS',
        authEnabled: true,
        transitEncryptionMode: 'SERVER_AUTHENTICATION',
        customerManagedKey: identity.key.id,
        // A queue that forgets would be worse than one that refuses.
        redisConfigs: { 'maxmemory-policy': 'noeviction' },
        persistenceConfig: { persistenceMode: 'RDB', rdbSnapshotPeriod: 'TWELVE_HOURS' },
        maintenancePolicy: {
          weeklyMaintenanceWindows: [
            { day: 'SUNDAY', startTime: { hours: 3, minutes: 0, seconds: 0, nanos: 0 } },
          ],
        },
        labels: site.labels,
      },
      { parent: this, dependsOn: [...network.services, ...identity.key.usable] },
    );
    this.password = identity.entry('queue', pulumi.secret(this.instance.authString), this);
    this.parts = {
      host: this.instance.host,
      port: this.instance.port,
      generation: this.instance.id,
      users: 'none',
      tls: true,
      authority: this.instance.serverCaCerts.apply((all) => all.map(({ cert }) => cert).join('\n')),
    };
    this.registerOutputs({ host: this.parts.host, port: this.parts.port });
  }
}
