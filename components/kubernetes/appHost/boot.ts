/** What the platform's pods are told: names and addresses, never a secret. */
import * as pulumi from '@pulumi/pulumi';
import type { ClusterBoot } from '../../boot/contract.ts';
import type { AppHostArgs } from '../appHost.ts';
import type { Entry } from '../secret.ts';
import { surroundings } from '../surroundings.ts';
import { endpointHostsOf, environmentBoot } from './environments.ts';

export function appHostBoot(args: AppHostArgs): pulumi.Output<ClusterBoot> {
  const { site, identity, registry, database, queue, storage, vault } = args;
  const { config, namespaces } = site;
  const at = ({ secret, key }: Entry) => secret.apply((name) => ({ secret: `${name}/${key}` }));
  const { written } = identity;
  return pulumi
    .output({
      images: registry.images,
      database: database.parts,
      queue: queue.parts,
      superuser: at(database.password),
      queueAdmin: at(queue.password),
      vaultDatabase: vault.own === undefined ? undefined : at(vault.own.database),
      operator:
        config.vault.kind === 'existing'
          ? { secret: `${config.vault.appRoleSecret}/value` }
          : at(written['approle-operator']),
      api: at(written['approle-api']),
      scheduler: at(written['approle-scheduler']),
      recovery: at(written['vault-recovery']),
      administrator: at(written.administrator),
      vault: vault.parts.address,
      vaultAuthority: vault.authority,
    })
    .apply(
      (known): ClusterBoot => ({
        ...surroundings(site),
        publicUrl: site.publicUrl,
        images: { platform: known.images.platform, vault: known.images.vault ?? null },
        registry: { kind: 'none' },
        secretStore: { kind: 'kubernetes', namespace: namespaces.platform },
        secrets: {
          databaseSuperuser: known.superuser,
          ...(known.vaultDatabase === undefined ? {} : { vaultDatabase: known.vaultDatabase }),
        },
        written: {
          vaultRecovery: known.recovery,
          approleOperator: known.operator,
          approleApi: known.api,
          approleScheduler: known.scheduler,
          administrator: known.administrator,
        },
        database: {
          host: known.database.host,
          port: known.database.port,
          superuser: known.database.superuser,
          authority: authority(known.database.authority),
        },
        queue: {
          host: known.queue.host,
          port: known.queue.port,
          authority: authority(known.queue.authority),
          users: { kind: 'acl', admin: known.queue.adminUser, password: known.queueAdmin },
        },
        storage: storage.settings,
        administrator: { ...config.administrator, organization: config.organization },
        environments: [
          ...config.environments.map((environment) => environmentBoot(site, environment)),
          ...endpointHostsOf(site),
        ].map((environment) => ({ ...environment, workers: [] })),
        trustedGitUrls: config.trustedGitHosts,
        trustedStoreHosts: config.trustedStoreHosts,
        trustedInputHosts: config.trustedInputHosts,
        join: { proof: { kind: 'kubernetes', audience: site.publicUrl, namespace: namespaces.jobs } },
        vault: { address: known.vault, authority: authority(known.vaultAuthority) },
      }),
    );
}

const authority = (pem: string | undefined) => (pem === undefined ? 'public' : { pem });
