/** What more than one kind of host may do: size groups of workers, write logs, read secrets and pull images. */
import { RepositoryIamMember } from '@pulumi/gcp/artifactregistry/repositoryIamMember.js';
import { IAMCustomRole } from '@pulumi/gcp/projects/iamcustomRole.js';
import { IAMMember as ProjectMember } from '@pulumi/gcp/projects/iammember.js';
import { SecretIamMember } from '@pulumi/gcp/secretmanager/secretIamMember.js';
import type * as pulumi from '@pulumi/pulumi';
import { roleName } from './names.ts';
import { END_MACHINES, MACHINES, onlyWorkersOf } from './permissions/app-host.ts';
import type { Registry } from './registry.ts';
import type { WorkerSite } from './site.ts';

export interface Holder {
  site: WorkerSite;
  /** `serviceAccount:<address>` */
  member: pulumi.Input<string>;
}

/** A role of the stack's own; gives its name. */
export const ownRole = (
  site: WorkerSite,
  name: string,
  { title, permissions }: { title: string; permissions: string[] },
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> =>
  new IAMCustomRole(
    name,
    { roleId: roleName(site.name, name), title: `Cove ${site.name}: ${title}`, permissions },
    options,
  ).name;

/** On single entries, by name. */
export const ofSecrets = (
  { member }: Holder,
  entries: Record<string, pulumi.Input<string>>,
  role: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] =>
  Object.entries(entries).map(
    ([name, secretId]) => new SecretIamMember(name, { secretId, role, member }, options),
  );

export function machineRights(
  { site, member }: Holder,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const project = site.config.projectId;
  const role = (name: string, title: string, permissions: string[]) =>
    ownRole(site, name, { title, permissions }, options);
  const condition = { title: 'workers of this installation', expression: onlyWorkersOf(site.name) };
  return [
    new ProjectMember(
      'machines',
      { project, role: role('machines', 'sizes groups of workers', MACHINES), member },
      options,
    ),
    new ProjectMember(
      'end-machines',
      { project, role: role('end-machines', 'ends workers', END_MACHINES), member, condition },
      options,
    ),
  ];
}

/** Writes logs, and pulls the images that it runs. */
export const hostRights = (
  { site, member }: Holder,
  { repository }: Pick<Registry<'platform'>, 'repository'>,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] => [
  new ProjectMember(
    'logs',
    { project: site.config.projectId, role: 'roles/logging.logWriter', member },
    options,
  ),
  new RepositoryIamMember(
    'images',
    {
      repository: repository.name,
      location: site.config.region,
      role: 'roles/artifactregistry.reader',
      member,
    },
    options,
  ),
];
