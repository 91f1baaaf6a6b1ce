/**
 * Valkey (ElastiCache): the doorbell and a short memory for live logs. TLS; a user of its own for API, scheduler and
 * each environment's workers. About 320 US dollars a month in prod (two cache.r7g.large), 20 in dev.
 */
import { ParameterGroup } from '@pulumi/aws/elasticache/parameterGroup.js';
import { ReplicationGroup } from '@pulumi/aws/elasticache/replicationGroup.js';
import { SubnetGroup } from '@pulumi/aws/elasticache/subnetGroup.js';
import { User } from '@pulumi/aws/elasticache/user.js';
import { UserGroup } from '@pulumi/aws/elasticache/userGroup.js';
import * as pulumi from '@pulumi/pulumi';
import type { QueueParts } from '../contract.ts';
import { cacheName } from '../naming.ts';
import { queueUsers } from '../queue-users.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import type { Entry } from './secret.ts';
import type { Site } from './site.ts';
import { machinesOf } from './sizes.ts';

const PORT = 6379;

export interface QueueArgs {
  site: Site;
  network: Network;
  identity: Identity;
}

export class Queue extends pulumi.ComponentResource {
  readonly parts: Omit<QueueParts, 'adminUser' | 'adminPassword'>;
  /** Passwords by user: `api`, `scheduler`, `worker-<environment>`. */
  readonly passwords: Record<string, Entry>;
  readonly group: ReplicationGroup;

  constructor(
    name: string,
    { site, network, identity }: QueueArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:aws:Queue', name, {}, options);
    const within = { parent: this };
    const users = queueUsers(site.config.environments.map(({ slug }) => slug));
    this.passwords = Object.fromEntries(
      users.map((user) => [user.name, identity.password(`queue-${user.name}`, this)]),
    );
    const made = users.map(
      (user) =>
        new User(
          user.name,
          {
            userId: cacheName(site.name, user.name),
            userName: user.name,
            engine: 'valkey',
            accessString: user.access,
            authenticationMode: { type: 'password', passwords: [this.passwords[user.name]!.value!] },
          },
          within,
        ),
    );
    const group = new UserGroup(
      'users',
      {
        userGroupId: cacheName(site.name, 'users'),
        engine: 'valkey',
        userIds: made.map(({ userId }) => userId),
      },
      within,
    );
    const standby = site.config.queue.highAvailability ?? site.sizes.highAvailability;
    this.group = new ReplicationGroup(
      'queue',
      {
        replicationGroupId: cacheName(site.name, 'queue'),
        description: `Cove ${site.name}: queue`,
        engine: 'valkey',
        engineVersion: '8.0',
        nodeType: machinesOf(site.config).queue.type,
        port: PORT,
        numCacheClusters: standby ? 2 : 1,
        automaticFailoverEnabled: standby,
        multiAzEnabled: standby,
        parameterGroupName: this.#parameters(site).name,
        subnetGroupName: this.#subnets(site, network).name,
        securityGroupIds: [network.groups.queue],
        transitEncryptionEnabled: true,
        transitEncryptionMode: 'required',
        atRestEncryptionEnabled: true,
        kmsKeyId: identity.keyArn,
        userGroupIds: [group.userGroupId],
        snapshotRetentionLimit: site.sizes.backupDays,
        snapshotWindow: '01:00-02:00',
        maintenanceWindow: 'sun:03:30-sun:04:30',
        autoMinorVersionUpgrade: true,
        applyImmediately: true,
      },
      within,
    );
    this.parts = {
      host: this.group.primaryEndpointAddress,
      port: pulumi.output(PORT),
      generation: this.group.id,
      users: 'stack',
      tls: true,
    };
    this.registerOutputs({ host: this.parts.host, port: this.parts.port });
  }

  #subnets(site: Site, network: Network): SubnetGroup {
    return new SubnetGroup(
      'queue',
      { name: site.named('queue'), description: `Cove ${site.name}`, subnetIds: network.subnets.data },
      { parent: this },
    );
  }

  #parameters(site: Site): ParameterGroup {
    return new ParameterGroup(
      'queue',
      {
        name: site.named('queue'),
        family: 'valkey8',
        description: `Cove ${site.name}`,
        // A queue that forgets would be worse than one that refuses.
        parameters: [{ name: 'maxmemory-policy', value: 'noeviction' }],
      },
      { parent: this },
    );
  }
}
