import type { Context } from '../../context.ts';
import { requireExecution } from '../access.ts';
import { type Answer, explain } from './explain.ts';
import { look } from './look.ts';

/** Why the execution's command has not started; null: it has, or it never will. */
export async function whyWaiting(context: Context, input: { execution: string }): Promise<Answer | null> {
  const { db } = context.platform;
  const { id } = await requireExecution(context, input.execution, 'execution.read');
  const seen = await look(db, id);
  return seen && explain(seen.state, seen.now);
}
