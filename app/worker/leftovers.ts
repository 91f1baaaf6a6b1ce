/** What an earlier life of this worker left behind: its containers go, the ends of its runs are told. */

import { Fenced } from './api.ts';
import { Control } from './control.ts';
import { storeOutputs, type Workshop, withLog } from './run.ts';
import { type JobFolder, type LeftFolder, type RunFile, removeJobFolder } from './steps/job-folder.ts';
import { Outputs } from './steps/outputs.ts';

const REASON = 'The worker was restarted while the job ran; the job was lost with it';

/** Ends jobs that still run. */
export async function endLeftJobs({ executor, log }: Workshop): Promise<void> {
  try {
    const ended = await executor.cleanUp();
    if (ended > 0) log.info({ ended }, 'jobs of an earlier life were ended');
  } catch (error) {
    log.warn({ err: error }, 'jobs of an earlier life could not be looked for');
  }
}

/** Brings home what their runs left on disk, and tells how they ended. Never rejects. */
export async function settleLeftRuns(shop: Workshop, left: LeftFolder[]): Promise<void> {
  await Promise.all(left.map(({ folder, run }) => settle(shop, folder, run)));
  await shop.cache.tidy();
}

async function settle(shop: Workshop, folder: JobFolder, run: RunFile | null): Promise<void> {
  try {
    if (run !== null) await tell(shop, folder, run);
  } catch (error) {
    if (!(error instanceof Fenced)) shop.log.warn({ err: error, execution: run?.execution_id }, 'a lost run');
  }
  await removeJobFolder(folder).catch((error) => shop.log.warn({ err: error }, 'job folder not removed'));
}

/** The rest of its log, the outputs it had written, and its end: unless others have dealt with it meanwhile. */
async function tell(shop: Workshop, folder: JobFolder, run: RunFile): Promise<void> {
  const control = new Control();
  const api = shop.api.run(run.execution_id, run.token, control.lost);
  const log = shop.log.child({ execution: run.execution_id, attempt: run.attempt });
  const lease = shop.leases.hold(run, control);
  try {
    await api.heartbeat(); // asks whether the run is still ours before anything is uploaded
    await withLog(shop, { api, folder, run, secrets: [], control, log }, async (jobLog) => {
      const status = (message: string) => jobLog.status(message);
      const outputs = new Outputs({ api, folder: folder.outputs, status, signal: control.lost });
      await storeOutputs(outputs, jobLog, control);
      return { status: 'crashed', exitCode: null, reason: REASON };
    });
  } finally {
    lease.release();
  }
}
