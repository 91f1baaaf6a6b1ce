/** An execution's log as it is known at one moment, and how windows of it are read. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { LogLine } from '../../protocol/worker.ts';
import type { Platform } from '../context.ts';
import { CoveError } from '../errors.ts';
import { readChunk } from './chunks.ts';
import { BEGINNING, type LogOf, linesOf, readLive, type Seen } from './live.ts';
import { assemble, type Event, type Extent, type Span, totalLines } from './window.ts';

interface Piece {
  attempt: number;
  first: number;
  last: number;
  load(keep: boolean): Promise<LogLine[]> | LogLine[];
}
export interface Snapshot {
  extents: Extent[];
  total: number;
  pieces: Piece[];
  /** Id of the last entry of the live stream that is in it. */
  cursor: string;
  /** False: the live stream could not be read. */
  whole: boolean;
}
/** More chunks than this in one read are a walk, not a look. */
const LOOK = 3;

interface Row {
  attempt: number;
  /** Told by the worker at the end; 0 where it did not come to that. */
  log_lines: number;
  /** Null while it lives. */
  ended_at: Date | null;
  reason: string | null;
  /** What followed a loss; null: nothing, its end was the execution's. */
  follows: string | null;
  chunks: [first: number, last: number, key: string][];
}
/** Attempts and their chunks in one query. */
export async function storedLog(db: Kysely<Database>, executionId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    SELECT a.number AS attempt, a.log_lines, a.ended_at, a.reason, CASE
      WHEN NOT a.run_again THEN NULL
      WHEN a.number = e.attempt AND e.status = 'stopped' THEN 'Stopped before attempt ' || a.number + 1 || ' began'
      ELSE 'Attempt ' || a.number || ' was lost; attempt ' || a.number + 1 || ' of at most ' || e.max_retries + 1 || ' follows'
      END AS follows, COALESCE((
      SELECT jsonb_agg(jsonb_build_array(c.first_seq, c.last_seq, c.storage_key) ORDER BY c.first_seq)
      FROM log_chunks c WHERE c.execution_id = a.execution_id AND c.attempt = a.number), '[]') AS chunks
    FROM attempts a JOIN executions e ON e.id = a.execution_id
    WHERE a.execution_id = ${executionId} ORDER BY a.number`.execute(db);
  return rows;
}

/** Pure: what chunks and live batches together say of a log. */
export function combine(
  rows: readonly Row[],
  batches: readonly Seen[],
  load: (key: string, keep: boolean) => Promise<LogLine[]>,
  live: (seen: Seen) => Promise<LogLine[]>,
): Omit<Snapshot, 'cursor' | 'whole'> {
  const last = new Map<number, number>();
  const grow = (attempt: number, seq: number) => last.set(attempt, Math.max(last.get(attempt) ?? 0, seq));
  const pieces: Piece[] = [];
  for (const row of rows) {
    grow(row.attempt, Number(row.log_lines));
    for (const [first, to, key] of row.chunks) {
      grow(row.attempt, to);
      pieces.push({ attempt: row.attempt, first, last: to, load: (keep) => load(key, keep) });
    }
  }
  for (const seen of batches) {
    const { attempt, first, last: to } = seen;
    grow(attempt, to);
    pieces.push({ attempt, first, last: to, load: () => live(seen) });
  }
  for (const row of rows) {
    const before = last.get(row.attempt) ?? 0;
    const closing = closingLines(row, before);
    if (closing.length === 0) continue;
    const to = before + closing.length;
    grow(row.attempt, to);
    pieces.push({ attempt: row.attempt, first: before + 1, last: to, load: () => closing });
  }
  const extents = [...last]
    .map(([attempt, seq]) => ({ attempt, last: seq }))
    .sort((a, b) => a.attempt - b.attempt);
  pieces.sort((a, b) => a.attempt - b.attempt || a.first - b.first);
  return { extents, total: totalLines(extents), pieces };
}

/** What the platform itself says behind the last line: the end, where a worker died before it told it, and what follows. */
function closingLines({ log_lines, ended_at, reason, follows }: Row, last: number): LogLine[] {
  if (ended_at === null) return [];
  const said = [Number(log_lines) > 0 ? null : reason, follows].filter(
    (line) => line !== null && line !== '',
  );
  const time = ended_at.toISOString().slice(0, -1);
  return said.map((line, at) => [last + 1 + at, `${time}00${at}`, 'status', line as string]);
}

/** Stream first, then rows: a line leaves the stream only once it is in a row, so none falls between the two. */
export async function snapshot(platform: Platform, log: LogOf): Promise<Snapshot> {
  const found = await readLive(platform, log);
  const batches = found ?? [];
  const rows = await storedLog(platform.db, log.executionId);
  const load = (key: string, keep: boolean) =>
    readChunk(platform.storage, key, keep).catch((error: unknown) => {
      platform.log.error({ err: error, key }, 'a stored piece of a log is not readable');
      return [];
    });
  const live = async (seen: Seen) =>
    (await linesOf(platform, log, seen)) ?? (await storedSince(platform, log, seen, load));
  return {
    ...combine(rows, batches, load, live),
    cursor: batches.at(-1)?.id ?? BEGINNING,
    whole: found !== null,
  };
}

/** A batch's lines that went from the stream into the store after the look. Nothing is said of lines that lie nowhere. */
async function storedSince(
  { db }: Platform,
  { executionId }: LogOf,
  { attempt, first, last }: Seen,
  load: (key: string, keep: boolean) => Promise<LogLine[]>,
): Promise<LogLine[]> {
  const chunks = await db
    .selectFrom('log_chunks')
    .select('storage_key')
    .where('execution_id', '=', executionId)
    .where('attempt', '=', attempt)
    .where('last_seq', '>=', first)
    .where('first_seq', '<=', last)
    .orderBy('first_seq')
    .execute();
  const lines: LogLine[] = [];
  for (const { storage_key } of chunks)
    lines.push(...(await load(storage_key, true)).filter(([seq]) => seq >= first && seq <= last));
  if (lines.length > 0) return lines;
  throw new CoveError(
    'unavailable',
    `Lines ${first}–${last} of this log are neither in Redis nor stored yet: ask again.`,
  );
}

/** The lines of these spans, piece by piece: no more than one chunk is held at a time. */
export async function* readSpans(
  log: Pick<Snapshot, 'pieces'>,
  spans: readonly Span[],
): AsyncGenerator<Event[]> {
  for (const span of spans) {
    const wanted = log.pieces.filter(
      (p) => p.attempt === span.attempt && p.last >= span.from && p.first <= span.to,
    );
    const order = assemble(span);
    for (const piece of wanted) {
      if (piece.last < order.next) continue;
      const events = order.feed(await piece.load(wanted.length <= LOOK));
      if (events.length > 0) yield events;
    }
    const rest = order.close();
    if (rest.length > 0) yield rest;
  }
}
