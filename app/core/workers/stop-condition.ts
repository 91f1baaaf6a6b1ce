/** Whether a run has reached what its stop condition waits for (contract 2.10). */
import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Status } from '../../platform/words.ts';
import { conditionHolds, type Known } from '../../yaml/index.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { auditOf } from '../lifecycle/execution.ts';
import { sqlRunStore } from '../lifecycle/run-store-sql.ts';

/**
 * Pure. `metadata.loss` is the latest value of `loss`, also where the key itself has dots; a list stands for a tuple.
 * What was never logged, and what is an object, is missing. A condition that cannot be read never holds.
 */
export function stopConditionHolds(condition: string, latest: Record<string, unknown>): boolean {
  const lookUp = (name: string): Known | undefined => {
    const key = /^metadata\.(.+)$/s.exec(name)?.[1];
    return key === undefined || !Object.hasOwn(latest, key) ? undefined : known(latest[key]);
  };
  try {
    return conditionHolds(condition, lookUp);
  } catch {
    return false;
  }
}

function known(value: unknown): Known | undefined {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Known;
  if (!Array.isArray(value)) return undefined;
  const items = value.map(known);
  return items.every((item) => item !== undefined) ? (items as Known[]) : undefined;
}

/** Asks for the run's end where its condition holds; true: it was asked for now. To be called in a transaction. */
export async function stopByCondition(
  tx: Kysely<Database>,
  context: Context,
  run: {
    id: string;
    projectId: string;
    status: Status;
    condition: string | null;
    latest: Record<string, unknown>;
  },
): Promise<boolean> {
  const { id, projectId, status, condition, latest } = run;
  if (condition === null || status !== 'started' || !stopConditionHolds(condition, latest)) return false;
  if ((await sqlRunStore(tx).requestStop(id)) !== 'stopping') return false;
  const stop_reason = `Stopped: the stop condition holds: ${condition}`;
  await tx.updateTable('executions').set({ stop_reason }).where('id', '=', id).execute();
  await audit(tx, context, auditOf('stop', 'stopping'), { id, projectId }, { condition });
  return true;
}
