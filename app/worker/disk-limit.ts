/**
 * Ends a job that writes more than it may: to its folders, and to its container beside them. Measured, for only some disks
 * can hold a container to a size.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution } from './execute.ts';
import type { Running } from './executors/executor.ts';
import { bytesBelow } from './steps/written.ts';

const LOOK_MS = 5_000;
/** A look at a million files takes its time: that much more passes between two looks than one takes. */
const REST = 20;

/** What lies in the job's folders before it begins is not its own doing. Gives what begins the watch, which gives its end. */
export async function diskWatch(
  { job, folder, control, shop }: Execution,
  lookMs = LOOK_MS,
): Promise<(running: Pick<Running, 'written'>) => () => void> {
  const { disk } = job.limits;
  if (disk === null) return () => () => {};
  const folders = [folder.config, folder.inputs, folder.outputs, folder.repository];
  const inFolders = async (most?: number) => {
    let bytes = 0;
    for (const one of folders) bytes += await bytesBelow(one, most);
    return bytes;
  };
  const before = await inFolders();
  return (running) => {
    const over = new AbortController();
    const look = async () => {
      const began = performance.now();
      const outside = (await running.written?.()) ?? 0;
      const bytes = outside + (await inFolders(before + disk)) - before;
      if (bytes > disk) control.end({ kind: 'disk', limit: disk, bytes });
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
