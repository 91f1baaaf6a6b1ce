import type { Context } from '../context.ts';
import { takenBy } from '../environments/owned-by-config.ts';
import { requireStacks } from './fields.ts';
import { requireRegistry } from './put.ts';

/** Whether the stack would be let in with environments of these slugs, asked before anything of it is made. Changes nothing. */
export async function checkWorkerStack(
  context: Context,
  name: string,
  { environments }: { environments: string[] },
): Promise<void> {
  const { db } = context.platform;
  await requireStacks(db, context, name);
  requireRegistry(context);
  const stack = await db.selectFrom('worker_stacks').select('id').where('name', '=', name).executeTakeFirst();
  const known = await db
    .selectFrom('environments')
    .select(['slug', 'worker_stack_id'])
    .where('in_config', '=', true)
    .where('slug', 'in', environments)
    .orderBy('slug')
    .execute();
  const other = known.find(({ worker_stack_id: id }) => id === null || id !== stack?.id);
  if (other !== undefined) throw await takenBy(db, other.slug, other.worker_stack_id);
}
