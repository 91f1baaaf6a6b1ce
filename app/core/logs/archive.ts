import { randomUUID } from 'node:crypto';
import { LOG_CHUNK_LINES, type LogLine } from '../../protocol/worker.ts';
import type { Platform } from '../context.ts';
import { chunkKey, encodeChunk } from './chunks.ts';
import { BEGINNING, type LogOf, readStream } from './live.ts';
import { storedLog } from './snapshot.ts';

/** Pure: the lines that no chunk covers, cut into runs without a hole of at most `most` lines. */
export function uncovered(
  lines: readonly LogLine[],
  chunks: readonly (readonly [number, number, ...unknown[]])[],
  most: number,
): LogLine[][] {
  const missing = lines
    .filter(([seq]) => !chunks.some(([first, last]) => seq >= first && seq <= last))
    .toSorted((a, b) => a[0] - b[0]);
  const runs: LogLine[][] = [];
  for (const line of missing) {
    const run = runs.at(-1);
    const previous = run?.at(-1)?.[0];
    if (previous === line[0]) continue;
    if (run && previous === line[0] - 1 && run.length < most) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

/**
 * Stores what only the live stream holds of an ended execution, then drops the stream. A worker that ends well has
 * stored everything itself; this is for one that died. `upTo`: of these attempts alone, while a later one may write.
 * Safe to repeat.
 */
export async function archiveLog(platform: Platform, log: LogOf, upTo?: number): Promise<{ lines: number }> {
  const batches = await readStream(platform, log);
  let stored = 0;
  const rows = batches.length > 0 ? await storedLog(platform.db, log.executionId) : [];
  for (const row of rows) {
    if (upTo !== undefined && row.attempt > upTo) break;
    const lines = batches.filter((b) => b.attempt === row.attempt).flatMap((b) => b.lines);
    for (const run of uncovered(lines, row.chunks, LOG_CHUNK_LINES)) {
      await store(platform, log.executionId, row.attempt, run);
      stored += run.length;
    }
  }
  if (upTo === undefined) await platform.queue.deleteLog(log.slug, log.executionId);
  else await platform.queue.trimLog(log.slug, log.executionId, upTo + 1, 0);
  return { lines: stored };
}

/** Before the stream forgets what came before an attempt: where its store was away when an earlier one was lost. */
export async function archiveEarlier(platform: Platform, log: LogOf, attempt: number): Promise<void> {
  if (attempt === 1) return;
  const [first] = await platform.queue.readLog(log.slug, log.executionId, BEGINNING, { count: 1 });
  if (first !== undefined && first.attempt < attempt) await archiveLog(platform, log, attempt - 1);
}

async function store(
  platform: Platform,
  executionId: string,
  attempt: number,
  run: LogLine[],
): Promise<void> {
  const [first, last] = [run[0]?.[0] ?? 0, run.at(-1)?.[0] ?? 0];
  const storage_key = chunkKey(executionId, attempt, first, last).replace(
    /ndjson/,
    `${randomUUID().slice(0, 8)}.ndjson`,
  );
  const body = encodeChunk(run);
  await platform.storage.put(storage_key, body);
  await platform.db
    .insertInto('log_chunks')
    .values({
      execution_id: executionId,
      attempt,
      first_seq: first,
      last_seq: last,
      storage_key,
      bytes: body.length,
    })
    .onConflict((oc) => oc.columns(['execution_id', 'attempt', 'first_seq']).doNothing())
    .execute();
}
