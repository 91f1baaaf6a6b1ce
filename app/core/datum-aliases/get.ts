import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireProject } from '../rights.ts';
import { type AliasRecord, requireAlias, selectAliases } from './record.ts';

export interface AliasMove {
  time: Date;
  datum: string;
  /** Name of the person; null: a run did it. */
  by: string | null;
}
const MAX_MOVES = 200;

/** An alias and where it has been, the latest first, as far back as the audit log is kept. */
export async function getAlias(
  context: Context,
  input: { alias: string },
): Promise<{ alias: AliasRecord; history: AliasMove[] }> {
  const alias = await requireAlias(context, input.alias, 'data.read');
  const rows = await context.platform.db
    .selectFrom('audit')
    .select(['time', 'actor', 'properties'])
    .where('subject_id', '=', alias.id)
    .where('action', '=', 'datum_alias.point')
    .orderBy('id', 'desc')
    .limit(MAX_MOVES)
    .execute();
  const history = rows.map(({ time, actor, properties }) => {
    const by = typeof actor.username === 'string' ? actor.username : null;
    return { time, by, datum: String(properties.datum) };
  });
  return { alias, history };
}

/** What an alias of a project stands for now. */
export async function resolveAlias(
  context: Context,
  input: { project: string; name: string },
): Promise<AliasRecord> {
  const { db } = context.platform;
  const project = await requireProject(db, context, input.project, 'data.read');
  const alias = await selectAliases(db)
    .where('datum_aliases.project_id', '=', project.id)
    .where('datum_aliases.name', '=', input.name)
    .executeTakeFirst();
  if (!alias) throw notFound(`Datum alias "${input.name}" of this project`);
  return alias;
}
