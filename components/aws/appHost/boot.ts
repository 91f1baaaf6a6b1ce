/** What the application host is told at its first boot: names and addresses, never a secret. */
import * as pulumi from '@pulumi/pulumi';
import type { AppHostBoot } from '../../boot/contract.ts';
import type { AppHostArgs } from '../appHost.ts';
import { surroundings } from '../surroundings.ts';

export function appHostBoot(
  args: AppHostArgs & { logGroup: pulumi.Output<string>; environments: pulumi.Output<string> },
): pulumi.Output<AppHostBoot> {
  const { site, identity, registry, database, queue, storage, vault } = args;
  const { config } = site;
  const entry = (arn: string, field?: string) => ({ secret: arn, ...(field === undefined ? {} : { field }) });
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
      const user = (name: string) => ({ user: name, password: entry(known.passwords[name]!) });
      return {
        ...surroundings(site, known.logGroup),
        publicUrl: site.publicUrl,
        images: {
          platform: known.images.platform,
          vault: vault.own === undefined ? null : known.images.vault,
        },
        registry: { kind: 'aws', host: registry.host, region: config.region },
        secretStore: { kind: 'aws', region: config.region },
        secrets: {
          databaseSuperuser: entry(known.database.superuserPassword, 'password'),
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
          authority: 'aws-rds',
        },
        queue: {
          host: known.queue.host,
          port: known.queue.port,
          authority: 'public',
          users: {
            kind: 'managed',
            api: user('api'),
            scheduler: user('scheduler'),
          },
        },
        storage: { ...known.storage, credentials: 'machine' },
        administrator: { ...config.administrator, organization: config.organization },
        environments: entry(known.environments),
        trustedGitUrls: config.trustedGitHosts,
        join: { proof: { kind: 'aws', accountId: config.accountId, region: config.region } },
        ...(config.vault.kind === 'existing'
          ? { vault: { address: config.vault.address, authority: 'public' as const } }
          : {}),
      };
    });
}
