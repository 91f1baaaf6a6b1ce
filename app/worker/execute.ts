/** Makes everything ready for a job's command, side by side where it can be, runs it, and watches its limits. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import { authorities, jobProxyVariables } from '../platform/outbound.ts';
import type { JobSpec, Phase } from '../protocol/worker.ts';
import type { RunApi } from './api.ts';
import type { Control } from './control.ts';
import { reportDetail } from './detail.ts';
import { diskWatch } from './disk-limit.ts';
import type { Exit, Prepared, Running } from './executors/executor.ts';
import type { JobLog } from './log/job-log.ts';
import { openNotebook } from './notebook.ts';
import type { Teller } from './progress.ts';
import type { Workshop } from './run.ts';
import { openSsh } from './ssh/open.ts';
import { size } from './steps/checksums.ts';
import { inputsConfig, type Runtime, Written, writeConfig } from './steps/config-files.ts';
import { jobEnvironment, wantsCleanMachine, wantsFreshData } from './steps/environment.ts';
import { fetchInputs, knownBytes } from './steps/inputs.ts';
import type { JobFolder } from './steps/job-folder.ts';
import { fetchSnapshot } from './steps/snapshot.ts';

/** Between SIGTERM and SIGKILL; shorter where the worker itself has to go. */
const GRACE_MS = 10_000;
const SHUTDOWN_GRACE_MS = 5_000;
/** In the job's `config` folder, where a company has authorities of its own. */
const AUTHORITIES_FILE = 'certificate-authorities.pem';

export interface Execution {
  shop: Workshop;
  api: RunApi;
  job: JobSpec;
  folder: JobFolder;
  log: JobLog;
  control: Control;
}

/** Gives the command's end. Rejects where it never began. */
export async function execute(execution: Execution, onStart: (running: Running) => void): Promise<Exit> {
  const { log, control } = execution;
  const detail = reportDetail(execution.api);
  tellNetwork(execution);
  const ready: Ready = {
    tell: (phase) => ({
      status: (message) => log.status(message),
      progress: (message, numbers) => detail.say(phase, log.redact(message), numbers),
    }),
    done: detail.done,
  };
  const prepared = await withRoom(execution, ready, () => makeReady(execution, ready)).finally(detail.over);
  const watchDisk = await diskWatch(execution);
  const running = await prepared.start((stream, bytes) => log.write(stream, bytes));
  void running.exited.then(() => log.letGo());
  onStart(running);
  const shut = await openDoors(execution, running, prepared);
  const stopWatching = watchLimits(execution);
  const stopMeasuring = watchDisk(running);
  const stop = () => {
    const grace =
      control.ending?.kind === 'shutdown' ? SHUTDOWN_GRACE_MS : control.lost.aborted ? 0 : GRACE_MS;
    if (control.ending !== null) log.status('Ending the command…');
    void running.stop(grace);
  };
  if (control.ended.aborted) stop();
  else control.ended.addEventListener('abort', stop, { once: true });
  control.lost.addEventListener('abort', () => void running.stop(0), { once: true });
  try {
    return await running.ended;
  } finally {
    shut();
    control.ended.removeEventListener('abort', stop);
    stopWatching();
    stopMeasuring();
    control.lost.throwIfAborted();
  }
}

/** Tells of each thing that is made ready how far it is, until it is done. */
interface Ready {
  tell(phase: Phase): Required<Teller>;
  done(phase: Phase): void;
}

/** On the machine's own network a job would pass for the machine: in a cloud it would have its rights. */
function tellNetwork({ shop, job, log }: Execution): void {
  const asked = job.environment_variables.VH_DOCKER_NETWORK ?? '';
  if (asked === '' || shop.executor.kind === 'process') return;
  log.status(`VH_DOCKER_NETWORK=${asked} changes nothing here: every job has a network of its own`);
}

/** Lets people in, where they asked for it; gives what shuts the doors again. */
async function openDoors(
  { shop, job, log }: Execution,
  running: Running,
  { notebookPort }: Prepared,
): Promise<() => void> {
  const status = (message: string) => log.status(message);
  const open: (() => void)[] = [];
  if (job.remote_debug) open.push(await openSsh(running, job.remote_debug, shop, status));
  if (job.notebook === true) open.push(await openNotebook(running, notebookPort, shop, status));
  return () => {
    for (const shut of open) shut();
  };
}

/** Nothing is begun before there is room for it. */
async function withRoom<T>(
  { shop, job, control }: Execution,
  { tell, done }: Ready,
  work: () => Promise<T>,
): Promise<T> {
  const teller = tell('disk');
  if (wantsCleanMachine(job.environment_variables))
    teller.status(`VH_CLEAN: ${size(await shop.disk.empty())} that were kept for later jobs are gone`);
  tell('image').progress(`Looking for image ${job.image}`, {});
  const image = await shop.executor.bytesToFetch?.(job, control.ended);
  const bytes = knownBytes(job.inputs) + (image ?? 0);
  done('image');
  const giveBack = await shop.disk.room(bytes, { signal: control.ended, ...teller });
  done('disk');
  return work().finally(giveBack);
}

