import type { Context } from '../context.ts';
import { requireExecution } from '../executions/access.ts';
import { readSpans, type Snapshot, snapshot } from './snapshot.ts';
import { type Event, lastLines, linesAfter, START } from './window.ts';

export const DEFAULT_WINDOW = 2000;

export interface Events {
  total: number;
  /** Whether there are lines before the window. */
  truncated: boolean;
  /** Piece by piece, oldest first. */
  events: AsyncGenerator<Event[]>;
}

/** The last `limit` lines of an execution's log; 0 is everything. */
export async function events(
  context: Context,
  input: { execution: string; limit?: number | undefined },
): Promise<Events> {
  const { id, slug } = await requireExecution(context, input.execution, 'execution.read');
  const limit = input.limit ?? DEFAULT_WINDOW;
  const log = await snapshot(context.platform, { executionId: id, slug });
  return {
    total: log.total,
    truncated: limit !== 0 && log.total > limit,
    events: readSpans(log, lastLines(log.extents, limit)),
  };
}

/** How many lines of each end of a long log are searched for lines of the platform. */
const ENDS = 5000;

/** The platform's own lines, e.g. where a run can be reached by SSH. They come at the beginning and at the end. */
export async function statusEvents(
  context: Context,
  input: { execution: string; limit?: number | undefined },
): Promise<Event[]> {
  const { id, slug } = await requireExecution(context, input.execution, 'execution.read');
  const log = await snapshot(context.platform, { executionId: id, slug });
  const found: Event[] = [];
  for await (const some of readSpans(log, bothEnds(log)))
    found.push(...some.filter((e) => e.stream === 'status'));
  const limit = input.limit ?? DEFAULT_WINDOW;
  return limit === 0 ? found : found.slice(-limit);
}

const bothEnds = (log: Snapshot) =>
  linesAfter(log.extents, START).flatMap(({ attempt, to }) =>
    to <= 2 * ENDS
      ? [{ attempt, from: 1, to }]
      : [
          { attempt, from: 1, to: ENDS },
          { attempt, from: to - ENDS + 1, to },
        ],
  );
