/**
 * Ends a job that writes more than it may, or makes more files than the machine's disk has room for: in its folders, and in
 * its container beside them. Measured, for only some disks can hold a container to a size.
 */
import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution } from './execute.ts';
import type { Running } from './executors/executor.ts';
import { NOTHING_WRITTEN, type Written, writtenBelow } from './steps/written.ts';

const LOOK_MS = 5_000;
/** Without a limit only the number of free files is asked for, which costs nothing. */
const FILES_LOOK_MS = 1_000;
/** A look at a million files takes its time: that much more passes between two looks than one takes. */
const REST = 20;

/** What lies in the job's folders before it begins is not its own doing. Gives what begins the watch, which gives its end. */
export async function diskWatch(
  { job, folder, control, shop }: Execution,
  lookMs = LOOK_MS,
): Promise<(running: Pick<Running, 'written'>) => () => void> {
  const limit = job.limits.disk;
  const folders = [folder.config, folder.inputs, folder.outputs, folder.repository];
  const inFolders = async (most?: number) => {
    const all: Written = { ...NOTHING_WRITTEN };
    for (const one of folders) {
      const { bytes, files } = await writtenBelow(one, most);
      all.bytes += bytes;
      all.files += files;
    }
    return all;
  };
  const before = await inFolders();
  const room = await freeFiles(folder.outputs);
  return (running) => {
    const over = new AbortController();
    const look = async () => {
      const began = performance.now();
      // Half of what there was: the other half is for its neighbours, and for the machine itself.
      const isCrowded = room !== null && ((await freeFiles(folder.outputs)) ?? room) < room / 2;
      if (limit === null && !isCrowded) return FILES_LOOK_MS;
      const most = isCrowded || limit === null ? undefined : before.bytes + limit;
      const [outside = NOTHING_WRITTEN, inside] = [
        await running.written?.(limit ?? undefined),
        await inFolders(most),
      ];
      const bytes = outside.bytes + inside.bytes - before.bytes;
      const files = outside.files + inside.files - before.files;
      if (limit !== null && bytes > limit) control.end({ kind: 'disk', limit, bytes, files });
      else if (isCrowded && files > room / 2) control.end({ kind: 'files', files, room });
      return Math.max(lookMs, REST * (performance.now() - began));
    };
    const watch = async () => {
      while (!over.signal.aborted) {
        const pause = await look().catch((error: Error) => {
          shop.log.warn({ err: error, execution: job.execution_id }, 'what a job has written is not known');
          return lookMs;
        });
        await sleep(pause, undefined, { signal: over.signal }).catch(() => {});
      }
    };
    void watch();
    return () => over.abort();
  };
}

/** How many more files the disk can hold; null where it has no such bound, or does not tell. */
async function freeFiles(folder: string): Promise<number | null> {
  const found = await statfs(folder).catch(() => null);
  return found === null || found.files === 0 ? null : found.ffree;
}
