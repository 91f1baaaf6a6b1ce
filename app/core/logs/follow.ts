import type { EndStatus, Status } from '../../platform/words.ts';
import type { Context, Platform } from '../context.ts';
import { requireExecution } from '../executions/access.ts';
import { DEFAULT_WINDOW } from './events.ts';
import { type Batch, type LogOf, Tail } from './live.ts';
import { readSpans, snapshot } from './snapshot.ts';
import { type Event, lastLines, linesAfter, type Position, START, totalLines } from './window.ts';

export type Followed =
  /** Comes first: how long the log is so far, and how much of it before the window is not shown. */
  | { kind: 'window'; total: number; skipped: number }
  | { kind: 'lines'; lines: Event[] }
  /** Nothing for a while: a sign of life. */
  | { kind: 'idle' }
  | { kind: 'end'; status: EndStatus };

/** How long one wait for new lines lasts; afterwards the execution's row is looked at. */
const WAIT_MS = 250;
const ENDED: readonly Status[] = ['complete', 'error', 'crashed', 'stopped'];

/**
 * A log as it grows, without a hole, from `seen` on, or from the last `limit` lines on; ends after the run's last line.
 * Each round takes a snapshot, shows what is behind the last line shown, then reads the stream as long as it goes on seamlessly.
 */
export async function* follow(
  context: Context,
  input: { execution: string; seen?: Position | undefined; limit?: number | undefined; signal: AbortSignal },
): AsyncGenerator<Followed> {
  const { platform } = context;
  const { id, slug } = await requireExecution(context, input.execution, 'execution.read');
  const log: LogOf = { executionId: id, slug };
  let seen = input.seen ?? null;
  let first = true;
  while (!input.signal.aborted) {
    // The status comes first: after an end no line is added, so the snapshot behind it is complete.
    const { status } = await state(platform, log, START);
    const now = await snapshot(platform, log);
    const limit = input.limit ?? DEFAULT_WINDOW;
    const spans = seen === null ? lastLines(now.extents, limit) : linesAfter(now.extents, seen);
    if (first)
      yield { kind: 'window', total: now.total, skipped: seen === null ? now.total - countOf(spans) : 0 };
    first = false;
    for await (const lines of readSpans(now, spans)) {
      if (input.signal.aborted) return;
      yield { kind: 'lines', lines };
    }
    const last = now.extents.at(-1);
    seen =
      last && (seen === null || later(last, seen))
        ? { attempt: last.attempt, seq: last.last }
        : (seen ?? START);
    if (ENDED.includes(status)) {
      yield { kind: 'end', status: status as EndStatus };
      return;
    }
    seen = yield* seamless(platform, log, { cursor: now.cursor, seen, status }, input.signal);
  }
}

const countOf = (spans: { from: number; to: number }[]) =>
  totalLines(spans.map((span) => ({ attempt: 0, last: span.to - span.from + 1 })));
const later = (a: { attempt: number; last: number }, b: Position) =>
  a.attempt > b.attempt || (a.attempt === b.attempt && a.last > b.seq);

/** Whether a batch begins at or before the line that comes next. */
export const continues = (seen: Position, batch: Pick<Batch, 'attempt' | 'lines'>): boolean => {
  const first = batch.lines[0]?.[0];
  if (first === undefined) return true;
  if (batch.attempt === seen.attempt) return first <= seen.seq + 1;
  return seen.attempt === 0 && batch.attempt === 1 && first === 1;
};

/**
 * Reads the live stream until it skips a line, or the run's status changes (a lost attempt's last line is in no stream), or
 * lines are stored that never came by.
 */
async function* seamless(
  platform: Platform,
  log: LogOf,
  from: { cursor: string; seen: Position; status: Status },
  signal: AbortSignal,
): AsyncGenerator<Followed, Position> {
  let { seen } = from;
  const tail = new Tail(platform, log, from.cursor);
  try {
    while (!signal.aborted) {
      const batches = await tail.next(WAIT_MS);
      for (const batch of batches) {
        if (!continues(seen, batch)) return seen;
        const lines = unseen(seen, batch);
        const newest = lines.at(-1);
        if (!newest) continue;
        yield { kind: 'lines', lines };
        seen = { attempt: batch.attempt, seq: newest.seq };
      }
      if (tail.overflowed) return seen;
      if (batches.length > 0) continue;
      const { status, behind } = await state(platform, log, seen);
      if (behind || status !== from.status) return seen;
      yield { kind: 'idle' };
    }
    return seen;
  } finally {
    tail.close();
  }
}

function unseen(seen: Position, { attempt, lines }: Batch): Event[] {
  const shown = attempt === seen.attempt ? seen.seq : 0;
  return lines
    .filter(([seq]) => seq > shown)
    .map(([seq, time, stream, message]) => ({ attempt, seq, time, stream, message }));
}

/** The run's status, and whether there are stored lines behind the last one shown. */
async function state(
  platform: Platform,
  { executionId }: LogOf,
  seen: Position,
): Promise<{ status: Status; behind: boolean }> {
  const row = await platform.db
    .selectFrom('executions')
    .select('status')
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('log_chunks')
            .select('last_seq')
            .where('execution_id', '=', executionId)
            .where((c) =>
              c.or([
                c('attempt', '>', seen.attempt),
                c.and([c('attempt', '=', seen.attempt), c('last_seq', '>', seen.seq)]),
              ]),
            ),
        )
        .as('behind'),
    )
    .where('id', '=', executionId)
    .executeTakeFirst();
  return { status: row?.status ?? 'stopped', behind: row?.behind === true };
}
