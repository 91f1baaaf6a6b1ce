/** Puts one output into the store: one pass over its bytes, repeated from the start where it fails. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { OutputFile, RunApi, Upload } from '../api.ts';
import { HttpError, isPassing } from '../http.ts';
import { retry } from '../retry.ts';
import { ChecksumStream } from './checksums.ts';
import { type FoundFile, openOutput } from './output-files.ts';

const TRIES = 8;
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
  const attempt = async (): Promise<OutputFile> => {
    const file = await openOutput(found.path);
    try {
      const { size, birthtime, ctime, mtime } = await file.stat();
      if (next === undefined || size !== found.stats.size) {
        next = (await api.uploads({ files: [{ kind: 'output', name: found.name, size }] }))[0] as Upload;
      }
      const { url, headers, storage_key } = next;
      next = undefined;
      const sums = new ChecksumStream();
      const options = { autoClose: false, highWaterMark: READ_BYTES };
      const source =
        size === 0 ? Readable.from([]) : file.createReadStream({ ...options, start: 0, end: size - 1 });
      const read = pipeline(source, sums);
      read.catch(() => {}); // the upload fails with it, and tells
      await api.http.put(url, headers, sums, size, signal);
      return {
        storage_key,
        name: found.name,
        size,
        ...sums.result(),
        file_ctime: (birthtime.getTime() > 0 ? birthtime : ctime).toISOString(),
        file_mtime: mtime.toISOString(),
        metadata,
      };
    } finally {
      await file.close();
    }
  };
  // A refused signature may just be too old: the next try asks for a new one.
  const again = (error: unknown) => isPassing(error) || (error instanceof HttpError && error.status === 403);
  return retry(attempt, { signal, again, tries: TRIES });
}
