import type { Context } from '../context.ts';
import { requireExecution } from './access.ts';

export interface MetadataPoint {
  attempt: number;
  seq: number;
  time: Date;
  value: Record<string, unknown>;
}

/** Metadata points of an execution in the order they were logged; `limit` null is all of them. */
export async function metadataPoints(
  context: Context,
  input: { execution: string; limit: number | null; offset: number },
): Promise<MetadataPoint[]> {
  const { id } = await requireExecution(context, input.execution, 'execution.read');
  let query = context.platform.db
    .selectFrom('metadata_points')
    .select(['attempt', 'seq', 'time', 'value'])
    .where('execution_id', '=', id)
    .orderBy('attempt')
    .orderBy('seq')
    .offset(input.offset);
  if (input.limit !== null) query = query.limit(input.limit);
  return query.execute();
}
