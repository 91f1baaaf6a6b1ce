/** One run, from its claim to its end. */
import type { Logger } from 'pino';
import type { JobSpec } from '../protocol/worker.ts';
import type { RunApi } from './api.ts';
import type { Control } from './control.ts';
import { execute } from './execute.ts';
import { type Executor, JobFailure, type Running } from './executors/executor.ts';
import { type Holder, holdRun, reportEnd } from './hold.ts';
import { JobLog } from './log/job-log.ts';
import { ship } from './log/shipping.ts';
import { Spool } from './log/spool.ts';
import { type Outcome, outcomeOf, outcomeOfFailure, withMissingOutputs } from './outcome.ts';
import type { Addresses, Reach } from './reach.ts';
import type { LogOf } from './relay.ts';
import type { Room } from './room.ts';
import type { DiskGovernor } from './steps/disk.ts';
import { wantsCleanMachine } from './steps/environment.ts';
import type { InputCache } from './steps/input-cache.ts';
import {
  type JobFolder,
  makeJobFolder,
  type RunFile,
  removeJobFolder,
  writeRunFile,
} from './steps/job-folder.ts';
import { Outputs } from './steps/outputs.ts';

/** What all runs of a worker share. */
export interface Workshop extends Holder {
  worker: string;
  environment: string;
  folder: string;
  executor: Executor;
  /** Undefined where the executor's own system counts. */
  room?: Room | undefined;
  cache: InputCache;
  disk: DiskGovernor;
  /** Where people find what a job opens on this machine. */
  reach: Reach;
  /** Of this machine, as jobs are told. */
  addresses: Promise<Addresses>;
  appendLog(run: LogOf, json: Buffer, last: number): Promise<void>;
}
const REASON_LENGTH = 2_000;

/** Runs a claimed job and reports its end. Never rejects. */
export async function runJob(
  shop: Workshop,
  job: JobSpec,
  control: Control,
  onLease: (beat: () => void) => void,
): Promise<void> {
  const { execution_id, attempt, token } = job;
  let folder = null as JobFolder | null;
  await holdRun(shop, job, control, onLease, async (api, log) => {
    folder = await makeJobFolder(shop.folder, { execution_id, attempt, token });
    const run = { execution_id, attempt, token, stored: { offset: 0, seq: 0 } };
    await withLog(shop, { api, folder, run, secrets: job.secrets, control, log }, async (jobLog) => {
      jobLog.status(`Starting job on ${shop.worker}…`);
      return withStopReason(await perform(shop, job, api, folder as JobFolder, jobLog, control), api);
    });
  });
  if (folder)
    await removeJobFolder(folder).catch((error) =>
      shop.log.warn({ err: error, execution: execution_id, attempt }, 'job folder not removed'),
    );
  if (wantsCleanMachine(job.environment_variables)) await shop.disk.empty();
}

/** One that came of itself, by the step's condition, has a reason, which the log tells too. */
async function withStopReason(outcome: Outcome, api: RunApi): Promise<Outcome> {
  if (outcome.status !== 'stopped') return outcome;
  const said = await api.heartbeat().catch(() => null);
  const reason = outcome.reason.replace('Stopped', (word) => said?.stop_reason ?? word);
  return { ...outcome, reason };
}

export interface LogContext {
  api: RunApi;
  folder: JobFolder;
  run: RunFile;
  secrets: readonly string[];
  control: Control;
  log: Logger;
}

/** Opens the run's log, lets `work` find out how the run ends, brings the log home and reports the end. */
export async function withLog(
  shop: Pick<Workshop, 'appendLog'>,
  { api, folder, run, secrets, control, log }: LogContext,
  work: (jobLog: JobLog) => Promise<Outcome>,
): Promise<void> {
  const spool = await Spool.open(folder.log);
  const jobLog = new JobLog(spool, secrets);
  const shipping = ship({
    spool,
    from: run.stored,
    api,
    append: (json, last) => shop.appendLog(run, json, last),
    signal: control.lost,
    onStored: (stored) => writeRunFile(folder, { ...run, stored }),
    onStuck: () => jobLog.letGo(),
    warn: (message, error) => log.warn({ err: error }, message),
  });
  try {
    let outcome = await work(jobLog);
    jobLog.status(outcome.reason);
    await jobLog.close().catch((error: Error) => {
      outcome = { ...outcome, status: 'crashed', reason: `The log could not be kept: ${error.message}` };
      spool.close();
    });
    const log_lines = spool.end.seq;
    const reason = jobLog.redact(outcome.reason).slice(0, REASON_LENGTH);
    await shipping.finish();
    await reportEnd(api, control, { status: outcome.status, exit_code: outcome.exitCode, reason, log_lines });
    log.info({ status: outcome.status, reason }, 'run ended');
  } finally {
    await spool.dispose();
  }
}

/** Runs the command and stores what it made. Rejects only where the run is no longer ours, or the log cannot be kept. */
async function perform(
  shop: Workshop,
  job: JobSpec,
  api: RunApi,
  folder: JobFolder,
  log: JobLog,
  control: Control,
): Promise<Outcome> {
  const status = (message: string) => log.status(message);
  const outputs = new Outputs({
    api,
    folder: folder.outputs,
    status,
    signal: control.lost,
    redact: (text) => log.redact(text),
  });
  const over = new AbortController();
  let running: Running | undefined;
  let outcome: Outcome;
  let live: Promise<void> | undefined;
  try {
    const exit = await execute({ shop, api, job, folder, log, control }, (started) => {
      running = started;
      live = outputs.uploadLive(over.signal);
      live.catch(() => {});
    });
    outcome = outcomeOf(exit, control.ending);
  } catch (error) {
    control.lost.throwIfAborted();
    const ending = control.ending;
    outcome = ending === null ? outcomeOfFailure(error as Error) : outcomeOf(null, ending);
    if (ending === null && !(error instanceof JobFailure))
      shop.log.error({ err: error }, 'a step of the run failed');
  }
  try {
    over.abort();
    await live?.catch(() => control.lost.throwIfAborted());
    if (running === undefined) return outcome;
    log.endOutput();
    return withMissingOutputs(outcome, await storeOutputs(outputs, log, control));
  } finally {
    await running
      ?.remove()
      .catch((error) => shop.log.warn({ err: error }, 'what the job left running was not removed'));
  }
}

export async function storeOutputs(outputs: Outputs, log: JobLog, control: Control): Promise<string[]> {
  try {
    const missing = await outputs.uploadRest();
    for (const failure of missing.slice(0, 100)) log.status(`Output not stored: ${failure}`);
    return missing;
  } catch (error) {
    control.lost.throwIfAborted();
    return [(error as Error).message];
  }
}
