import { sql } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { requireGroup } from './access.ts';
import { GroupName, nameTaken } from './create.ts';
import { type VariableGroupView, viewGroup } from './view.ts';

export const UpdateGroup = z.object({
  name: GroupName.optional(),
  description: z.string().max(10_000).optional(),
});

/** Changes what is given. Steps that name it by its old name do not find it any more. */
export async function updateGroup(
  context: Context,
  id: string,
  input: z.infer<typeof UpdateGroup>,
): Promise<VariableGroupView> {
  return withTransaction(context.platform.db, async (tx) => {
    const group = await requireGroup(tx, context, id, 'variable_group.update', { lock: true });
    if (input.name !== undefined) {
      const taken = await tx
        .selectFrom('environment_variable_groups')
        .select('id')
        .where('organization_id', '=', group.organization_id)
        .where(sql`lower(name)`, '=', input.name.toLowerCase())
        .where('id', '!=', group.id)
        .executeTakeFirst();
      if (taken) throw nameTaken(input.name);
    }
    await tx
      .updateTable('environment_variable_groups')
      .set({ ...input, mtime: sql<Date>`now()` })
      .where('id', '=', group.id)
      .execute();
    await audit(tx, context, 'variable_group.update', { id: group.id }, { fields: Object.keys(input) });
    return viewGroup(context, group.id, tx);
  });
}