/** Container or the like, repository, inputs and configuration. What fails first ends the others. */
async function makeReady(
  { shop, api, job, folder, log, control }: Execution,
  { tell, done }: Ready,
): Promise<Prepared> {
  const failed = new AbortController();
  const signal = AbortSignal.any([control.ended, failed.signal]);
  const orAbort = <T>(phase: Phase, work: Promise<T>) =>
    work
      .catch((error) => {
        failed.abort(error);
        throw error;
      })
      .finally(() => done(phase));
  const trusted = shop.executor.kind !== 'process' ? authorities() : undefined;
  const environment = jobEnvironment(job, {
    variables: jobProxyVariables(),
    authorities: trusted && `/valohai/config/${AUTHORITIES_FILE}`,
    addresses: await shop.addresses,
  });
  const {
    execution_id: executionId,
    attempt,
    image,
    registry,
    command,
    limits,
    devices,
    mounts,
    notebook = false,
  } = job;
  tell('image').progress(`Making image ${image} ready`, {});
  const preparing = orAbort(
    'image',
    shop.executor.prepare(
      {
        executionId,
        attempt,
        image,
        registry,
        command,
        environment,
        secrets: job.secrets,
        limits,
        devices,
        allotted: shop.room?.of(executionId),
        mounts,
        caches: { project: job.project.id, names: job.cache_volumes },
        folders: folder,
        scratch: folder.scratch,
        notebook,
      },
      { signal, ...tell('image') },
    ),
  );
  const cache = wantsFreshData(job.environment_variables) ? null : shop.cache;
  const fetching = orAbort(
    'inputs',
    fetchInputs(job.inputs, {
      http: shop.api.http,
      cache,
      folder: folder.inputs,
      ...tell('inputs'),
      signal,
      renew: (file) => api.download(file),
    }),
  );
  const unpacking = orAbort(
    'repository',
    job.snapshot === null
      ? Promise.resolve(null)
      : fetchSnapshot(job.snapshot, {
          http: shop.api.http,
          folder: folder.repository,
          ...tell('repository'),
          signal,
          renew: () => api.snapshot(),
        }),
  );
  const results = await Promise.allSettled([preparing, fetching, unpacking]);
  const [prepared, inputs, snapshot] = results;
  try {
    if (prepared.status === 'rejected' || inputs.status === 'rejected' || snapshot.status === 'rejected') {
      control.ended.throwIfAborted();
      throw failed.signal.reason;
    }
    if (snapshot.value !== null) {
      const { files, bytes, leftOut } = snapshot.value;
      log.status(`Repository: ${files} files, ${size(bytes)}`);
      for (const name of leftOut.slice(0, 20)) log.status(`Left out of the repository: ${name}`);
    }
    const { parameters, parameters_text: text } = job.config;
    await writeConfig(folder.config, {
      execution: job.config.execution,
      parameters: text === undefined ? parameters : new Written(text),
      api: await apiConfig(job.config.api, prepared.value),
      inputs: inputsConfig(job.inputs, inputs.value, prepared.value.paths.inputs),
      runtime: {
        worker: shop.worker,
        environment: shop.environment,
        executor: shop.executor.kind,
        image,
        hostname: hostname(),
        cpu_count: availableParallelism(),
        memory_bytes: totalmem(),
      } satisfies Runtime,
    });
    if (trusted !== undefined) await writeFile(join(folder.config, AUTHORITIES_FILE), trusted);
    control.ended.throwIfAborted();
    return prepared.value;
  } catch (error) {
    if (prepared.status === 'fulfilled') await prepared.value.discard().catch(() => {});
    throw error;
  }
}

/** `api.json` with addresses that the job itself can reach. */
async function apiConfig(calls: JobSpec['config']['api'], { reach }: Prepared) {
  const reached = async ([name, call]: [string, unknown]) => {
    const { url, ...rest } = call as { url: string };
    return [name, { url: await reach(url), ...rest }];
  };
  return Object.fromEntries(await Promise.all(Object.entries(calls).map(reached)));
}

/** Ends the run where it takes too long or is silent for too long. Gives a function that ends the watch. */
function watchLimits({ job, log, control }: Execution): () => void {
  const timers: NodeJS.Timeout[] = [];
  const { time_limit, no_output_timeout } = job;
  if (time_limit !== null) {
    timers[0] = setLongTimeout(
      () => control.end({ kind: 'time_limit', seconds: time_limit }),
      time_limit * 1000,
    );
  }
  if (no_output_timeout !== null) {
    const began = performance.now();
    const look = () => {
      const left = Math.max(began, log.outputAt) + no_output_timeout * 1000 - performance.now();
      if (left <= 0) control.end({ kind: 'no_output', seconds: no_output_timeout });
      else timers[1] = setLongTimeout(look, left);
    };
    look();
  }
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

/** Node's timers take 24 days at most; nothing that waits for longer is ever reached by them. */
const setLongTimeout = (work: () => void, ms: number) => setTimeout(work, Math.min(ms, 2 ** 31 - 1));
