import type { Context } from '../context.ts';
import { requireStacks, stackViews, viewStack, type WorkerStackView } from './fields.ts';

export async function listWorkerStacks(
  context: Context,
  { limit, offset }: { limit: number | null; offset: number },
): Promise<{ count: number; rows: WorkerStackView[] }> {
  const { db } = context.platform;
  await requireStacks(db, context, 'any');
  let query = stackViews(db).orderBy('name').offset(offset);
  if (limit !== null) query = query.limit(limit);
  const { count } = await db
    .selectFrom('worker_stacks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { count, rows: await query.execute() };
}

export async function getWorkerStack(context: Context, name: string): Promise<WorkerStackView> {
  const { db } = context.platform;
  await requireStacks(db, context, name);
  return viewStack(db, name);
}
