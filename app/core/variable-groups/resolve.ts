/** Groups as executions use them: found by name or id when one is made, read when a worker takes it. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { CoveError, type FieldError } from '../errors.ts';
import { can } from '../rights.ts';
import { organizationRole } from '../roles.ts';
import { type KnownVariable, reveal } from '../secret-values.ts';
import { secretsOf } from './access.ts';

export interface ResolvedGroups {
  /** In the order in which they were named. */
  ids: string[];
  /** Of their variables. */
  names: string[];
}

/**
 * Groups of the project's organisation, by id or name. They hold its secrets: a role in the project alone is not enough,
 * the person must be a member of the organisation. Throws every complaint at once.
 */
export async function resolveGroups(
  db: Kysely<Database>,
  context: Context,
  organizationId: string,
  wanted: readonly string[],
): Promise<ResolvedGroups> {
  if (wanted.length === 0) return { ids: [], names: [] };
  const mayUse = can(await organizationRole(db, context.actor, organizationId), 'variable_group.use');
  const groups = mayUse
    ? await db
        .selectFrom('environment_variable_groups')
        .select(['id', 'name'])
        .where('organization_id', '=', organizationId)
        .execute()
    : [];
  const found = wanted.map((text) => {
    const key = text.trim().toLowerCase();
    return groups.find(({ id }) => id === key) ?? groups.find(({ name }) => name.toLowerCase() === key);
  });
  const complaints = wanted.flatMap((text, place): FieldError[] => {
    if (found[place] !== undefined) return [];
    const why = mayUse
      ? `there are: ${groups.map(({ name }) => name).join(', ') || 'none'}`
      : "groups are for members of the project's organization";
    return [{ message: `no group of environment variables "${text}"; ${why}`, code: 'does_not_exist' }];
  });
  if (complaints.length > 0) {
    const message = `environment_variable_groups: ${complaints.map((one) => one.message).join('; ')}`;
    throw new CoveError('invalid', message, { fields: { environment_variable_groups: complaints } });
  }
  const ids = [...new Set(found.map((group) => group?.id ?? ''))];
  const rows = await variablesOf(db, ids);
  return { ids, names: rows.map(({ name }) => name) };
}

/** With the secret values, in the groups' order, for a claim and nothing else. Throws `conflict` where one was deleted. */
export async function groupVariables(context: Context, ids: readonly string[]): Promise<KnownVariable[]> {
  if (ids.length === 0) return [];
  const { db, secrets } = context.platform;
  const [rows, groups] = await Promise.all([
    variablesOf(db, ids),
    db
      .selectFrom('environment_variable_groups')
      .select('id')
      .where('id', '=', sql<string>`ANY (${ids}::uuid[])`)
      .execute(),
  ]);
  const missing = ids.find((id) => !groups.some((group) => group.id === id));
  if (missing !== undefined)
    throw new CoveError(
      'conflict',
      `Environment variable group ${missing} was deleted after the execution was made.`,
    );
  const known = ids.map((id) =>
    reveal(
      secrets,
      secretsOf(id),
      rows.filter(({ group_id }) => group_id === id),
    ),
  );
  return (await Promise.all(known)).flat();
}

const variablesOf = (db: Kysely<Database>, ids: readonly string[]) =>
  db
    .selectFrom('environment_variable_group_variables')
    .selectAll()
    .where('group_id', '=', sql<string>`ANY (${ids}::uuid[])`)
    .orderBy('name')
    .execute();
