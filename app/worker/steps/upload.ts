/** Puts one output into the store: a small file from memory in one request, a large one in parts. */
import type { FileHandle } from 'node:fs/promises';
import type { OutputFile, RunApi, Upload } from '../api.ts';
import { retry } from '../retry.ts';
import { checkedPut } from './checked-put.ts';
import { ChecksumStream, type Checksums, checksumsOf } from './checksums.ts';
import { type FoundFile, openOutput, readOutput } from './output-files.ts';
import { Changed, freshEachTry, readFull, transferMemory } from './transfer.ts';
import { type Sending, uploadInParts } from './upload-parts.ts';

const TRIES = 8;
/** A file that is written to all the time is never whole. */
const CHANGED_TRIES = 3;
/** Shorter ones are read at once; no longer, since everything else waits meanwhile. */
const TINY = 128 * 1024;
/** Longer files that cannot go in parts pass through as a stream. */
const IN_MEMORY = 16 * 1024 * 1024;
const READ_BYTES = 256 * 1024;

/** `target` is an address asked for already; another one is asked for where that fails. */
export async function uploadFile(
  api: RunApi,
  found: FoundFile,
  target: Upload,
  metadata: Record<string, unknown>,
  signal: AbortSignal,
): Promise<OutputFile> {
  let next: Upload | undefined = target;
  let changed = 0;
  const attempt = async (): Promise<OutputFile> => {
    const tiny = found.stats.size <= TINY ? readOutput(found.path, TINY) : null;
    const opened = tiny ?? (await openOutput(found.path));
    try {
      const { size, birthtime, ctime, mtime } = opened.stats;
      if (next === undefined || size !== found.stats.size) {
        next = (await api.uploads({ files: [{ kind: 'output', name: found.name, size, parts: true }] }))[0];
      }
      const to = next as Upload;
      next = undefined;
      const sums =
        'data' in opened
          ? await put(api, to, opened.data, signal)
          : await send(api, opened.file, { name: found.name, size, to }, signal);
      return {
        storage_key: to.storage_key,
        name: found.name,
        size,
        ...sums,
        file_ctime: (birthtime.getTime() > 0 ? birthtime : ctime).toISOString(),
        file_mtime: mtime.toISOString(),
        metadata,
      };
    } finally {
      if ('file' in opened) await opened.file.close();
    }
  };
  const worthAnother = freshEachTry();
  const again = (error: unknown) =>
    error instanceof Changed ? ++changed < CHANGED_TRIES : worthAnother(error);
  return retry(attempt, { signal, again, tries: TRIES });
}

async function send(
  api: RunApi,
  file: FileHandle,
  sending: Sending,
  signal: AbortSignal,
): Promise<Checksums> {
  if (sending.to.parts !== undefined) return uploadInParts(api, file, sending, signal);
  if (sending.size > IN_MEMORY) return stream(api, file, sending, signal);
  const { size, to } = sending;
  const release = await transferMemory.take(size);
  try {
    const data = Buffer.allocUnsafe(size);
    await readFull(file, data, 0);
    return await put(api, to, data, signal);
  } finally {
    release();
  }
}

async function put(api: RunApi, to: Upload, data: Buffer, signal: AbortSignal): Promise<Checksums> {
  const sums = checksumsOf(data);
  await checkedPut(api.http, to, data, sums.md5, signal);
  return sums;
}

/** From a platform that knows no parts. */
async function stream(api: RunApi, file: FileHandle, { size, to }: Sending, signal: AbortSignal) {
  const sums = new ChecksumStream();
  const source = file.createReadStream({
    autoClose: false,
    highWaterMark: READ_BYTES,
    start: 0,
    end: size - 1,
  });
  source.on('error', (error) => sums.destroy(error)).pipe(sums);
  await api.http.put(to.url, to.headers, sums, size, signal);
  return sums.result();
}
