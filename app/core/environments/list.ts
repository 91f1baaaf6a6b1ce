import type { Context } from '../context.ts';
import { requireUser } from '../rights.ts';
import { OFFERED, usableEnvironments } from './find.ts';
import { type EnvironmentView, viewEnvironments } from './view.ts';

/** Environments the person may use and that take jobs, by name. */
export async function listEnvironments(
  context: Context,
  input: { limit: number | null; offset: number; unfinished: boolean },
): Promise<{ count: number; rows: EnvironmentView[] }> {
  requireUser(context);
  const { db } = context.platform;
  let query = viewEnvironments(db, context.actor, input)
    .where(OFFERED)
    .orderBy('environments.name')
    .orderBy('environments.id')
    .offset(input.offset);
  if (input.limit !== null) query = query.limit(input.limit);
  const { count } = await db
    .selectFrom('environments')
    .where(usableEnvironments(context.actor))
    .where(OFFERED)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { count, rows: await query.execute() };
}
