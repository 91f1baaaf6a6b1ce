/** What the application host is told at its first boot: names and addresses, never a secret. */
import * as pulumi from '@pulumi/pulumi';
import type { AppHostBoot } from '../../boot/contract.ts';
import type { AppHostArgs } from '../appHost.ts';
import { surroundings } from '../surroundings.ts';

export function appHostBoot(
  args: AppHostArgs & { environments: pulumi.Output<string> },
): pulumi.Output<AppHostBoot> {
  const { site, group, identity, registry, database, queue, storage, vault } = args;
  const { config } = site;
  const entry = (secret: string) => ({ secret });
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
    .apply(
      (known): AppHostBoot => ({
        ...surroundings(site),
        installPackages: config.machineImages.appHost === undefined,
        publicUrl: site.publicUrl,
        images: {
          platform: known.images.platform,
          vault: vault.own === undefined ? null : known.images.vault,
        },
        registry: { kind: 'azure', host: registry.host, clientId: known.clientId },
        secretStore: { kind: 'azure', vaultUrl: known.vaultUrl, clientId: known.clientId },
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
          authority: 'public',
        },
        queue: {
          host: known.queue.host,
          port: known.queue.port,
          authority: 'public',
          users: { kind: 'shared', user: 'default', password: entry(known.password) },
        },
        storage: { ...known.storage, credentials: 'machine' },
        administrator: { ...config.administrator, organization: config.organization },
        environments: entry(known.environments),
        trustedGitUrls: config.trustedGitHosts,
        join: {
          proof: {
            kind: 'azure',
            subscriptionId: config.subscriptionId,
            resourceGroup: known.resourceGroup,
          },
        },
        ...(config.vault.kind === 'existing'
          ? { vault: { address: config.vault.address, authority: 'public' as const } }
          : {}),
      }),
    );
}
