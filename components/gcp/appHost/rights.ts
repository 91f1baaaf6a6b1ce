/** What the application host's service account may do; of one that the config gives, the operator said it. */
import { RepositoryIamMember } from '@pulumi/gcp/artifactregistry/repositoryIamMember.js';
import { IAMCustomRole } from '@pulumi/gcp/projects/iamcustomRole.js';
import { IAMMember as ProjectMember } from '@pulumi/gcp/projects/iammember.js';
import { SecretIamMember } from '@pulumi/gcp/secretmanager/secretIamMember.js';
import { IAMMember as AccountMember } from '@pulumi/gcp/serviceaccount/iammember.js';
import { BucketIAMMember } from '@pulumi/gcp/storage/bucketIAMMember.js';
import * as pulumi from '@pulumi/pulumi';
import type { AppHostArgs } from '../appHost.ts';
import { roleName } from '../names.ts';
import {
  BUCKET_ROLES,
  END_MACHINES,
  MACHINES,
  onlyWorkersOf,
  READ_SECRET,
  WRITE_SECRET,
} from '../permissions/app-host.ts';
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
  const role = (name: string, title: string, permissions: string[]) =>
    new IAMCustomRole(
      name,
      { roleId: roleName(site.name, name), title: `Cove ${site.name}: ${title}`, permissions },
      options,
    ).name;
  const reader = role('read-secrets', 'reads its secrets', READ_SECRET);
  const writer = role('write-secrets', 'writes secrets that its bootstrap makes', WRITE_SECRET);
  const inProject = (name: string, which: pulumi.Input<string>, expression?: string) =>
    new ProjectMember(
      name,
      {
        project: projectId,
        role: which,
        member,
        ...(expression === undefined
          ? {}
          : { condition: { title: 'workers of this installation', expression } }),
      },
      options,
    );
  const ofSecrets = (entries: Record<string, pulumi.Input<string>>, which: pulumi.Input<string>) =>
    Object.entries(entries).map(
      ([name, secretId]) => new SecretIamMember(name, { secretId, role: which, member }, options),
    );
  const idsOf = (entries: Record<string, Entry>) =>
    Object.fromEntries(Object.entries(entries).map(([name, { id }]) => [name, id]));
  return [
    ...ofSecrets(
      { ...idsOf(read), ...(vault.kind === 'existing' ? { 'existing-vault': vault.appRoleSecret } : {}) },
      reader,
    ),
    ...ofSecrets(idsOf(write), writer),
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
    inProject('machines', role('machines', 'sizes groups of workers', MACHINES)),
    inProject('end-machines', role('end-machines', 'ends workers', END_MACHINES), onlyWorkersOf(site.name)),
    inProject('logs', 'roles/logging.logWriter'),
    new RepositoryIamMember(
      'images',
      {
        repository: registry.repository.name,
        location: site.config.region,
        role: 'roles/artifactregistry.reader',
        member,
      },
      options,
    ),
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
