/**
 * The scaler of a worker stack: one small machine that asks the installation what to do with the groups of workers, and does
 * it as itself. Nobody connects to it, and it keeps nothing. About 15 US dollars a month (e2-small).
 */
import * as pulumi from '@pulumi/pulumi';
import { scalerDocument } from '../boot/scaler.ts';
import { environmentBoot } from './appHost/environments.ts';
import { hostLogs } from './host-logs.ts';
import { machineGroup, UBUNTU } from './machines.ts';
import type { Network } from './network.ts';
import { READ_SECRET } from './permissions/app-host.ts';
import type { Registry } from './registry.ts';
import { hostRights, machineRights, ofSecrets, ownRole } from './rights.ts';
import { type Entry, passwordEntry } from './secret.ts';
import type { WorkerStackSite } from './site.ts';
import { surroundings } from './surroundings.ts';
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
  readonly proof: { kind: 'gcp'; projectId: string; audience: string };

  constructor(name: string, args: ScalerArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Scaler', name, {}, options);
    const { site, network, identity, registry } = args;
    const { projectId, joins, scaler, environments, machineImages } = site.config;
    const within = { parent: this };
    this.proof = { kind: 'gcp', projectId, audience: joins.url };
    this.token = passwordEntry('scaler-token', { site, key: identity.key }, within);
    this.logGroup = hostLogs(site, 'scaler', within);
    const { group } = machineGroup(
      'scaler',
      {
        site,
        part: 'scaler',
        machineType: scaler.machineType,
        diskGb: scaler.diskGb,
        image: machineImages.scaler,
        published: UBUNTU,
        subnet: network.subnets.host,
        tag: network.tags.scaler,
        account: identity.scalerAccount,
        userData: pulumi.all([registry.images.platform, this.token.id]).apply(([image, secret]) =>
          scalerDocument({
            ...surroundings(site, { logs: true }),
            apiUrl: joins.url,
            image,
            registry: { kind: 'gcp', host: registry.host },
            secretStore: { kind: 'gcp' },
            token: { secret },
            groups: environments.map((one) => environmentBoot(site, one).machines!.group),
          }),
        ),
        labels: { component: 'scaler' },
        group: {
          targetSize: 1,
          // For the minutes that another one takes no worker starts or ends.
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
        groupOptions: { dependsOn: [...this.#rights(args), ...network.ways, this.token.ready] },
      },
      within,
    );
    this.group = group.name;
    this.registerOutputs({ group: this.group, logGroup: this.logGroup });
  }

  /** Of an account that the config gives, the operator said what it may do. */
  #rights({ site, identity, registry }: ScalerArgs): pulumi.Resource[] {
    if (site.config.given.scalerAccount !== undefined) return [];
    const within = { parent: this };
    const holder = { site, member: pulumi.interpolate`serviceAccount:${identity.scalerAccount}` };
    const reader = ownRole(
      site,
      'read-secrets',
      { title: 'reads its secrets', permissions: READ_SECRET },
      within,
    );
    return [
      ...ofSecrets(holder, { 'scaler-token': this.token.id }, reader, within),
      ...machineRights(holder, within),
      ...hostRights(holder, registry, within),
    ];
  }
}
