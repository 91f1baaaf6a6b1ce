/** What of a disk lies below a folder, as the disk counts it: a sparse file is small, one file of many names is one. */
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

const AT_ONCE = 64;
/** Source: stat(2), `st_blocks`. */
const BLOCK_BYTES = 512;
/** An empty file takes no block, but a place among the files that a disk can hold. */
const FILE_BYTES = 4096;

export interface Written {
  bytes: number;
  /** Folders and links, too. */
  files: number;
}
export const NOTHING_WRITTEN: Written = { bytes: 0, files: 0 };

/**
 * Goes no further once it is more than `most` bytes; no file counts for less than a block of 4 KiB. What vanishes meanwhile is
 * not counted, nor what this worker may not look into.
 */
export async function writtenBelow(folder: string, most = Number.POSITIVE_INFINITY): Promise<Written> {
  const seen = new Set<string>();
  const folders = [folder];
  let bytes = 0;
  let files = 0;
  const count = async (path: string) => {
    const found = await lstat(path).catch(() => null);
    if (found === null) return;
    if (found.isDirectory()) folders.push(path);
    else if (found.nlink > 1) {
      const one = `${found.dev}:${found.ino}`;
      if (seen.has(one)) return;
      seen.add(one);
    }
    files += 1;
    bytes += Math.max(found.blocks * BLOCK_BYTES, FILE_BYTES);
  };
  for (let next = folders.pop(); next !== undefined && bytes <= most; next = folders.pop()) {
    const entries = await opendir(next).catch(() => null);
    if (entries === null) continue;
    let batch: Promise<void>[] = [];
    try {
      for await (const { name } of entries) {
        batch.push(count(join(next, name)));
        if (batch.length < AT_ONCE) continue;
        await Promise.all(batch);
        batch = [];
        if (bytes > most) break;
      }
    } catch {} // removed while it was read
    await Promise.all(batch);
  }
  return { bytes, files };
}
