/** Makes one row of the many by which ended executions are counted; the numbers stay what they are at any moment. */
import { sql } from 'kysely';
import type { Context } from '../context.ts';

export async function sumCounts({ platform }: Context): Promise<void> {
  await sql`
    WITH gone AS (
      DELETE FROM execution_counts WHERE project_id IN (SELECT project_id FROM execution_counts WHERE NOT summed)
      RETURNING project_id, status, environment_id, creator_id, step, n
    )
    INSERT INTO execution_counts (project_id, status, environment_id, creator_id, step, n, summed)
    SELECT project_id, status, environment_id, creator_id, step, sum(n), true FROM gone
    GROUP BY project_id, status, environment_id, creator_id, step HAVING sum(n) <> 0`.execute(platform.db);
}
