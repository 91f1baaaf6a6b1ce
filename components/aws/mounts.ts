/** Shared file systems (EFS): made and protected, or given; mounted on workers of the environments that have them. */
import { BackupPolicy } from '@pulumi/aws/efs/backupPolicy.js';
import { FileSystem } from '@pulumi/aws/efs/fileSystem.js';
import { MountTarget } from '@pulumi/aws/efs/mountTarget.js';
import * as pulumi from '@pulumi/pulumi';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import { guarded, type WorkerSite } from './site.ts';

export interface Mounted {
  source: string;
  target: string;
  options: string;
}

export class Mounts extends pulumi.ComponentResource {
  /** What the workers of an environment mount. */
  readonly of: (environment: string) => pulumi.Output<Mounted[]>;
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { site, network, identity }: { site: WorkerSite; network: Network; identity: Pick<Identity, 'keyArn'> },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:aws:Mounts', name, {}, options);
    const { mounts, region } = site.config;
    const targets: pulumi.Resource[] = [];
    const systems = mounts.map(({ name: mount, fileSystemId }) => {
      if (fileSystemId !== undefined) return pulumi.output(fileSystemId);
      const system = new FileSystem(
        mount,
        {
          creationToken: site.named(`mount-${mount}`),
          encrypted: true,
          kmsKeyId: identity.keyArn,
          throughputMode: 'elastic',
          lifecyclePolicies: [{ transitionToIa: 'AFTER_30_DAYS' }],
          tags: { Name: site.named(`mount-${mount}`) },
        },
        { parent: this, ...guarded(site, 'mounts') },
      );
      new BackupPolicy(
        mount,
        { fileSystemId: system.id, backupPolicy: { status: 'ENABLED' } },
        { parent: this },
      );
      network.subnets.data.forEach((subnetId, zone) => {
        targets.push(
          new MountTarget(
            `${mount}-${zone}`,
            { fileSystemId: system.id, subnetId, securityGroups: [network.groups.mounts] },
            { parent: this },
          ),
        );
      });
      return system.id;
    });
    this.ready = targets;
    this.of = (environment) =>
      pulumi.all(systems).apply((ids) =>
        mounts.flatMap(({ path, readOnly, environments }, index) =>
          environments === undefined || environments.includes(environment)
            ? [
                {
                  source: `${ids[index]}.efs.${region}.amazonaws.com:/`,
                  target: path,
                  // What Amazon recommends for EFS over plain NFS.
                  options: `nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport${readOnly ? ',ro' : ''}`,
                },
              ]
            : [],
        ),
      );
    this.registerOutputs({});
  }
}
