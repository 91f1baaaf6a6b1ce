/** What the application host is told at its first boot: names and addresses, never a secret. */
import * as pulumi from '@pulumi/pulumi';
import type { AppHostBoot } from '../../boot/contract.ts';
import { hostBoot } from '../../boot/host.ts';
import type { AppHostArgs } from '../appHost.ts';
import { surroundings } from '../surroundings.ts';

export function appHostBoot(
  args: AppHostArgs & { logGroup: pulumi.Output<string>; environments: pulumi.Output<string> },
): pulumi.Output<AppHostBoot> {
  const { site, identity, registry, database, queue, storage, vault } = args;
  const { accountId, region } = site.config;
  return pulumi
    .output({
      images: registry.images,
      database: database.parts,
      queue: queue.parts,
      passwords: Object.fromEntries(Object.entries(queue.passwords).map(([user, { arn }]) => [user, arn])),
      written: Object.fromEntries(Object.entries(identity.written).map(([name, { arn }]) => [name, arn])),
      seal: vault.own?.seal.arn,
      vaultDatabase: vault.own?.database.arn,
      storage: storage.parts,
      logGroup: args.logGroup,
      environments: args.environments,
    })
    .apply((known): AppHostBoot => {
      const superuserPassword = { secret: known.database.superuserPassword, field: 'password' };
      const alike = hostBoot(site, { ...known, superuserPassword });
      const user = (name: string) => ({ user: name, password: { secret: known.passwords[name]! } });
      const { host, port } = known.queue;
      return {
        ...surroundings(site, known.logGroup),
        ...alike,
        registry: { kind: 'aws', host: registry.host, region },
        secretStore: { kind: 'aws', region },
        database: { ...alike.database, authority: 'aws-rds' },
        queue: {
          host,
          port,
          authority: 'public',
          users: { kind: 'managed', api: user('api'), scheduler: user('scheduler') },
        },
        storage: { ...known.storage, credentials: 'machine' },
        join: { proof: { kind: 'aws', accountId, region } },
      };
    });
}
