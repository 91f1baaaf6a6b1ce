/** Stored pieces of a log: gzip of one JSON line array a line. They never change, so the last ones read are kept. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import type { ObjectStore } from '../../platform/storage/store.ts';
import type { LogLine } from '../../protocol/worker.ts';

/** Decoded chunks kept: what viewers who ask once a second look at. A chunk has at most 4 MiB of text. */
const KEPT = 6;
const kept = new Map<string, LogLine[]>();

export const chunkKey = (executionId: string, attempt: number, first: number, last: number) =>
  `logs/${executionId}/${attempt}/${first}-${last}.ndjson.gz`;

export const encodeChunk = (lines: readonly LogLine[]): Buffer =>
  gzipSync(lines.map((line) => JSON.stringify(line)).join('\n'));

/** The lines of a stored chunk. `keep` false: a walk through a whole log must not push out what others look at. */
export async function readChunk(store: ObjectStore, key: string, keep: boolean): Promise<LogLine[]> {
  const known = kept.get(key);
  if (known) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const lines: LogLine[] = [];
  const source = await store.get(key);
  const text = source.compose(createGunzip()) as Readable;
  for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '') lines.push(JSON.parse(line) as LogLine);
  }
  if (keep) {
    kept.set(key, lines);
    for (const old of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(old);
    }
  }
  return lines;
}
