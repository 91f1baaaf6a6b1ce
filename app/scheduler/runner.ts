/** Runs periodic jobs, each by one scheduler at a time, however many there are. */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Context } from '../core/context.ts';

export interface Job {
  name: string;
  everySeconds: number;
  run(context: Context): Promise<unknown>;
}
export interface Running {
  /** Lets what has begun finish. */
  close(): Promise<void>;
}

/** Begins at once, then again after each pause. A failure is told once and tried again; the recovery is told too. */
export function startJob(context: Context, job: Job): Running {
  const closed = new AbortController();
  const pause = () => delay(job.everySeconds * 1000, null, { signal: closed.signal }).catch(() => null);
  const log = context.platform.log.child({ job: job.name });
  const loop = async () => {
    let failure: string | null = null;
    while (!closed.signal.aborted) {
      try {
        await runExclusively(context, job);
        if (failure !== null) log.info('works again');
        failure = null;
      } catch (error) {
        const { message } = error as Error;
        if (message !== failure) log.error({ err: error }, 'failed; it is tried again');
        failure = message;
      }
      await pause();
    }
  };
  const looping = loop();
  return {
    async close() {
      closed.abort();
      await looping;
    },
  };
}

/** False if another scheduler is at it. The lock ends with its transaction, so a dead scheduler holds nothing. */
export async function runExclusively(context: Context, job: Pick<Job, 'name' | 'run'>): Promise<boolean> {
  return context.platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ locked: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtext('cove.scheduler'), hashtext(${job.name})) AS locked`.execute(
      tx,
    );
    if (rows[0]?.locked !== true) return false;
    await job.run(context);
    await sql`INSERT INTO scheduler_passes (job, ended_at) VALUES (${job.name}, clock_timestamp())
      ON CONFLICT (job) DO UPDATE SET ended_at = EXCLUDED.ended_at`.execute(tx);
    return true;
  });
}
