import { type Kysely, sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { checkName } from '../data/address.ts';
import { requireDatum } from '../data/get.ts';
import { CoveError, invalid } from '../errors.ts';
import { requireProject } from '../rights.ts';
import { storable } from '../storable.ts';
import { type AliasRecord, pointAlias, requireAlias } from './record.ts';

/** Gives a file a name in a project; a name that there is already is pointed at it. The file may be of another project. */
export async function createAlias(
  context: Context,
  input: { project: string; name: string; datum: string },
): Promise<AliasRecord> {
  const name = checkName(storable(input.name));
  return withTransaction(context.platform.db, async (tx) => {
    const project = await requireProject(tx, context, input.project, 'data.write');
    const datum = await requireDatum(context, input.datum, 'data.read', tx).catch(unknownDatum);
    const { id, before } = await pointAlias(tx, { projectId: project.id, name, datumId: datum.id });
    const subject = { id, projectId: project.id };
    await audit(tx, context, 'datum_alias.point', subject, { name, datum: datum.id, before });
    return requireAlias(context, id, 'data.read', tx);
  });
}

/** Points an alias at another file, or gives it another name. */
export async function updateAlias(
  context: Context,
  input: { alias: string; name?: string | undefined; datum?: string | undefined },
): Promise<AliasRecord> {
  return withTransaction(context.platform.db, async (tx) => {
    const alias = await requireAlias(context, input.alias, 'data.write', tx);
    const subject = { id: alias.id, projectId: alias.project_id };
    const name = input.name === undefined ? alias.name : checkName(storable(input.name));
    const datum =
      input.datum === undefined
        ? alias.datum_id
        : (await requireDatum(context, input.datum, 'data.read', tx).catch(unknownDatum)).id;
    if (name !== alias.name) await requireFree(tx, alias.project_id, name);
    await tx
      .updateTable('datum_aliases')
      .set({ name, datum_id: datum, mtime: sql<Date>`now()` })
      .where('id', '=', alias.id)
      .execute();
    if (datum !== alias.datum_id)
      await audit(tx, context, 'datum_alias.point', subject, { name, datum, before: alias.datum_id });
    if (name !== alias.name)
      await audit(tx, context, 'datum_alias.rename', subject, { name, before: alias.name });
    return requireAlias(context, alias.id, 'data.read', tx);
  });
}

/** Takes the name away; the file stays. */
export async function removeAlias(context: Context, input: { alias: string }): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    const alias = await requireAlias(context, input.alias, 'data.write', tx);
    await tx.deleteFrom('datum_aliases').where('id', '=', alias.id).execute();
    const subject = { id: alias.id, projectId: alias.project_id };
    await audit(tx, context, 'datum_alias.delete', subject, { name: alias.name, datum: alias.datum_id });
  });
}

async function requireFree(tx: Kysely<Database>, projectId: string, name: string): Promise<void> {
  const other = await tx
    .selectFrom('datum_aliases')
    .select('id')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (other) throw invalid('name', `The project has an alias "${name}" already.`, 'unique');
}

function unknownDatum(error: unknown): never {
  if (error instanceof CoveError && error.code === 'not_found')
    throw invalid('datum', error.message, 'does_not_exist');
  throw error;
}
