import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { findEnvironment } from '../environments/find.ts';
import { invalid } from '../errors.ts';
import { requireUser } from '../rights.ts';
import { storable } from '../storable.ts';
import { tidyTags } from '../tags.ts';
import { isEmpty, ProjectName, ProjectTags, YamlPath } from './fields.ts';
import { resolveOwner } from './owner.ts';
import { type ProjectView, viewProject } from './view.ts';

export const CreateProject = z.object({
  name: ProjectName,
  description: z.string().max(10_000).default(''),
  owner: z.string().optional().describe("`org` or `org:team`; left out: the person's own."),
  yaml_path: YamlPath.default(''),
  default_environment: z.string().nullish().describe('Id or slug.'),
  tags: ProjectTags.default([]),
  template: z
    .unknown()
    .refine(isEmpty, 'This installation has no project templates; leave it out.')
    .optional()
    .describe('Of the documented API; there are none here.'),
});

/** Makes a project. Names are unique within the owner, without regard to case. */
export async function createProject(
  context: Context,
  input: z.infer<typeof CreateProject>,
): Promise<ProjectView> {
  const { userId } = requireUser(context);
  return withTransaction(context.platform.db, async (tx) => {
    const { organizationId, teamId } = await resolveOwner(tx, context, input.owner || undefined);
    const environment = input.default_environment
      ? await findEnvironment(
          tx,
          context,
          { organization_id: organizationId, team_id: teamId },
          input.default_environment,
          'default_environment',
        )
      : null;
    const project = await tx
      .insertInto('projects')
      .values({
        organization_id: organizationId,
        team_id: teamId,
        name: input.name,
        description: input.description,
        yaml_path: input.yaml_path,
        default_environment_id: environment?.id ?? null,
        tags: tidyTags(storable(input.tags)),
        creator_id: userId,
      })
      .onConflict((on) => on.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!project) throw nameTaken(input.name);
    await audit(
      tx,
      context,
      'project.create',
      { id: project.id, projectId: project.id },
      { name: input.name },
    );
    return viewProject(tx, context, project);
  });
}

export const nameTaken = (name: string) =>
  invalid('name', `This owner has a project named ${name} already. Choose another name.`, 'unique');
