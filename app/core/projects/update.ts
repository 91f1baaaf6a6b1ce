import { sql } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { findEnvironment } from '../environments/find.ts';
import { requireProject } from '../rights.ts';
import { storable } from '../storable.ts';
import { tidyTags } from '../tags.ts';
import { nameTaken } from './create.ts';
import { ProjectName, ProjectTags, YamlPath } from './fields.ts';
import { type ProjectView, viewProject } from './view.ts';

export const UpdateProject = z.object({
  name: ProjectName.optional(),
  description: z.string().max(10_000).optional(),
  yaml_path: YamlPath.optional(),
  /** Id or slug; null: none. */
  default_environment: z.string().nullish(),
  tags: ProjectTags.optional(),
});

/** Changes what is given and leaves the rest. */
export async function updateProject(
  context: Context,
  projectId: string,
  input: z.infer<typeof UpdateProject>,
): Promise<ProjectView> {
  return withTransaction(context.platform.db, async (tx) => {
    const before = await requireProject(tx, context, projectId, 'project.update');
    const { default_environment, tags, ...fields } = input;
    const environment = default_environment
      ? {
          default_environment_id: (
            await findEnvironment(tx, context, default_environment, 'default_environment')
          ).id,
        }
      : default_environment === undefined
        ? {}
        : { default_environment_id: null };
    if (fields.name !== undefined) {
      const taken = await tx
        .selectFrom('projects')
        .select('id')
        .where('organization_id', '=', before.organization_id)
        .where(sql`lower(name)`, '=', fields.name.toLowerCase())
        .where('deleted_at', 'is', null)
        .where('id', '!=', before.id)
        .executeTakeFirst();
      if (taken) throw nameTaken(fields.name);
    }
    const project = await tx
      .updateTable('projects')
      .set({
        ...fields,
        ...environment,
        ...(tags === undefined ? {} : { tags: tidyTags(storable(tags)) }),
        mtime: sql<Date>`now()`,
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await audit(
      tx,
      context,
      'project.update',
      { id: before.id, projectId: before.id },
      { fields: Object.keys(input) },
    );
    return viewProject(tx, context, project);
  });
}
