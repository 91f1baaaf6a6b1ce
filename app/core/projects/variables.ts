/** Environment variables of a project. A secret one's value lies in Vault alone (design 3). */
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireProject } from '../rights.ts';
import { changeSecrets, type KnownVariable, reveal, type SetVariable } from '../secret-values.ts';

const pathOf = (projectId: string) => `projects/${projectId}/variables`;

/** Sets a variable, replacing one of the same name. */
export async function setVariable(
  context: Context,
  projectId: string,
  input: z.infer<typeof SetVariable>,
): Promise<void> {
  const { name, value, secret } = input;
  const { db, secrets } = context.platform;
  await withTransaction(db, async (tx) => {
    await requireProject(tx, context, projectId, secret ? 'project.secrets' : 'project.variables');
    const before = await lockVariable(tx, projectId, name);
    if (before?.secret) await requireProject(tx, context, projectId, 'project.secrets');
    const row = { value: secret ? null : value, secret };
    await tx
      .insertInto('project_variables')
      .values({ project_id: projectId, name, ...row })
      .onConflict((on) => on.columns(['project_id', 'name']).doUpdateSet(row))
      .execute();
    await audit(tx, context, 'project.set_variable', { id: projectId, projectId }, { name, secret });
    if (secret) await changeSecrets(secrets, pathOf(projectId), { [name]: value });
    else if (before?.secret) await changeSecrets(secrets, pathOf(projectId), { [name]: null });
  });
}

export async function deleteVariable(context: Context, projectId: string, name: string): Promise<void> {
  const { db, secrets } = context.platform;
  await withTransaction(db, async (tx) => {
    await requireProject(tx, context, projectId, 'project.variables');
    const before = await lockVariable(tx, projectId, name);
    if (!before) throw notFound(`Environment variable ${name}`);
    if (before.secret) await requireProject(tx, context, projectId, 'project.secrets');
    await tx
      .deleteFrom('project_variables')
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .execute();
    await audit(tx, context, 'project.delete_variable', { id: projectId, projectId }, { name });
    if (before.secret) await changeSecrets(secrets, pathOf(projectId), { [name]: null });
  });
}

/** Every variable with its value, secret ones too: for a claim, and for nothing else. */
export async function variableValues(context: Context, projectId: string): Promise<KnownVariable[]> {
  const { db, secrets } = context.platform;
  const rows = await db
    .selectFrom('project_variables')
    .select(['name', 'value', 'secret'])
    .where('project_id', '=', projectId)
    .orderBy('name')
    .execute();
  return reveal(secrets, pathOf(projectId), rows);
}

/** Vault keeps all of a project's secrets in one place, which is written whole: one change at a time. */
async function lockVariable(tx: Kysely<Database>, projectId: string, name: string) {
  await tx.selectFrom('projects').select('id').where('id', '=', projectId).forNoKeyUpdate().execute();
  return tx
    .selectFrom('project_variables')
    .select('secret')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .executeTakeFirst();
}
