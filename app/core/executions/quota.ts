import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { CoveError } from '../errors.ts';
import type { Candidate } from './environment.ts';

/** How many unfinished executions one person may have in an environment; 0: as many as they like. */
export async function requireQuota(
  db: Kysely<Database>,
  userId: string,
  environment: Candidate,
): Promise<void> {
  const { slug, per_user_queue_quota: quota } = environment;
  if (quota <= 0) return;
  const { count } = await db
    .selectFrom('executions')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('environment_id', '=', environment.id)
    .where('creator_id', '=', userId)
    .where('status', 'in', ['created', 'queued', 'started', 'stopping'])
    .executeTakeFirstOrThrow();
  if (count < quota) return;
  const message = `You have ${count} unfinished executions in environment "${slug}"; ${quota} are allowed. Wait for one to end, or stop one.`;
  throw new CoveError('conflict', message, { reason: 'quota' });
}
