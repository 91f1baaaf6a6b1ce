/** What the application host is told at its first boot: names and addresses, never a secret. */
import * as pulumi from '@pulumi/pulumi';
import type { AppHostBoot } from '../../boot/contract.ts';
import { hostBoot } from '../../boot/host.ts';
import type { AppHostArgs } from '../appHost.ts';
import { surroundings } from '../surroundings.ts';

export function appHostBoot(
  args: AppHostArgs & { environments: pulumi.Output<string> },
): pulumi.Output<AppHostBoot> {
  const { site, identity, registry, database, queue, storage, vault } = args;
  const { projectId } = site.config;
  return pulumi
    .output({
      images: registry.images,
      database: database.parts,
      queue: queue.parts,
      password: queue.password.id,
      written: Object.fromEntries(Object.entries(identity.written).map(([name, { id }]) => [name, id])),
      seal: vault.own?.seal.id,
      vaultDatabase: vault.own?.database.id,
      storage: storage.parts,
      environments: args.environments,
    })
    .apply((known): AppHostBoot => {
      const superuserPassword = { secret: known.database.superuserPassword };
      const alike = hostBoot(site, { ...known, superuserPassword });
      const { host, port, authority } = known.queue;
      return {
        ...surroundings(site, { logs: true }),
        ...alike,
        registry: { kind: 'gcp', host: registry.host },
        secretStore: { kind: 'gcp' },
        database: { ...alike.database, authority: { pem: known.database.authority } },
        queue: {
          host,
          port,
          authority: { pem: authority },
          users: { kind: 'shared', user: 'default', password: { secret: known.password } },
        },
        storage: { ...known.storage, credentials: 'machine' },
        join: { proof: { kind: 'gcp', projectId, audience: site.publicUrl } },
      };
    });
}
