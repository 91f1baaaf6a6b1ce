/** A run's folder on this machine: `<folder>/jobs/<execution>-<attempt>/`. */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { JobFolders } from '../executors/executor.ts';

export interface JobFolder extends JobFolders {
  path: string;
  /** Spool and what else is not shown to the job. */
  log: string;
  scratch: string;
}

/** What a later life of this worker must know to tell of the run's end. */
const RunFile = z.object({
  execution_id: z.uuid(),
  attempt: z.int(),
  token: z.uuid(),
  /** Lines of the log that lie in the store, and where they end in the spool. */
  stored: z.object({ offset: z.int(), seq: z.int() }),
});
export type RunFile = z.infer<typeof RunFile>;

export const jobsFolder = (folder: string) => join(folder, 'jobs');

export function jobFolder(path: string): JobFolder {
  const below = (name: string) => join(path, name);
  return {
    path,
    config: below('config'),
    inputs: below('inputs'),
    outputs: below('outputs'),
    repository: below('repository'),
    log: below('log'),
    scratch: below('scratch'),
  };
}

/** Makes the folder of a run. The job's image may run as any user: what it writes to is open, its parent is not. */
export async function makeJobFolder(folder: string, run: Omit<RunFile, 'stored'>): Promise<JobFolder> {
  const made = jobFolder(join(jobsFolder(folder), `${run.execution_id}-${run.attempt}`));
  await rm(made.path, { recursive: true, force: true });
  await mkdir(made.path, { recursive: true, mode: 0o700 });
  const open = [made.config, made.inputs, made.outputs, made.repository];
  await Promise.all([
    writeRunFile(made, { ...run, stored: { offset: 0, seq: 0 } }),
    ...[made.log, made.scratch].map((path) => mkdir(path, { mode: 0o700 })),
    ...open.map(async (path) => {
      await mkdir(path);
      await chmod(path, 0o777); // not narrowed by the umask
    }),
  ]);
  return made;
}

export const writeRunFile = (folder: JobFolder, run: RunFile): Promise<void> =>
  writeFile(join(folder.path, 'run.json'), JSON.stringify(run), { mode: 0o600 });

export interface LeftFolder {
  folder: JobFolder;
  run: RunFile | null;
}
/** Runs whose folders an earlier life of this worker left; null for `run` where nothing is known of it. */
export async function leftFolders(folder: string): Promise<LeftFolder[]> {
  const names = await readdir(jobsFolder(folder)).catch(() => []);
  return Promise.all(
    names.map(async (name) => {
      const left = jobFolder(join(jobsFolder(folder), name));
      const text = await readFile(join(left.path, 'run.json'), 'utf8').catch(() => '');
      return { folder: left, run: parse(text) };
    }),
  );
}

function parse(text: string): RunFile | null {
  try {
    return RunFile.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A job may have taken the write right from its own folders; root passes anyway, an owner must take it back. */
export async function removeJobFolder(folder: JobFolder): Promise<void> {
  try {
    await rm(folder.path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await openUp(folder.path);
    await rm(folder.path, { recursive: true, force: true });
  }
}

export async function openUp(path: string): Promise<void> {
  await chmod(path, 0o700).catch(() => {});
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await openUp(join(path, entry.name));
}
