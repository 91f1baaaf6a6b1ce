/** Logins to registries, of an organisation: who administers it makes them. Passwords are in Vault alone. */
import { randomUUID } from 'node:crypto';
import { type Kysely, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { organizationByName } from '../organizations/by-name.ts';
import { assertCan, requireUser } from '../rights.ts';
import { organizationRole } from '../roles.ts';
import { type CreateCredentials, ecrRegion, readLogin, type UpdateCredentials } from './fields.ts';

export const secretPathOf = (id: string) => `registries/${id}`;

const select = (db: Kysely<Database>, context: Context) => {
  const { userId } = requireUser(context);
  return db
    .selectFrom('registry_credentials')
    .innerJoin('organizations', 'organizations.id', 'registry_credentials.organization_id')
    .selectAll('registry_credentials')
    .select('organizations.name as owner_name')
    .where(
      sql<SqlBool>`EXISTS (SELECT FROM organization_members m
        WHERE m.organization_id = registry_credentials.organization_id AND m.user_id = ${userId})`,
    );
};
export type CredentialsRecord = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

export async function listCredentials(
  context: Context,
  { limit, offset }: { limit: number | null; offset: number },
): Promise<{ count: number; rows: CredentialsRecord[] }> {
  const query = select(context.platform.db, context);
  const { count } = await query
    .clearSelect()
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow();
  let window = query.orderBy('image_pattern').orderBy('registry_credentials.id').offset(offset);
  if (limit !== null) window = window.limit(limit);
  return { count, rows: await window.execute() };
}

export async function getCredentials(context: Context, id: string): Promise<CredentialsRecord> {
  const query = select(context.platform.db, context);
  const found = isUuid(id)
    ? await query.where('registry_credentials.id', '=', id).executeTakeFirst()
    : undefined;
  if (found) return found;
  throw notFound(`Registry credentials ${id}`);
}

export async function createCredentials(
  context: Context,
  input: z.infer<typeof CreateCredentials>,
): Promise<CredentialsRecord> {
  const { db } = context.platform;
  const name = input.owner || requireUser(context).username;
  const organization = await organizationByName(db, name);
  const role = organization ? await organizationRole(db, context.actor, organization.id) : null;
  if (!organization || role === null)
    throw invalid('owner', `There is no owner ${name} that you may use.`, 'does_not_exist');
  assertCan(role, 'registry.manage', `Organization ${name}`);
  const { type, image_pattern } = input;
  const { configuration, secrets } = readLogin(type, input.configuration);
  if (type.startsWith('aws_')) ecrRegion(image_pattern);
  const id = randomUUID();
  await withTransaction(db, async (tx) => {
    const made = await tx
      .insertInto('registry_credentials')
      .values({
        id,
        organization_id: organization.id,
        type,
        image_pattern,
        configuration: JSON.stringify(configuration),
      })
      .onConflict((on) => on.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) throw taken(image_pattern);
    await audit(tx, context, 'registry.create', { id }, { type, image_pattern });
    await context.platform.secrets.put(secretPathOf(id), secrets);
  });
  return getCredentials(context, id);
}

/** A configuration is given whole. */
export async function updateCredentials(
  context: Context,
  id: string,
  input: z.infer<typeof UpdateCredentials>,
): Promise<CredentialsRecord> {
  const { db } = context.platform;
  const before = await requireManaged(context, id);
  const read = input.configuration && readLogin(before.type, input.configuration);
  const image_pattern = input.image_pattern ?? before.image_pattern;
  if (before.type.startsWith('aws_')) ecrRegion(image_pattern);
  await withTransaction(db, async (tx) => {
    const clash = await tx
      .selectFrom('registry_credentials')
      .select('id')
      .where('organization_id', '=', before.organization_id)
      .where('image_pattern', '=', image_pattern)
      .where('id', '!=', id)
      .executeTakeFirst();
    if (clash) throw taken(image_pattern);
    await tx
      .updateTable('registry_credentials')
      .set({
        image_pattern,
        ...(read && { configuration: JSON.stringify(read.configuration) }),
        mtime: sql<Date>`now()`,
      })
      .where('id', '=', id)
      .execute();
    await audit(tx, context, 'registry.update', { id }, { fields: Object.keys(input) });
    if (read) await context.platform.secrets.put(secretPathOf(id), read.secrets);
  });
  return getCredentials(context, id);
}

export async function deleteCredentials(context: Context, id: string): Promise<void> {
  const { image_pattern } = await requireManaged(context, id);
  await withTransaction(context.platform.db, async (tx) => {
    await tx.deleteFrom('registry_credentials').where('id', '=', id).execute();
    await audit(tx, context, 'registry.delete', { id }, { image_pattern });
    await context.platform.secrets.remove(secretPathOf(id));
  });
}

async function requireManaged(context: Context, id: string): Promise<CredentialsRecord> {
  const found = await getCredentials(context, id);
  const role = await organizationRole(context.platform.db, context.actor, found.organization_id);
  assertCan(role, 'registry.manage', `Registry credentials ${found.image_pattern}`);
  return found;
}

const taken = (pattern: string) =>
  invalid('image_pattern', `There are credentials for ${pattern} already: change those.`, 'unique');
