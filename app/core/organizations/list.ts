import type { Context } from '../context.ts';
import { requireUser } from '../rights.ts';

/** The organisations the person belongs to, the personal one first, each with his role. */
export async function listOrganizations(context: Context) {
  const { userId } = requireUser(context);
  return context.platform.db
    .selectFrom('organizations')
    .innerJoin('organization_members', 'organization_members.organization_id', 'organizations.id')
    .select([
      'organizations.id',
      'organizations.name',
      'organizations.personal_user_id',
      'organizations.ctime',
    ])
    .select('organization_members.role')
    .where('organization_members.user_id', '=', userId)
    .orderBy(
      (eb) => eb('organizations.personal_user_id', '=', userId),
      (order) => order.desc().nullsLast(),
    )
    .orderBy('organizations.name')
    .execute();
}
