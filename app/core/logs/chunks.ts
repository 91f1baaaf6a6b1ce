/** Stored pieces of a log: gzip of one JSON line array a line. They never change, so the last ones read are kept. */
import { text } from 'node:stream/consumers';
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
  const source = await store.get(key);
  const content = await text(source.compose(createGunzip()));
  // Not by `readline`: it also breaks at U+2028 and U+2029, which JSON leaves as they are.
  const lines = content.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LogLine]));
  if (keep) {
    kept.set(key, lines);
    for (const old of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(old);
    }
  }
  return lines;
}
