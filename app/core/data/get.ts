import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertCan, type Verb } from '../rights.ts';
import { memberships, readableProjects, roleIn } from '../roles.ts';
import { type DatumRecord, selectData } from './record.ts';

/** The datum, if the actor may do this with it. */
export async function requireDatum(
  context: Context,
  id: string,
  verb: Verb,
  db: Kysely<Database> = context.platform.db,
): Promise<DatumRecord> {
  const what = `Datum ${id}`;
  if (!isUuid(id)) throw notFound(what);
  const datum = await selectData(db)
    .where('datums.id', '=', id)
    .where(readableProjects(context.actor))
    .executeTakeFirst();
  if (!datum) throw notFound(what);
  if (verb !== 'data.read') {
    const { project_id, organization_id, team_id } = datum;
    assertCan(
      roleIn(await memberships(db, context.actor), { id: project_id, organization_id, team_id }),
      verb,
      what,
    );
  }
  return datum;
}

export const getDatum = (context: Context, input: { datum: string }): Promise<DatumRecord> =>
  requireDatum(context, input.datum, 'data.read');
