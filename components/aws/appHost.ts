/**
 * The application host: one machine in a group of one, which makes it anew where it fails. It keeps nothing: data are in
 * PostgreSQL and S3, secrets in Secrets Manager. About 180 US dollars a month in prod (m7i.xlarge), 75 in dev.
 */
import { LogGroup } from '@pulumi/aws/cloudwatch/logGroup.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { appHostDocument } from '../boot/app-host.ts';
import type { AppHostParts } from '../contract.ts';
import { appHostBoot } from './appHost/boot.ts';
import { environmentsEntry } from './appHost/environments.ts';
import type { Database } from './database.ts';
import type { Identity } from './identity.ts';
import type { Ingress } from './ingress.ts';
import { machineGroup } from './machines.ts';
import type { Network } from './network.ts';
import { appHostStatements } from './permissions/app-host.ts';
import type { Queue } from './queue.ts';
import type { Registry } from './registry.ts';
import { policyText } from './role.ts';
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
  ingress: Ingress;
}

/** Published by Canonical: Ubuntu 24.04, supported until 2029. */
export const UBUNTU = '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id';

export class AppHost extends pulumi.ComponentResource {
  readonly parts: AppHostParts;
  readonly group: pulumi.Output<string>;
  readonly logGroup: pulumi.Output<string>;

  constructor(name: string, args: AppHostArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:AppHost', name, {}, options);
    const { site, network, identity, database, queue, storage, vault, ingress } = args;
    const logs = new LogGroup(
      'platform',
      { name: `/cove/${site.name}/platform`, retentionInDays: site.sizes.logDays, kmsKeyId: identity.keyArn },
      { parent: this },
    );
    this.logGroup = logs.name;
    const environments = environmentsEntry(args, { parent: this });
    const rights = this.#rights(args, logs, environments);
    const { type, diskGb } = machinesOf(site.config).appHost;
    const entries = [
      environments,
      ...Object.values(identity.written),
      ...Object.values(queue.passwords),
      ...(vault.own === undefined ? [] : [vault.own.seal, vault.own.database]),
    ];
    const { group } = machineGroup(
      'app-host',
      {
        site,
        part: 'app-host',
        machineType: type,
        diskGb,
        image: site.config.machineImages.appHost,
        published: UBUNTU,
        rootDevice: '/dev/sda1',
        securityGroup: network.groups.appHost,
        profile: identity.appHostProfile.name,
        // Its services run in containers and act as the host.
        metadataHops: 2,
        userData: appHostBoot({ ...args, logGroup: logs.name, environments: environments.arn }).apply(
          appHostDocument,
        ),
        tags: { component: 'app-host' },
        group: {
          minSize: 1,
          maxSize: 1,
          desiredCapacity: 1,
          vpcZoneIdentifiers: network.subnets.app,
          targetGroupArns: [ingress.targetGroup.arn],
          // The balancer's check also fails while the database fails over, which another host would not mend.
          healthCheckType: 'EC2',
          // First boot: packages, images, migrations.
          healthCheckGracePeriod: 900,
          // Another image or setting is another machine; for its few minutes the platform is away.
          instanceRefresh: {
            strategy: 'Rolling',
            preferences: { minHealthyPercentage: 0, instanceWarmup: '300' },
          },
        },
        groupOptions: {
          // All that a boot needs, so that the first one already finds it.
          dependsOn: [
            ...rights,
            ...network.ways,
            ...entries.map(({ ready }) => ready),
            database.instance,
            queue.group,
            ...storage.ready,
          ],
        },
      },
      { parent: this },
    );
    this.group = group.name;
    this.parts = { httpUrl: pulumi.output(site.publicUrl), publicUrl: pulumi.output(site.publicUrl) };
    this.registerOutputs(this.parts);
  }

  /** What the host's role may do; of a role that the config gives, the operator said it. */
  #rights(
    { site, identity, registry, database, queue, storage, vault }: AppHostArgs,
    logs: LogGroup,
    environments: Entry,
  ): RolePolicy[] {
    const { accountId, region, given, registries } = site.config;
    if (given.appHostRole !== undefined) return [];
    const read = [
      environments.arn,
      database.parts.superuserPassword,
      ...Object.values(queue.passwords).map(({ arn }) => arn),
      ...(vault.own === undefined ? [] : [vault.own.seal.arn, vault.own.database.arn]),
      ...(site.config.vault.kind === 'existing' ? [pulumi.output(site.config.vault.appRoleSecret)] : []),
    ];
    const statements = pulumi
      .all([
        identity.keyArn,
        pulumi.all(storage.buckets.map(({ arn }) => arn)),
        pulumi.all(read),
        pulumi.all(Object.values(identity.written).map(({ arn }) => arn)),
        pulumi.all(registry.repositories.map(({ arn }) => arn)),
        logs.arn,
      ])
      .apply(([keyArn, buckets, reads, write, repositories, logGroup]) =>
        appHostStatements({
          installation: site.name,
          accountId,
          region,
          keyArn,
          buckets,
          read: reads,
          write,
          repositories: [...repositories, ...registries],
          logGroup,
        }),
      );
    return [
      new RolePolicy(
        'app-host',
        { role: identity.appHostRole, policy: statements.apply(policyText) },
        { parent: this },
      ),
    ];
  }
}
