import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { findEnvironment } from '../environments/find.ts';
import { requireProject } from '../rights.ts';
import { storable } from '../storable.ts';
import { findUsableStore, type ProjectOfStores } from '../stores/usable.ts';
import { tidyTags } from '../tags.ts';
import { nameTaken } from './create.ts';
import { ProjectName, ProjectTags, YamlPath } from './fields.ts';
import { type ProjectView, viewProject } from './view.ts';

export const UpdateProject = z.object({
  name: ProjectName.optional(),
  description: z.string().max(10_000).optional(),
  yaml_path: YamlPath.optional(),
  default_environment: z.string().nullish().describe('Id or slug; null: none.'),
  tags: ProjectTags.optional(),
  default_store: z
    .string()
    .nullish()
    .describe(
      'Id or name; null: none. Where outputs go that no other setting sends elsewhere, and which store of a bucket is read.',
    ),
  upload_store: z.string().nullish().describe('Id or name; null: the default store. Where outputs go.'),
  upload_store_id: z.string().nullish().describe('The same by another name.'),
});

/** Changes what is given and leaves the rest. */
export async function updateProject(
  context: Context,
  projectId: string,
  input: z.infer<typeof UpdateProject>,
): Promise<ProjectView> {
  return withTransaction(context.platform.db, async (tx) => {
    const before = await requireProject(tx, context, projectId, 'project.update');
    const { default_environment, default_store, upload_store, upload_store_id, tags, ...fields } = input;
    const upload = upload_store === undefined ? upload_store_id : upload_store;
    const stores = {
      ...(await storeSetting(tx, before, 'default_store', default_store)),
      ...(await storeSetting(tx, before, 'upload_store', upload)),
    };
    const environment = default_environment
      ? {
          default_environment_id: (
            await findEnvironment(tx, context, before, default_environment, 'default_environment')
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
        ...stores,
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

/** The column to set, if the field was given. */
async function storeSetting(
  tx: Kysely<Database>,
  project: ProjectOfStores,
  field: 'default_store' | 'upload_store',
  text: string | null | undefined,
) {
  if (text === undefined) return {};
  if (text === null || text === '') return { [`${field}_id`]: null };
  const write = field === 'upload_store';
  return { [`${field}_id`]: (await findUsableStore(tx, project, text, { field, write })).id };
}
