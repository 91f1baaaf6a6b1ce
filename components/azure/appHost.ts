/**
 * The application host: one machine in a scale set of one, which makes it anew where it fails. It keeps nothing: data are
 * in PostgreSQL and Blob Storage, secrets in the key vault. About 150 US dollars a month in prod, 80 in dev.
 */
import { createHash } from 'node:crypto';
import type { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import * as pulumi from '@pulumi/pulumi';
import { appHostDocument } from '../boot/app-host.ts';
import type { AppHostParts } from '../contract.ts';
import { physicalName } from '../naming.ts';
import { appHostBoot } from './appHost/boot.ts';
import { environmentsEntry } from './appHost/environments.ts';
import type { Database } from './database.ts';
import type { Group } from './group.ts';
import type { Identity } from './identity.ts';
import type { Ingress } from './ingress.ts';
import { UBUNTU } from './machine-images.ts';
import { machineGroup } from './machines.ts';
import type { Network } from './network.ts';
import type { Queue } from './queue.ts';
import type { Registry } from './registry.ts';
import { hostRights, mayOf } from './rights.ts';
import { ROLES } from './role.ts';
import type { Entry } from './secret.ts';
import type { Site } from './site.ts';
import { machinesOf } from './sizes.ts';
import type { Storage } from './storage.ts';
import type { Vault } from './vault.ts';

export interface AppHostArgs {
  site: Site;
  group: Group;
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
  readonly group: pulumi.Output<string>;
  /** Id of its scale set. */
  readonly groupId: pulumi.Output<string>;

  constructor(name: string, args: AppHostArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:AppHost', name, {}, options);
    const { site, group, network, identity, registry, database, queue, storage, vault, ingress } = args;
    const { type, diskGb } = machinesOf(site.config).appHost;
    const environments = environmentsEntry(args, { parent: this });
    const document = appHostBoot({ ...args, environments: environments.name }).apply(appHostDocument);
    const entries = [
      environments,
      database.password,
      queue.password,
      ...(vault.own === undefined ? [] : [vault.own.seal, vault.own.database]),
    ];
    const scaleSet = machineGroup(
      'app-host',
      {
        site,
        group,
        // A machine reads its document once, at its birth. Another document is another scale set, of another name: the
        // new one is there before the old one goes.
        groupName: document.apply((text) =>
          physicalName(
            site.name,
            `app-host-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`,
            64,
          ),
        ),
        capacity: 1,
        machineType: type,
        diskGb,
        image: site.config.machineImages.appHost,
        published: UBUNTU,
        subnet: network.subnets.appHost,
        securityGroup: network.groups.appHost,
        identity: identity.appHost.id,
        userData: document,
        tags: { component: 'app-host' },
        pool: ingress.pool,
        // Not whether databases answer: another machine would not mend those.
        health: { port: 8000, path: '/livez' },
        watched: true,
      },
      {
        parent: this,
        // All that a boot needs, so that the first one already finds it.
        dependsOn: [
          ...this.#rights(args, environments),
          ...network.ways,
          ...entries.map(({ ready }) => ready),
          ...database.ready,
          ...queue.ready,
          ...storage.ready,
          ...registry.ready,
        ],
      },
    );
    this.group = scaleSet.name;
    this.groupId = scaleSet.id;
    this.parts = { httpUrl: pulumi.output(site.publicUrl), publicUrl: pulumi.output(site.publicUrl) };
    this.registerOutputs(this.parts);
  }

  /** What the host's identity may do (reference: infrastructure 2.2); of one that the config gives, the operator said it. */
  #rights(
    { site, group, network, identity, registry, database, queue, storage, vault }: AppHostArgs,
    environments: Entry,
  ): RoleAssignment[] {
    if (site.config.given.appHostIdentity !== undefined) return [];
    const { principalId } = identity.appHost;
    const within = { parent: this };
    const may = mayOf('app-host', { site, principalId }, within);
    const read = {
      environments,
      'database-superuser': database.password,
      queue: queue.password,
      ...(vault.own === undefined
        ? {}
        : { 'vault-seal': vault.own.seal, 'vault-database': vault.own.database }),
    };
    return [
      ...Object.entries(read).map(([what, { id }]) => may(`reads-${what}`, ROLES.secretsUser, id)),
      ...Object.entries(identity.written).map(([what, { id }]) =>
        may(`writes-${what}`, ROLES.secretsOfficer, id),
      ),
      ...storage.containers.map(({ id }, index) =>
        may(`blobs-${['platform', 'data'][index]}`, ROLES.blobContributor, id),
      ),
      // Workers get signed addresses, made with a key of this host's own.
      may('signs-addresses', ROLES.blobDelegator, storage.account.id),
      ...site.config.registries.map((id, index) => may(`pulls-images-${index}`, ROLES.acrPull, id)),
      ...hostRights({ site, group, network, registry, identity }, may, within),
    ];
  }
}
