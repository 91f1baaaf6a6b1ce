import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { changeSecrets, type SetVariable } from '../secret-values.ts';
import { requireGroup, secretsOf } from './access.ts';

/** Sets a variable of a group, replacing one of the same name. */
export async function setGroupVariable(
  context: Context,
  id: string,
  { name, value, secret }: z.infer<typeof SetVariable>,
): Promise<void> {
  const { db, secrets } = context.platform;
  await withTransaction(db, async (tx) => {
    const group = await requireGroup(tx, context, id, 'variable_group.update', { lock: true });
    const before = await variableOf(tx, group.id, name);
    const row = { value: secret ? null : value, secret };
    await tx
      .insertInto('environment_variable_group_variables')
      .values({ group_id: group.id, name, ...row })
      .onConflict((on) => on.columns(['group_id', 'name']).doUpdateSet(row))
      .execute();
    await touch(tx, group.id);
    await audit(tx, context, 'variable_group.set_variable', { id: group.id }, { name, secret });
    if (secret || before?.secret)
      await changeSecrets(secrets, secretsOf(group.id), { [name]: secret ? value : null });
  });
}

export async function deleteGroupVariable(context: Context, id: string, name: string): Promise<void> {
  const { db, secrets } = context.platform;
  await withTransaction(db, async (tx) => {
    const group = await requireGroup(tx, context, id, 'variable_group.update', { lock: true });
    const before = await variableOf(tx, group.id, name);
    if (!before) throw notFound(`Environment variable ${name}`);
    await tx
      .deleteFrom('environment_variable_group_variables')
      .where('group_id', '=', group.id)
      .where('name', '=', name)
      .execute();
    await touch(tx, group.id);
    await audit(tx, context, 'variable_group.delete_variable', { id: group.id }, { name });
    if (before.secret) await changeSecrets(secrets, secretsOf(group.id), { [name]: null });
  });
}

const variableOf = (tx: Kysely<Database>, groupId: string, name: string) =>
  tx
    .selectFrom('environment_variable_group_variables')
    .select('secret')
    .where('group_id', '=', groupId)
    .where('name', '=', name)
    .executeTakeFirst();

const touch = (tx: Kysely<Database>, groupId: string) =>
  tx
    .updateTable('environment_variable_groups')
    .set({ mtime: sql<Date>`now()` })
    .where('id', '=', groupId)
    .execute();
