import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { archiveLog } from './archive.ts';

/** A worker that was cut off may still send lines; only what has rested for so long is stored for good. */
const REST_SECONDS = 30;

/** Stores the live streams that ended runs left behind: of lost workers, and where the store was away at the end. */
export async function archiveEnded({ platform }: Context): Promise<number> {
  const held = await platform.queue.logsHeld();
  if (held.length === 0) return 0;
  const ended = await platform.db
    .selectFrom('executions')
    .select('id')
    .where(
      'id',
      'in',
      held.map(({ executionId }) => executionId),
    )
    .where('end_time', '<', sql<Date>`now() - make_interval(secs => ${REST_SECONDS})`)
    .execute();
  const ids = new Set(ended.map(({ id }) => id));
  for (const log of held.filter(({ executionId }) => ids.has(executionId))) {
    const { lines } = await archiveLog(platform, log);
    platform.log.info({ execution: log.executionId, lines }, 'stored a log that was left in Redis');
  }
  return ids.size;
}
