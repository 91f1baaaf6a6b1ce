import type { Kysely } from 'kysely';
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
