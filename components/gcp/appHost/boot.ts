/** What the application host is told at its first boot: names and addresses, never a secret. */
import * as pulumi from '@pulumi/pulumi';
import type { AppHostBoot } from '../../boot/contract.ts';
import type { AppHostArgs } from '../appHost.ts';
import { surroundings } from '../surroundings.ts';

export function appHostBoot(
  args: AppHostArgs & { environments: pulumi.Output<string> },
): pulumi.Output<AppHostBoot> {
  const { site, identity, registry, database, queue, storage, vault } = args;
  const { config } = site;
  const entry = (secret: string) => ({ secret });
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
    .apply(
      (known): AppHostBoot => ({
        ...surroundings(site, { logs: true }),
        publicUrl: site.publicUrl,
        images: {
          platform: known.images.platform,
          vault: vault.own === undefined ? null : known.images.vault,
        },
        registry: { kind: 'gcp', host: registry.host },
        secretStore: { kind: 'gcp' },
        secrets: {
          databaseSuperuser: entry(known.database.superuserPassword),
          ...(known.seal === undefined ? {} : { vaultSeal: entry(known.seal) }),
          ...(known.vaultDatabase === undefined ? {} : { vaultDatabase: entry(known.vaultDatabase) }),
        },
        written: {
          vaultRecovery: entry(known.written['vault-recovery']!),
          approleOperator: entry(
            config.vault.kind === 'existing'
              ? config.vault.appRoleSecret
              : known.written['approle-operator']!,
          ),
          approleApi: entry(known.written['approle-api']!),
          approleScheduler: entry(known.written['approle-scheduler']!),
          administrator: entry(known.written.administrator!),
        },
        database: {
          host: known.database.host,
          port: known.database.port,
          superuser: known.database.superuser,
          authority: { pem: known.database.authority },
        },
        queue: {
          host: known.queue.host,
          port: known.queue.port,
          authority: { pem: known.queue.authority },
          users: { kind: 'shared', user: 'default', password: entry(known.password) },
        },
        storage: { ...known.storage, credentials: 'machine' },
        administrator: { ...config.administrator, organization: config.organization },
        environments: entry(known.environments),
        trustedGitUrls: config.trustedGitHosts,
        join: { proof: { kind: 'gcp', projectId: config.projectId, audience: site.publicUrl } },
        ...(config.vault.kind === 'existing'
          ? { vault: { address: config.vault.address, authority: 'public' as const } }
          : {}),
      }),
    );
}
