import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertMay, type Verb } from '../rights.ts';
import { readableProjects } from '../roles.ts';
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
  await assertMay(db, context, datum, verb, what);
  return datum;
}

export const getDatum = (context: Context, input: { datum: string }): Promise<DatumRecord> =>
  requireDatum(context, input.datum, 'data.read');
