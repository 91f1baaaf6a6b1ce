/** Holds a claimed run: its lease is kept while it is worked on, and whatever happens, its end is told. */
import type { Logger } from 'pino';
import type { JobSpec } from '../protocol/worker.ts';
import { Fenced, type RunApi, type WorkerApi } from './api.ts';
import type { Control } from './control.ts';
import type { Leases } from './lease.ts';

/** What holding a run needs of the worker. */
export interface Holder {
  api: WorkerApi;
  leases: Leases;
  log: Logger;
}
type End = Parameters<RunApi['end']>[0];

/** `work` reports the end itself (`reportEnd`). Never rejects: what goes wrong is told to the API, or to our own log. */
export async function holdRun(
  { api: platform, leases, log: ownLog }: Holder,
  job: Pick<JobSpec, 'execution_id' | 'attempt' | 'token'>,
  control: Control,
  onLease: (beat: () => void) => void,
  work: (api: RunApi, log: Logger) => Promise<void>,
): Promise<void> {
  const api = platform.run(job.execution_id, job.token, control.lost);
  const log = ownLog.child({ execution: job.execution_id, attempt: job.attempt });
  const lease = leases.hold(job, control);
  onLease(lease.now);
  try {
    await work(api, log);
  } catch (error) {
    if (control.lost.aborted || error instanceof Fenced) {
      log.warn('the run is no longer ours: its job was ended and its results are dropped');
    } else {
      log.error({ err: error }, 'the run failed');
      const reason = `The worker could not run the job: ${(error as Error).message}`;
      const end: End = { status: 'crashed', exit_code: null, reason, log_lines: 0 };
      await api.end(end).catch((failure) => log.error({ err: failure }, 'its end could not be reported'));
    }
  } finally {
    lease.release();
  }
}

/** A heartbeat that crosses this report must not take the run for lost. */
export async function reportEnd(api: RunApi, control: Control, end: End): Promise<void> {
  control.close();
  await api.end(end);
}
