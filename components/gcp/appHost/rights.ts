/** What the application host's service account may do; of one that the config gives, the operator said it. */
import { RepositoryIamMember } from '@pulumi/gcp/artifactregistry/repositoryIamMember.js';
import { IAMMember as AccountMember } from '@pulumi/gcp/serviceaccount/iammember.js';
import { BucketIAMMember } from '@pulumi/gcp/storage/bucketIAMMember.js';
import * as pulumi from '@pulumi/pulumi';
import type { AppHostArgs } from '../appHost.ts';
import { BUCKET_ROLES, READ_SECRET, WRITE_SECRET } from '../permissions/app-host.ts';
import { hostRights, machineRights, ofSecrets, ownRole } from '../rights.ts';
import type { Entry } from '../secret.ts';

export interface Rights {
  read: Record<string, Entry>;
  write: Record<string, Entry>;
}

export function appHostRights(
  { site, identity, registry, storage }: AppHostArgs,
  { read, write }: Rights,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { given, projectId, registries, vault } = site.config;
  if (given.appHostAccount !== undefined) return [];
  const member = pulumi.interpolate`serviceAccount:${identity.appHostAccount}`;
  const holder = { site, member };
  const reader = ownRole(
    site,
    'read-secrets',
    { title: 'reads its secrets', permissions: READ_SECRET },
    options,
  );
  const writer = ownRole(
    site,
    'write-secrets',
    { title: 'writes secrets that its bootstrap makes', permissions: WRITE_SECRET },
    options,
  );
  const idsOf = (entries: Record<string, Entry>) =>
    Object.fromEntries(Object.entries(entries).map(([name, { id }]) => [name, id]));
  const existing: Record<string, string> =
    vault.kind === 'existing' ? { 'existing-vault': vault.appRoleSecret } : {};
  return [
    ...ofSecrets(holder, { ...idsOf(read), ...existing }, reader, options),
    ...ofSecrets(holder, idsOf(write), writer, options),
    ...storage.buckets.flatMap((bucket, index) =>
      BUCKET_ROLES.map(
        (which) =>
          new BucketIAMMember(
            `${index === 0 ? 'platform' : 'data'}-${which.split('.').at(-1)}`,
            { bucket: bucket.name, role: which, member },
            options,
          ),
      ),
    ),
    // It signs addresses of the buckets for workers, as itself.
    new AccountMember(
      'sign',
      {
        serviceAccountId: pulumi.interpolate`projects/${projectId}/serviceAccounts/${identity.appHostAccount}`,
        role: 'roles/iam.serviceAccountTokenCreator',
        member,
      },
      options,
    ),
    ...machineRights(holder, options),
    ...hostRights(holder, registry, options),
    ...registries.map((name) => {
      const [, project = '', , location = '', , repository = ''] = name.split('/');
      return new RepositoryIamMember(
        `images-${project}-${location}-${repository}`,
        { project, location, repository, role: 'roles/artifactregistry.reader', member },
        options,
      );
    }),
  ];
}
