/** What the application host is told at its first boot: names and addresses, never a secret. */
import * as pulumi from '@pulumi/pulumi';
import type { AppHostBoot } from '../../boot/contract.ts';
import { hostBoot } from '../../boot/host.ts';
import type { AppHostArgs } from '../appHost.ts';
import { surroundings } from '../surroundings.ts';

export function appHostBoot(
  args: AppHostArgs & { environments: pulumi.Output<string> },
): pulumi.Output<AppHostBoot> {
  const { site, group, identity, registry, database, queue, storage, vault } = args;
  const { subscriptionId, machineImages } = site.config;
  return pulumi
    .output({
      resourceGroup: group.place.resourceGroupName,
      images: registry.images,
      database: database.parts,
      queue: queue.parts,
      password: queue.password.name,
      written: Object.fromEntries(Object.entries(identity.written).map(([key, { name }]) => [key, name])),
      seal: vault.own?.seal.name,
      vaultDatabase: vault.own?.database.name,
      storage: storage.parts,
      environments: args.environments,
      vaultUrl: identity.vaultUrl,
      clientId: identity.appHost.clientId,
    })
    .apply((known): AppHostBoot => {
      const superuserPassword = { secret: known.database.superuserPassword };
      const alike = hostBoot(site, { ...known, superuserPassword });
      const { resourceGroup, clientId, vaultUrl } = known;
      const { host, port } = known.queue;
      return {
        ...surroundings(site),
        ...alike,
        installPackages: machineImages.appHost === undefined,
        registry: { kind: 'azure', host: registry.host, clientId },
        secretStore: { kind: 'azure', vaultUrl, clientId },
        database: { ...alike.database, authority: 'public' },
        queue: {
          host,
          port,
          authority: 'public',
          users: { kind: 'shared', user: 'default', password: { secret: known.password } },
        },
        storage: { ...known.storage, credentials: 'machine' },
        join: { proof: { kind: 'azure', subscriptionId, resourceGroup } },
      };
    });
}
