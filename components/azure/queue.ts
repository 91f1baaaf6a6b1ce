/**
 * Redis (Azure Managed Redis): the doorbell and a short memory for live logs. TLS, inside the network alone. It has no
 * users to be made, so workers ring through the API's relay. About 330 US dollars a month in prod, 30 in dev.
 */
import { Database as RedisDatabase } from '@pulumi/azure-native/redisenterprise/database.js';
import { listDatabaseKeysOutput } from '@pulumi/azure-native/redisenterprise/listDatabaseKeys.js';
import { RedisEnterprise } from '@pulumi/azure-native/redisenterprise/redisEnterprise.js';
import * as pulumi from '@pulumi/pulumi';
import type { QueueParts } from '../contract.ts';
import type { Group } from './group.ts';
import type { Identity } from './identity.ts';
import { serverName } from './names.ts';
import type { Network } from './network.ts';
import { type Entry, filledEntry } from './secret.ts';
import type { Site } from './site.ts';
import { machinesOf } from './sizes.ts';

export interface QueueArgs {
  site: Site;
  group: Group;
  network: Network;
  identity: Identity;
}

export class Queue extends pulumi.ComponentResource {
  readonly parts: Omit<QueueParts, 'adminUser' | 'adminPassword'>;
  /** The one password that API and scheduler share. */
  readonly password: Entry;
  readonly cluster: RedisEnterprise;
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { site, group, network, identity }: QueueArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:azure:Queue', name, {}, options);
    const within = { parent: this };
    const standby = site.config.queue.highAvailability ?? site.sizes.highAvailability;
    this.cluster = new RedisEnterprise(
      'queue',
      {
        ...group.place,
        clusterName: serverName(site, 'queue'),
        sku: { name: machinesOf(site.config).queue.type },
        highAvailability: standby ? 'Enabled' : 'Disabled',
        minimumTlsVersion: '1.2',
        publicNetworkAccess: 'Disabled',
      },
      within,
    );
    const database = new RedisDatabase(
      'queue',
      {
        ...group.within,
        clusterName: this.cluster.name,
        databaseName: 'default',
        clientProtocol: 'Encrypted',
        clusteringPolicy: 'NoCluster',
        // A queue that forgets would be worse than one that refuses.
        evictionPolicy: 'NoEviction',
        accessKeysAuthentication: 'Enabled',
        persistence: { rdbEnabled: true, rdbFrequency: '12h' },
      },
      within,
    );
    const { primaryKey } = listDatabaseKeysOutput(
      { ...group.within, clusterName: this.cluster.name, databaseName: database.name },
      within,
    );
    this.password = filledEntry('queue', identity.keeper, pulumi.secret(primaryKey), within);
    this.ready = [database, ...network.endpoint('redis', this.cluster.id, this)];
    this.parts = {
      host: this.cluster.hostName,
      port: database.port.apply((port) => port ?? 10_000),
      generation: database.id,
      users: 'none',
      tls: true,
    };
    this.registerOutputs({ host: this.parts.host, port: this.parts.port });
  }
}
