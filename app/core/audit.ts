import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../platform/tables.ts';
import type { Context } from './context.ts';

/**
 * Writes who did what, in the transaction that does it: either both are there or neither.
 * `action` is `entity.verb`. `properties` never hold a secret.
 */
export async function audit(
  tx: Kysely<Database>,
  context: Pick<Context, 'actor'>,
  action: string,
  subject: { id: string | null; projectId?: string | null },
  properties: Record<string, unknown> = {},
): Promise<void> {
  await tx
    .insertInto('audit')
    .values({
      actor: JSON.stringify(context.actor),
      action,
      subject_id: subject.id,
      project_id: subject.projectId ?? null,
      properties: JSON.stringify(properties),
    })
    .execute();
}

export const AUDIT_COLUMNS = ['actor', 'action', 'subject_id', 'project_id', 'properties'] as const;
/** The same in the statement that makes `executions`: a row of these for each. `properties`: JSON. */
export const auditOfNew = (
  { actor }: Pick<Context, 'actor'>,
  action: string,
  properties: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`
  SELECT ${JSON.stringify(actor)}::jsonb, ${action}, id, project_id, ${properties} FROM executions`;
