/**
 * The scaler of a worker stack: one small machine that asks the installation what to do with the groups of workers, and does
 * it as itself. Nobody connects to it, and it keeps nothing. About 20 US dollars a month (Standard_B1ms).
 */
import { createHash } from 'node:crypto';
import type { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import * as pulumi from '@pulumi/pulumi';
import { scalerDocument } from '../boot/scaler.ts';
import { environmentBoot } from './appHost/environments.ts';
import type { Group } from './group.ts';
import { collectHostLogs, logWorkspace } from './host-logs.ts';
import { UBUNTU } from './machine-images.ts';
import { machineGroup } from './machines.ts';
import type { Network } from './network.ts';
import type { Registry } from './registry.ts';
import { hostRights, mayOf } from './rights.ts';
import { ROLES } from './role.ts';
import { type Entry, passwordEntry } from './secret.ts';
import type { WorkerStackSite } from './site.ts';
import { surroundings } from './surroundings.ts';
import { groupName } from './worker-names.ts';
import type { WorkerIdentity } from './workerIdentity.ts';

export interface ScalerArgs {
  site: WorkerStackSite;
  group: Group;
  network: Network;
  identity: WorkerIdentity;
  registry: Registry<'platform'>;
}

export class Scaler extends pulumi.ComponentResource {
  /** What it proves itself by at the installation, which is told its hash alone. */
  readonly token: Entry;
  readonly group: pulumi.Output<string>;
  /** Id of the workspace that its logs go to. */
  readonly logGroup: pulumi.Output<string>;
  /** What machines of this stack are proven by. */
  readonly proof: pulumi.Output<{ kind: 'azure'; subscriptionId: string; resourceGroup: string }>;

  constructor(name: string, args: ScalerArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:Scaler', name, {}, options);
    const { site, group, network, identity, registry } = args;
    const { scaler, machineImages } = site.config;
    const within = { parent: this };
    this.proof = proofOf(args);
    this.token = passwordEntry('scaler-token', identity.keeper, within);
    const document = this.#document(args);
    const scaleSet = machineGroup(
      'scaler',
      {
        site,
        group,
        // Another document is another scale set, as for an application host.
        groupName: document.apply((text) =>
          groupName(site, `scaler-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`),
        ),
        capacity: 1,
        machineType: scaler.machineType,
        diskGb: scaler.diskGb,
        image: machineImages.scaler,
        published: UBUNTU,
        subnet: network.subnets.scaler,
        securityGroup: network.groups.scaler,
        identity: identity.scaler.id,
        userData: document,
        tags: { component: 'scaler' },
        watched: true,
      },
      {
        parent: this,
        dependsOn: [...this.#rights(args), ...network.ways, this.token.ready, ...registry.ready],
      },
    );
    const workspace = logWorkspace(site, group, within);
    collectHostLogs({ site, group, network, workspace, host: scaleSet.id }, within);
    this.logGroup = workspace;
    this.group = scaleSet.name;
    this.registerOutputs({ group: this.group, logGroup: this.logGroup });
  }

  #document({ site, group, identity, registry }: ScalerArgs): pulumi.Output<string> {
    const { environments, joins, machineImages } = site.config;
    return pulumi
      .output({
        image: registry.images.platform,
        secret: this.token.name,
        resourceGroup: group.place.resourceGroupName,
        vaultUrl: identity.vaultUrl,
        clientId: identity.scaler.clientId,
      })
      .apply(({ image, secret, resourceGroup, vaultUrl, clientId }) =>
        scalerDocument({
          ...surroundings(site),
          installPackages: machineImages.scaler === undefined,
          apiUrl: joins.url,
          image,
          registry: { kind: 'azure', host: registry.host, clientId },
          secretStore: { kind: 'azure', vaultUrl, clientId },
          token: { secret },
          groups: environments.map((one) => environmentBoot(site, resourceGroup, one).machines!.group),
        }),
      );
  }

  /** Of an identity that the config gives, the operator said what it may do. */
  #rights({ site, group, network, identity, registry }: ScalerArgs): RoleAssignment[] {
    if (site.config.given.scalerIdentity !== undefined) return [];
    const within = { parent: this };
    const may = mayOf('scaler', { site, principalId: identity.scaler.principalId }, within);
    return [
      may('reads-token', ROLES.secretsUser, this.token.id),
      ...hostRights({ site, group, network, registry, identity }, may, within),
    ];
  }
}

const proofOf = ({ site, group }: ScalerArgs) =>
  group.place.resourceGroupName.apply((resourceGroup) => ({
    kind: 'azure' as const,
    subscriptionId: site.config.subscriptionId,
    resourceGroup,
  }));
