/** One file from an address into a place: a broken transfer goes on where it broke, a large file comes in ranges. */
import { writeFileSync } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import type { Download } from '../http.ts';
import { ChecksumStream, checksumsOf } from './checksums.ts';
import { downloadRanges, RANGE_BYTES } from './download-ranges.ts';
import {
  cutShort,
  etagOf,
  type Fetched,
  startsAt,
  type Transfer,
  type Wanted,
  writeFull,
} from './transfer.ts';

/** Shorter answers are taken into memory and written at once: of many small files each step costs more than the bytes. */
export const SMALL_BYTES = 1024 * 1024;

/** Still shorter ones are written without a hand-over to other threads, which costs more; all else waits meanwhile. */
const TINY_BYTES = 128 * 1024;

/** What a broken try left: the next one goes on from there, if the bytes are still the same ones. */
export interface Progress {
  sums: ChecksumStream;
  etag: string | null;
}
/** Null: not modified. `left` carries what a failed try had, for the next one. */
export async function download(
  { http, signal, onBytes, onSize }: Transfer,
  wanted: Wanted,
  target: string,
  left: { progress?: Progress | undefined },
): Promise<Fetched | null> {
  if (wanted.size !== null && wanted.size > RANGE_BYTES) {
    const found = await downloadRanges({ http, signal, onBytes }, wanted, wanted.size, target);
    if (found !== 'whole') return found;
  }
  if (wanted.size !== null && wanted.size <= SMALL_BYTES) {
    const about = { headers: wanted.headers, accept: [304] };
    const answer = await wanted.address.take(http, SMALL_BYTES, about, signal);
    return answer.status === 304 ? null : keepSmall(answer.data, answer, target, onBytes);
  }
  const before = left.progress;
  left.progress = undefined;
  const answer = await wanted.address.get(http, rangeHeaders(wanted, before), signal, [304, 416]);
  if (answer.status === 416) {
    // What is left is all there was, or none of what is there now: only the beginning tells.
    answer.body.resume();
    throw cutShort(before?.sums.size ?? 0, wanted.size ?? Number.NaN);
  }
  if (answer.status === 304) {
    answer.body.resume();
    return null;
  }
  const length = lengthOf(answer);
  if (answer.status === 200 && length !== null) onSize?.(length);
  if (answer.status === 200 && length !== null && length <= SMALL_BYTES) {
    const data = await answer.body.bytes();
    if (data.length !== length) throw cutShort(data.length, length);
    return keepSmall(data, answer, target, onBytes);
  }
  const goesOn = before !== undefined && answer.status === 206 && startsAt(answer) === before.sums.size;
  const progress = goesOn ? before : { sums: new ChecksumStream(), etag: etagOf(answer) };
  const file = await open(target, goesOn ? 'r+' : 'w');
  try {
    await receive(answer, file, progress.sums, onBytes);
  } catch (error) {
    if (progress.etag !== null) left.progress = progress;
    else onBytes(-progress.sums.size);
    throw error;
  } finally {
    await file.close();
  }
  return { ...progress.sums.result(), size: progress.sums.size, etag: progress.etag };
}

/** Bytes that the body will have; null: not told, or told of another form of it. */
const lengthOf = ({ headers }: Download): number | null =>
  typeof headers['content-length'] === 'string' && headers['content-encoding'] === undefined
    ? Number(headers['content-length'])
    : null;

async function keepSmall(
  data: Uint8Array,
  answer: Pick<Download, 'headers'>,
  target: string,
  onBytes: (bytes: number) => void,
): Promise<Fetched> {
  if (data.length <= TINY_BYTES) writeFileSync(target, data);
  else await writeFile(target, data);
  onBytes(data.length);
  return { ...checksumsOf(data), size: data.length, etag: etagOf(answer) };
}

async function receive(
  answer: Download,
  file: FileHandle,
  sums: ChecksumStream,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const expected = lengthOf(answer);
  let arrived = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    // Written first: what counts as arrived must be on its place.
    await writeFull(file, chunk, sums.size);
    sums.add(chunk);
    arrived += chunk.length;
    onBytes(chunk.length);
  }
  if (expected !== null && arrived !== expected) throw cutShort(arrived, expected);
}

function rangeHeaders(wanted: Wanted, before: Progress | undefined): Record<string, string> {
  if (before?.etag == null || before.sums.size === 0) return wanted.headers;
  return { range: `bytes=${before.sums.size}-`, 'if-range': before.etag };
}
