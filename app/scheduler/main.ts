/** Role `scheduler`: the periodic jobs. */
import type { Context, Platform } from '../core/context.ts';
import { autoscale } from './jobs/autoscale/autoscale.ts';
import { doorbell } from './jobs/doorbell.ts';
import { forget } from './jobs/forget.ts';
import { logArchive } from './jobs/log-archive.ts';
import { reaper } from './jobs/reaper.ts';
import { sums } from './jobs/sum-counts.ts';
import { type Running, startJob } from './runner.ts';

const JOBS = [doorbell, reaper, logArchive, forget, sums, autoscale];

/** Starts every job. `close` lets what has begun finish, then closes what was given. */
export async function startScheduler(opened: {
  platform: Platform;
  close(): Promise<void>;
}): Promise<Running> {
  const context: Context = { platform: opened.platform, actor: { kind: 'system', name: 'scheduler' } };
  const running = JOBS.map((job) => startJob(context, job));
  opened.platform.log.info({ jobs: JOBS.map(({ name }) => name) }, 'scheduler runs');
  return {
    async close() {
      await Promise.all(running.map((job) => job.close()));
      await opened.close();
    },
  };
}
