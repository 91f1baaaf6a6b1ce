/** An execution's log as it is known at one moment, and how windows of it are read. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { LogLine } from '../../protocol/worker.ts';
import type { Platform } from '../context.ts';
import { readChunk } from './chunks.ts';
import { type Batch, BEGINNING, type LogOf, readLive } from './live.ts';
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
  chunks: [first: number, last: number, key: string][];
}
/** Attempts and their chunks in one query. */
export async function storedLog(db: Kysely<Database>, executionId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    SELECT a.number AS attempt, a.log_lines, a.ended_at, a.reason, COALESCE((
      SELECT jsonb_agg(jsonb_build_array(c.first_seq, c.last_seq, c.storage_key) ORDER BY c.first_seq)
      FROM log_chunks c WHERE c.execution_id = a.execution_id AND c.attempt = a.number), '[]') AS chunks
    FROM attempts a WHERE a.execution_id = ${executionId} ORDER BY a.number`.execute(db);
  return rows;
}

/** Pure: what chunks and live batches together say of a log. */
export function combine(
  rows: readonly Row[],
  batches: readonly Batch[],
  load: (key: string, keep: boolean) => Promise<LogLine[]>,
): Omit<Snapshot, 'cursor'> {
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
  for (const { attempt, lines } of batches) {
    const from = lines[0];
    const to = lines.at(-1);
    if (!from || !to) continue;
    grow(attempt, to[0]);
    pieces.push({ attempt, first: from[0], last: to[0], load: () => lines });
  }
  for (const row of rows) {
    const closing = closingLine(row, last.get(row.attempt) ?? 0);
    if (closing === null) continue;
    const [seq] = closing;
    grow(row.attempt, seq);
    pieces.push({ attempt: row.attempt, first: seq, last: seq, load: () => [closing] });
  }
  const extents = [...last]
    .map(([attempt, seq]) => ({ attempt, last: seq }))
    .sort((a, b) => a.attempt - b.attempt);
  pieces.sort((a, b) => a.attempt - b.attempt || a.first - b.first);
  return { extents, total: totalLines(extents), pieces };
}

/** A worker that died wrote no last line: the reason of the end stands in for it. */
function closingLine({ log_lines, ended_at, reason }: Row, last: number): LogLine | null {
  if (ended_at === null || Number(log_lines) > 0 || !reason) return null;
  return [last + 1, ended_at.toISOString().replace('Z', '000'), 'status', reason];
}

/** Stream first, then rows: a line leaves the stream only once it is in a row, so none falls between the two. */
export async function snapshot(platform: Platform, log: LogOf): Promise<Snapshot> {
  const batches = await readLive(platform, log);
  const rows = await storedLog(platform.db, log.executionId);
  const load = (key: string, keep: boolean) =>
    readChunk(platform.storage, key, keep).catch((error: unknown) => {
      platform.log.error({ err: error, key }, 'a stored piece of a log is not readable');
      return [];
    });
  return { ...combine(rows, batches, load), cursor: batches.at(-1)?.id ?? BEGINNING };
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
