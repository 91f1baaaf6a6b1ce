import type { Kysely } from 'kysely';
import type { Database } from '../../../platform/tables.ts';
import type { Context } from '../../context.ts';
import { requireExecution } from '../access.ts';
import { explain } from './explain.ts';
import { look } from './look.ts';
import type { Answer } from './state.ts';

/** Why the execution's command has not started; null: it has, or it never will. */
export async function whyWaiting(context: Context, input: { execution: string }): Promise<Answer | null> {
  const { id } = await requireExecution(context, input.execution, 'execution.read');
  return lookAndExplain(context.platform.db, id);
}

/** For whoever has found that the actor may read the execution. */
export async function lookAndExplain(db: Kysely<Database>, executionId: string): Promise<Answer | null> {
  const seen = await look(db, executionId);
  return seen && explain(seen.state, seen.now);
}
