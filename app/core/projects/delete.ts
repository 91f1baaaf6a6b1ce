import { sql } from 'kysely';
import { removeMirror } from '../../platform/git.ts';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { requireProject } from '../rights.ts';

/** Deletes a project whose executions have all ended. Its rows stay, hidden; its secrets go at once. */
export async function deleteProject(context: Context, projectId: string): Promise<void> {
  const { db, secrets, scratch } = context.platform;
  await withTransaction(db, async (tx) => {
    const project = await requireProject(tx, context, projectId, 'project.delete');
    const alive = await tx
      .selectFrom('executions')
      .select('counter')
      .where('project_id', '=', project.id)
      .where('status', 'in', ['created', 'queued', 'started', 'stopping'])
      .limit(1)
      .executeTakeFirst();
    if (alive) throw new CoveError('conflict', `Execution #${alive.counter} has not ended. Stop it first.`);
    await tx
      .updateTable('projects')
      .set({ deleted_at: sql<Date>`now()` })
      .where('id', '=', project.id)
      .execute();
    await audit(
      tx,
      context,
      'project.delete',
      { id: project.id, projectId: project.id },
      { name: project.name },
    );
    await secrets.remove(`projects/${project.id}/deploy-key`);
    await secrets.remove(`projects/${project.id}/variables`);
  });
  await removeMirror(scratch, projectId);
}
