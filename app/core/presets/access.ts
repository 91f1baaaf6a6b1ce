import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { getEnvironment } from '../environments/get.ts';
import { assertCan } from '../rights.ts';

/** The environment, if the actor may change it: its presets go with it. */
export async function environmentToChange(db: Kysely<Database>, context: Context, text: string) {
  const environment = await getEnvironment(context, text, db);
  // Who may use it may see it: too small a role is told as 403.
  assertCan(environment.role ?? 'viewer', 'environment.update', `Environment ${environment.slug}`);
  return environment;
}
