/**
 * The scaler of a worker stack: one small machine that asks the installation what to do with the groups of workers, and does
 * it as itself. Nobody connects to it, and it keeps nothing. About 20 US dollars a month (t3.small).
 */
import { LogGroup } from '@pulumi/aws/cloudwatch/logGroup.js';
import { InstanceProfile } from '@pulumi/aws/iam/instanceProfile.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { scalerDocument } from '../boot/scaler.ts';
import { roleName } from '../naming.ts';
import { UBUNTU } from './appHost.ts';
import { machineGroup } from './machines.ts';
import type { Network } from './network.ts';
import { scalerStatements } from './permissions/scaler.ts';
import type { Registry } from './registry.ts';
import { givenOrInlineRole, policyText } from './role.ts';
import { type Entry, passwordEntry } from './secret.ts';
import type { WorkerStackSite } from './site.ts';
import { surroundings } from './surroundings.ts';
import { workerGroupName } from './worker-names.ts';
import type { WorkerIdentity } from './workerIdentity.ts';

export interface ScalerArgs {
  site: WorkerStackSite;
  network: Network;
  identity: WorkerIdentity;
  registry: Registry<'platform'>;
}

export class Scaler extends pulumi.ComponentResource {
  /** What it proves itself by at the installation, which is told its hash alone. */
  readonly token: Entry;
  readonly group: pulumi.Output<string>;
  readonly logGroup: pulumi.Output<string>;
  /** What machines of this stack are proven by. */
  readonly proof: { kind: 'aws'; accountId: string; region: string };

  constructor(name: string, args: ScalerArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:Scaler', name, {}, options);
    const { site, network, identity, registry } = args;
    const { accountId, region, joins, scaler, environments, machineImages, given } = site.config;
    const within = { parent: this };
    this.proof = { kind: 'aws', accountId, region };
    this.token = passwordEntry('scaler-token', { site, keyArn: identity.keyArn }, within);
    const logs = new LogGroup(
      'platform',
      { name: `/cove/${site.name}/platform`, retentionInDays: site.sizes.logDays, kmsKeyId: identity.keyArn },
      within,
    );
    this.logGroup = logs.name;
    const role = givenOrInlineRole(
      given.scalerRole,
      'scaler',
      site,
      { service: 'ec2.amazonaws.com' },
      within,
    );
    const profile = new InstanceProfile(
      'scaler',
      { name: roleName(site.name, 'scaler'), role: role.name },
      within,
    );
    const rights = given.scalerRole === undefined ? [this.#rights(args, role.name, logs)] : [];
    const { group } = machineGroup(
      'scaler',
      {
        site,
        part: 'scaler',
        machineType: scaler.machineType,
        diskGb: scaler.diskGb,
        image: machineImages.scaler,
        published: UBUNTU,
        rootDevice: '/dev/sda1',
        securityGroup: network.groups.scaler,
        profile: profile.name,
        // It runs in a container and acts as the host.
        metadataHops: 2,
        userData: pulumi
          .all([registry.images.platform, this.token.arn, logs.name])
          .apply(([image, secret, logGroup]) =>
            scalerDocument({
              ...surroundings(site, logGroup),
              apiUrl: joins.url,
              image,
              registry: { kind: 'aws', host: registry.host, region },
              secretStore: { kind: 'aws', region },
              token: { secret },
              groups: environments.map(({ slug }) => ({
                kind: 'aws',
                region,
                group: workerGroupName(site, slug),
              })),
            }),
          ),
        tags: { component: 'scaler' },
        group: {
          minSize: 1,
          maxSize: 1,
          desiredCapacity: 1,
          vpcZoneIdentifiers: network.subnets.app,
          healthCheckType: 'EC2',
          // For the minutes that another one takes no worker starts or ends.
          instanceRefresh: {
            strategy: 'Rolling',
            preferences: { minHealthyPercentage: 0, instanceWarmup: '120' },
          },
        },
        groupOptions: { dependsOn: [...rights, ...network.ways, this.token.ready] },
      },
      within,
    );
    this.group = group.name;
    this.registerOutputs({ group: this.group, logGroup: this.logGroup });
  }

  #rights({ site, identity, registry }: ScalerArgs, role: pulumi.Output<string>, logs: LogGroup): RolePolicy {
    const { accountId, region } = site.config;
    const repositories = pulumi.all(registry.repositories.map(({ arn }) => arn));
    const policy = pulumi
      .all([identity.keyArn, this.token.arn, repositories, logs.arn])
      .apply(([keyArn, token, images, logGroup]) =>
        policyText(
          scalerStatements({
            installation: site.name,
            accountId,
            region,
            keyArn,
            token,
            repositories: images,
            logGroup,
          }),
        ),
      );
    return new RolePolicy('scaler', { role, policy }, { parent: this });
  }
}
