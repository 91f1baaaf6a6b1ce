/** Shared file systems (Filestore): made and protected, or given; mounted on workers of the environments that have them. */
import { Instance } from '@pulumi/gcp/filestore/instance.js';
import * as pulumi from '@pulumi/pulumi';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import { guarded, type WorkerSite } from './site.ts';

export interface Mounted {
  source: string;
  target: string;
  options: string;
}

const SHARE = 'share';

export class Mounts extends pulumi.ComponentResource {
  /** What the workers of an environment mount. */
  readonly of: (environment: string) => pulumi.Output<Mounted[]>;
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { site, network, identity }: { site: WorkerSite; network: Network; identity: Pick<Identity, 'key'> },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:gcp:Mounts', name, {}, options);
    const { mounts, region } = site.config;
    const made: Instance[] = [];
    const sources = mounts.map(({ name: mount, export: given, sizeGb }) => {
      if (given !== undefined) return pulumi.output(given);
      const system = new Instance(
        mount,
        {
          name: site.named(`mount-${mount}`),
          location: region,
          tier: 'REGIONAL',
          protocol: 'NFS_V4_1',
          fileShares: { name: SHARE, capacityGb: sizeGb },
          networks: [
            { network: network.networkId, modes: ['MODE_IPV4'], connectMode: 'PRIVATE_SERVICE_ACCESS' },
          ],
          kmsKeyName: identity.key.id,
          labels: site.labels,
        },
        {
          parent: this,
          ...guarded(site, 'mounts'),
          dependsOn: [...network.services, ...identity.key.usable],
        },
      );
      made.push(system);
      return system.networks.apply(([one]) => `${one?.ipAddresses?.[0] ?? ''}:/${SHARE}`);
    });
    this.ready = made;
    this.of = (environment) =>
      pulumi.all(sources).apply((all) =>
        mounts.flatMap(({ path, readOnly, environments }, index) =>
          environments === undefined || environments.includes(environment)
            ? [
                {
                  source: all[index]!,
                  target: path,
                  options: `hard,timeo=600,retrans=3,_netdev,nofail${readOnly ? ',ro' : ''}`,
                },
              ]
            : [],
        ),
      );
    this.registerOutputs({});
  }
}
