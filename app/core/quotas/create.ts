import type { Kysely } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import type { QuotaKind } from '../../platform/words.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { namedOrganization } from '../organizations/by-name.ts';
import { assertCan, requireUser } from '../rights.ts';
import { userByName } from '../users/by-name.ts';
import { type QuotaView, requireQuota } from './view.ts';

/** Executions at the same time; 0: none. */
export const Most = z.int().min(0).max(1_000_000);
export const CreateQuota = z.object({
  owner: z.string().describe('Name or id of the organization whose executions are counted.'),
  kind: z
    .enum(['user', 'team', 'project'])
    .describe(
      "`user`: what somebody has made. `team`: what is in a team's projects. `project`: what is in the project.",
    ),
  subject: z
    .string()
    .nullable()
    .default(null)
    .describe('Username, or name or id of the team or project; null: each that has no quota of its own.'),
  max_running: Most,
});

/** Sets how many may run at the same time. What runs already goes on; what waits is held back when it is to start. */
export async function createQuota(context: Context, input: z.infer<typeof CreateQuota>): Promise<QuotaView> {
  requireUser(context);
  return withTransaction(context.platform.db, async (tx) => {
    const { id, name, role } = await namedOrganization(tx, context, input.owner);
    assertCan(role, 'quota.manage', `Organization ${name}`);
    const { kind, subject, max_running } = input;
    const of = subject === null ? {} : { [`${kind}_id`]: await subjectOf(tx, id, kind, subject) };
    const made = await tx
      .insertInto('quotas')
      .values({ organization_id: id, kind, most: max_running, ...of })
      .onConflict((on) => on.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) {
      const whose = subject === null ? `each ${kind}` : `${kind} ${subject}`;
      throw invalid('subject', `There is a quota of ${whose} already: change that one.`, 'unique');
    }
    await audit(tx, context, 'quota.create', made, { organization: name, kind, subject, max_running });
    return requireQuota(tx, context, made.id, 'quota.read');
  });
}

async function subjectOf(
  tx: Kysely<Database>,
  organizationId: string,
  kind: QuotaKind,
  text: string,
): Promise<string> {
  const missing = () => invalid('subject', `This organization has no ${kind} ${text}.`, 'does_not_exist');
  if (kind === 'user') {
    // Also who is a member of a project alone: he makes executions as well.
    const user = await userByName(tx, text);
    if (!user) throw missing();
    return user.id;
  }
  const column = isUuid(text) ? 'id' : 'name';
  const found =
    kind === 'team'
      ? await tx
          .selectFrom('teams')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where(column, '=', text)
          .executeTakeFirst()
      : await tx
          .selectFrom('projects')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('deleted_at', 'is', null)
          .where(column, '=', text)
          .executeTakeFirst();
  if (!found) throw missing();
  return found.id;
}
