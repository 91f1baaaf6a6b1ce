import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { requireUser } from '../rights.ts';
import { type EnvironmentView, viewEnvironments } from './view.ts';

/** One environment by id or slug, if the person may use it. */
export async function getEnvironment(
  context: Context,
  text: string,
  db: Kysely<Database> = context.platform.db,
): Promise<EnvironmentView> {
  requireUser(context);
  const found = await viewEnvironments(db, context.actor, { unfinished: true })
    .where(isUuid(text) ? 'environments.id' : 'environments.slug', '=', text)
    .executeTakeFirst();
  if (found) return found;
  throw notFound(`Environment ${text}`);
}
