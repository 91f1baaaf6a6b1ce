/** People who have a role in one project besides what their organisation gives them. */
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid, notFound } from '../errors.ts';
import { requireProject } from '../rights.ts';
import { userByName } from '../users/by-name.ts';

export async function listProjectMembers(context: Context, projectId: string) {
  const { db } = context.platform;
  const project = await requireProject(db, context, projectId, 'project.read');
  return db
    .selectFrom('project_members')
    .innerJoin('users', 'users.id', 'project_members.user_id')
    .select(['users.id', 'users.username', 'users.email', 'project_members.role'])
    .where('project_id', '=', project.id)
    .orderBy('users.username')
    .execute();
}

export const SetProjectMember = z.object({
  username: z.string().min(1),
  role: z.enum(['admin', 'member', 'viewer']),
});

/** Gives somebody a role, or another one. */
export async function setProjectMember(
  context: Context,
  projectId: string,
  input: z.infer<typeof SetProjectMember>,
) {
  return withTransaction(context.platform.db, async (tx) => {
    const project = await requireProject(tx, context, projectId, 'project.members');
    const user = await userByName(tx, input.username);
    if (!user) throw invalid('username', `There is no user ${input.username}.`, 'does_not_exist');
    await tx
      .insertInto('project_members')
      .values({ project_id: project.id, user_id: user.id, role: input.role })
      .onConflict((on) => on.columns(['project_id', 'user_id']).doUpdateSet({ role: input.role }))
      .execute();
    const properties = { username: user.username, role: input.role };
    await audit(tx, context, 'project.set_member', { id: project.id, projectId: project.id }, properties);
    return { id: user.id, username: user.username, email: user.email, role: input.role };
  });
}

export async function removeProjectMember(
  context: Context,
  projectId: string,
  username: string,
): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    const project = await requireProject(tx, context, projectId, 'project.members');
    const user = await userByName(tx, username);
    const gone = user
      ? await tx
          .deleteFrom('project_members')
          .where('project_id', '=', project.id)
          .where('user_id', '=', user.id)
          .returning('role')
          .executeTakeFirst()
      : undefined;
    if (!gone) throw notFound(`Member ${username}`);
    await audit(
      tx,
      context,
      'project.remove_member',
      { id: project.id, projectId: project.id },
      { username },
    );
  });
}
