import { setTimeout as delay } from 'node:timers/promises';
import type { EndStatus } from '../../platform/words.ts';
import type { Context } from '../context.ts';
import { requireExecution } from '../executions/access.ts';
import { DEFAULT_WINDOW } from './events.ts';
import { ENDED, type Follower, followerOf, type Look } from './follower.ts';
import type { Lines } from './live.ts';
import { readSpans } from './snapshot.ts';
import { type Event, lastLines, later, linesAfter, type Position, START } from './window.ts';

export type Followed =
  /** Comes first: how long the log is so far, and how much of it before the window is not shown. */
  | { kind: 'window'; total: number; skipped: number }
  | { kind: 'lines'; lines: Lines[] }
  /** Nothing for a while: a sign of life. */
  | { kind: 'idle' }
  | { kind: 'end'; status: EndStatus };

/** How long nothing comes before a sign of life is due. */
const IDLE_MS = 15_000;
/** Before a Redis that did not answer is asked again. */
const RETRY_MS = 250;

/**
 * A log as it grows, without a hole, from `seen` on, or from the last `limit` lines on; ends after the run's last line.
 * Each round looks at the whole log, shows what is behind the last line shown, then goes on with what comes, or with the stream
 * where more came than is kept, as long as that skips no line. Between two pieces a viewer holds no line of its own, however slowly it reads.
 */
export async function* follow(
  context: Context,
  input: { execution: string; seen?: Position | undefined; limit?: number | undefined; signal: AbortSignal },
): AsyncGenerator<Followed> {
  const { platform } = context;
  const { signal } = input;
  const { id, slug } = await requireExecution(context, input.execution, 'execution.read');
  const follower = followerOf(platform, { executionId: id, slug });
  follower.enter();
  try {
    let { seen, window } = await begin(follower, input);
    yield window;
    for (let least = 0; !signal.aborted; ) {
      const found = await behind(follower, seen, least);
      seen = found.seen;
      if ('lines' in found) {
        yield { kind: 'lines', lines: [found.lines] };
        continue;
      }
      if (found.end) {
        yield { kind: 'end', status: found.end };
        return;
      }
      // Then what came since, as long as it goes on seamlessly.
      for (let place = found.next; !signal.aborted; ) {
        const taken = follower.take(place, seen);
        const piece = 'hole' in taken ? await follower.readOn(seen) : taken;
        if ('hole' in taken && piece.lines.length === 0) {
          least = taken.hole;
          break;
        }
        [place, seen] = [piece.next, piece.seen];
        if (piece.lines.length > 0) yield { kind: 'lines', lines: piece.lines };
        else if (!(await follower.came(place, IDLE_MS, signal)) && !signal.aborted) yield { kind: 'idle' };
      }
      if (!found.whole) await delay(RETRY_MS, null, { signal }).catch(() => null);
    }
  } finally {
    follower.leave();
  }
}

/** Where a viewer begins to read. */
async function begin(
  follower: Follower,
  { seen, limit = DEFAULT_WINDOW }: { seen?: Position | undefined; limit?: number | undefined },
): Promise<{ seen: Position; window: Followed }> {
  const { extents, total } = await follower.look();
  if (seen !== undefined) return { seen, window: { kind: 'window', total, skipped: 0 } };
  const [first] = lastLines(extents, limit);
  const start = first ? { attempt: first.attempt, seq: first.from - 1 } : START;
  const shown = lastLines(extents, limit).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return { seen: start, window: { kind: 'window', total, skipped: total - shown } };
}

type Behind = { seen: Position } & (
  | { lines: Event[] }
  | { end: EndStatus | null; next: number; whole: boolean }
);

/**
 * The next lines behind a place that a look at the whole log shows; else whether it ends there, and where it goes on. A look is
 * read to its end before there is another: behind a flood each costs what the whole live stream does.
 */
async function behind(follower: Follower, seen: Position, least: number): Promise<Behind> {
  const known = await follower.known?.catch(() => undefined);
  const already = known && (await next(known, seen));
  if (already) return already;
  const found = await follower.look(least);
  const more = await next(found, seen);
  if (more) return more;
  const { status, extents, next: place, whole } = found;
  const last = extents.map(({ attempt, last: seq }) => ({ attempt, seq })).at(-1) ?? START;
  const end = ENDED.includes(status) ? (status as EndStatus) : null;
  return { seen: later(last, seen) ? last : seen, end, next: place, whole };
}

/** The first piece that a look shows behind a place; undefined: there is none. */
async function next(look: Look, seen: Position): Promise<{ seen: Position; lines: Event[] } | undefined> {
  const { value } = await readSpans(look, linesAfter(look.extents, seen)).next();
  const lines: Event[] = value ?? [];
  const newest = lines.at(-1);
  return newest && { lines, seen: { attempt: newest.attempt, seq: newest.seq } };
}
