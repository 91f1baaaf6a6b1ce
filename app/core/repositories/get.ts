import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireProject } from '../rights.ts';

/** The project's repository with the public half of its deploy key. */
export async function getRepository(context: Context, projectId: string) {
  const { db } = context.platform;
  await requireProject(db, context, projectId, 'repository.read');
  const row = await db
    .selectFrom('repositories')
    .selectAll()
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  if (!row) throw notFound('The repository of this project');
  return row;
}
