/** How much of a disk lies below a folder, as the disk counts it: a sparse file is small, one file of many names is one. */
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

const AT_ONCE = 64;
/** Source: stat(2), `st_blocks`. */
const BLOCK_BYTES = 512;

/**
 * Goes no further once it is more than `most`. What vanishes meanwhile is not counted, nor what this worker may not look
 * into.
 */
export async function bytesBelow(folder: string, most = Number.POSITIVE_INFINITY): Promise<number> {
  const seen = new Set<string>();
  const folders = [folder];
  let bytes = 0;
  const count = async (path: string) => {
    const found = await lstat(path).catch(() => null);
    if (found === null) return;
    if (found.isDirectory()) folders.push(path);
    else if (found.nlink > 1) {
      const one = `${found.dev}:${found.ino}`;
      if (seen.has(one)) return;
      seen.add(one);
    }
    bytes += found.blocks * BLOCK_BYTES;
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
  return bytes;
}
