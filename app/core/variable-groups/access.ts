/** Named groups of environment variables belong to an organisation; secret values lie in Vault alone (design 3). */
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertCan, type Verb } from '../rights.ts';
import { organizationRole } from '../roles.ts';

export type VariableGroup = Selectable<Database['environment_variable_groups']>;

export const secretsOf = (groupId: string) => `environment-variable-groups/${groupId}`;

/** The group, if the actor may do this with it; `lock` keeps others from changing it until the transaction ends. */
export async function requireGroup(
  db: Kysely<Database>,
  context: Context,
  id: string,
  verb: Verb,
  { lock }: { lock: boolean } = { lock: false },
): Promise<VariableGroup> {
  const what = `Environment variable group ${id}`;
  if (!isUuid(id)) throw notFound(what);
  const query = db.selectFrom('environment_variable_groups').selectAll().where('id', '=', id);
  const group = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!group) throw notFound(what);
  assertCan(await organizationRole(db, context.actor, group.organization_id), verb, what);
  return group;
}
