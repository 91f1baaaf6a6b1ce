import { sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { assertCan } from '../rights.ts';
import { getEnvironment } from './get.ts';
import { type Change, changed, complaints } from './scaling.ts';
import type { EnvironmentView } from './view.ts';

/** Changes what is given; how its machines come and go, the scheduler acts on within seconds. */
export async function updateEnvironment(
  context: Context,
  text: string,
  change: Change,
): Promise<EnvironmentView> {
  return withTransaction(context.platform.db, async (tx) => {
    const { id, slug, role } = await getEnvironment(context, text, tx);
    // Who may use it may see it: too small a role is told as 403.
    assertCan(role ?? 'viewer', 'environment.update', `Environment ${slug}`);
    const before = await tx
      .selectFrom('environments')
      .select([
        'machine_group',
        'purpose',
        'ceiling',
        'min_machines',
        'max_machines',
        'grace_seconds',
        'schedule',
      ])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { default_time_limit, max_retries, environment_variables, allowed_images, ...scaling } = change;
    const scales = Object.keys(scaling).length > 0;
    if (scales && (before.machine_group === null || before.purpose !== 'jobs')) {
      const message = `Environment ${slug} does not scale: its machines are its operator's, who adds or removes them in the installation's config.`;
      throw new CoveError('conflict', message, { reason: 'not_scalable' });
    }
    const fields = complaints(before, change);
    if (Object.keys(fields).length > 0)
      throw new CoveError('invalid', `Environment ${slug}: not changed`, { fields });
    const { ceiling: _, schedule, ...numbers } = changed(before, change);
    const variables = environment_variables && JSON.stringify(environment_variables);
    await tx
      .updateTable('environments')
      .set({ ...numbers, schedule: JSON.stringify(schedule), mtime: sql<Date>`now()` })
      // What is undefined stays as it is.
      .set({ default_time_limit, max_retries, environment_variables: variables, allowed_images })
      .where('id', '=', id)
      .execute();
    await audit(tx, context, 'environment.update', { id }, { slug, ...change });
    return getEnvironment(context, id, tx);
  });
}
