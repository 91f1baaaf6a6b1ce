/** Shared file systems (NFS shares of Azure Files): made and protected, or given; mounted where workers have them. */
import { FileShare } from '@pulumi/azure-native/storage/fileShare.js';
import * as pulumi from '@pulumi/pulumi';
import { privateAccount } from './account.ts';
import type { Group } from './group.ts';
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
    { site, group, network }: { site: WorkerSite; group: Group; network: Network },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:azure:Mounts', name, {}, options);
    const { mounts } = site.config;
    const within = { parent: this };
    const made = mounts.filter((mount) => mount.export === undefined);
    const account =
      made.length === 0
        ? undefined
        : privateAccount('shares', { site, group, purgedAs: 'mounts', shares: true }, within);
    const shares = made.map(
      ({ name: shareName, sizeGb }) =>
        new FileShare(
          shareName,
          {
            ...group.within,
            accountName: account!.name,
            shareName,
            shareQuota: sizeGb,
            enabledProtocols: 'NFS',
            rootSquash: 'NoRootSquash',
          },
          { parent: this, ...guarded(site, 'mounts') },
        ),
    );
    this.ready = [...shares, ...(account === undefined ? [] : network.endpoint('file', account.id, this))];
    const exports = mounts.map((mount) =>
      mount.export === undefined
        ? account!.name.apply((known) => `${known}.file.core.windows.net:/${known}/${mount.name}`)
        : pulumi.output(mount.export),
    );
    this.of = (environment) =>
      pulumi.all(exports).apply((sources) =>
        mounts.flatMap(({ path, readOnly, environments }, index) =>
          environments === undefined || environments.includes(environment)
            ? [
                {
                  source: sources[index]!,
                  target: path,
                  // What Microsoft recommends for Azure Files.
                  options: `vers=4,minorversion=1,sec=sys,nconnect=4,hard,_netdev,nofail${readOnly ? ',ro' : ''}`,
                },
              ]
            : [],
        ),
      );
    this.registerOutputs({});
  }
}
