import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { organizationByName } from '../organizations/by-name.ts';
import { requireProject, requireUser } from '../rights.ts';
import { organizationRole } from '../roles.ts';
import { checkStore } from './check.ts';
import { type CreateStore, type NamedType, readConfiguration } from './fields.ts';
import { secretPathOf } from './open.ts';
import { assertManages, requireStore, type StoreRecord } from './record.ts';

type Input = z.infer<typeof CreateStore>;

/** Makes a store known, once it has been tried. Its credentials go to Vault, and nowhere else. */
export async function createStore(context: Context, input: Input): Promise<StoreRecord> {
  const { db, secrets } = context.platform;
  const { organizationId, projectId } = await ownerOf(context, input);
  await assertManages(db, context, { projectId, organizationId }, `Data store ${input.name}`);
  const { configuration, credentials } = readConfiguration(input.type, input.configuration);
  const type = input.type as NamedType;
  if (input.access_mode === 'public') await requireOperator(db, context);
  const teamIds = await teamsOf(db, organizationId, input);
  await requireFreeName(db, organizationId, input.name, null);
  const named = { type, configuration, credentials, externalId: organizationId };
  await checkStore(context, named, { write: input.allow_write });

  const id = randomUUID();
  if (credentials !== null) await secrets.put(secretPathOf(id), credentials);
  try {
    await withTransaction(db, async (tx) => {
      const { name, access_mode, allow_read, allow_write, allow_uri_download, allow_adopt } = input;
      const made = await tx
        .insertInto('stores')
        .values({
          id,
          name,
          type,
          organization_id: organizationId,
          project_id: projectId,
          access_mode,
          team_ids: teamIds,
          ...{ allow_read, allow_write, allow_uri_download, allow_adopt },
          configuration: JSON.stringify(configuration),
        })
        .onConflict((on) => on.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!made) throw nameTaken(name);
      await audit(tx, context, 'store.create', { id, projectId }, { name, type, access_mode });
    });
  } catch (error) {
    await secrets.remove(secretPathOf(id)).catch(() => {}); // nobody knows of it
    throw error;
  }
  return requireStore(db, context, id);
}

/** The project's organisation, the one that is named, or the person's own. */
async function ownerOf(context: Context, { access_mode, project, owner }: Input) {
  const { db } = context.platform;
  if (access_mode === 'single_project') {
    if (!project) throw invalid('project', 'A store of a single project needs the project.', 'required');
    const found = await requireProject(db, context, project, 'store.manage');
    return { organizationId: found.organization_id, projectId: found.id };
  }
  if (project) throw invalid('project', 'Only a store with access_mode single_project has a project.');
  const name = owner || requireUser(context).username;
  const organization = await organizationByName(db, name);
  const role = organization && (await organizationRole(db, context.actor, organization.id));
  if (!organization || !role)
    throw invalid('owner', `There is no owner ${name} that you may use.`, 'does_not_exist');
  return { organizationId: organization.id, projectId: null };
}

/** Whose store is everybody's, everybody's data goes to: that is the operator's to say. */
export async function requireOperator(db: Kysely<Database>, context: Context): Promise<void> {
  const { userId } = requireUser(context);
  const operator = await db
    .selectFrom('organization_members as m')
    .innerJoin('organizations as o', 'o.id', 'm.organization_id')
    .select('o.id')
    .where('o.is_operator', '=', true)
    .where('m.user_id', '=', userId)
    .where('m.role', 'in', ['owner', 'admin'])
    .executeTakeFirst();
  if (!operator)
    throw invalid('access_mode', "Only who administers the operator's organisation may make a store public.");
}

export async function teamsOf(
  db: Kysely<Database>,
  organizationId: string,
  { access_mode, teams }: Pick<Input, 'access_mode' | 'teams'>,
): Promise<string[]> {
  if (access_mode !== 'teams') return [];
  if (teams.length === 0) throw invalid('teams', 'A store of teams needs at least one of them.', 'required');
  const rows = await db
    .selectFrom('teams')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .execute();
  return teams.map((text) => {
    const found = rows.find(({ id, name }) => id === text || name === text);
    if (!found) throw invalid('teams', `The organisation has no team ${text}.`, 'does_not_exist');
    return found.id;
  });
}

export async function requireFreeName(
  db: Kysely<Database>,
  organizationId: string,
  name: string,
  except: string | null,
): Promise<void> {
  let query = db
    .selectFrom('stores')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where(sql`lower(name)`, '=', name.toLowerCase())
    .where('deleted_at', 'is', null);
  if (except !== null) query = query.where('id', '!=', except);
  if (await query.executeTakeFirst()) throw nameTaken(name);
}

const nameTaken = (name: string) =>
  invalid('name', `This owner has a data store named ${name} already. Choose another name.`, 'unique');
