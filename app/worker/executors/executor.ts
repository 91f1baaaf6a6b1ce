/** What every way of running a job has in common (design 8). */

import type { JobMount } from '../../protocol/worker.ts';
import type { Teller } from '../progress.ts';
import type { Allotment } from '../room.ts';
import type { Kept } from '../steps/disk.ts';
import type { Written } from '../steps/written.ts';
import type { Inside } from './inside.ts';

/** A job's folders on this machine. */
export interface JobFolders {
  config: string;
  inputs: string;
  outputs: string;
  repository: string;
}
/** Where the job itself finds them. */
export type JobPaths = JobFolders;
export const VALOHAI_PATHS: JobPaths = {
  config: '/valohai/config',
  inputs: '/valohai/inputs',
  outputs: '/valohai/outputs',
  repository: '/valohai/repository',
};

/** Folders that jobs of a project find again on the same machine, by their names (contract 2.2, `cache-volumes`). */
export interface Caches {
  project: string;
  names: readonly string[];
}
/** Where a job finds them, each in a folder of its name. */
export const CACHES_PATH = '/valohai/cache';

export interface Job {
  executionId: string;
  attempt: number;
  image: string;
  /** To pull it with; null: without a login. */
  registry?: { host: string; username: string; password: string } | null;
  /** One shell text, run by `/bin/sh -c` in the repository folder. */
  command: string;
  /** User's variables and the platform's, without the folders'. */
  environment: Record<string, string>;
  /** What is secret of the variables' values. */
  secrets?: readonly string[];
  folders: JobFolders;
  /** It serves people here: the executor says where, in `VH_NOTEBOOK_IP` and `VH_NOTEBOOK_PORT`. */
  notebook?: boolean;
  /** A folder of the run that is the executor's own, not shown to the job. */
  scratch: string;
  /** Cores, bytes of memory and of disk, that it may take at most; null, or more than the machine gives: what that gives. */
  limits: { cpus: number | null; memory: number | null; disk: number | null };
  /** How many of each kind it asked for; null: none told. Where the worker counts them, `allotted` says which it gets. */
  devices?: Readonly<Record<string, number>> | null;
  /** What the worker has set aside for it; without, a slot's share of memory, and no word of GPUs. */
  allotted?: Allotment | undefined;
  /** Beside its own folders, where the operator allows it. */
  mounts?: readonly JobMount[];
  caches?: Caches;
}

export interface PrepareOptions extends Teller {
  /** Aborted where the job shall not start any more. */
  signal: AbortSignal;
}

/** A promise means: wait before giving more. */
export type Output = (stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<void> | undefined;

export interface Exit {
  /** As a shell tells it: 128 + n after signal n. */
  code: number;
  outOfMemory: boolean;
  /** What it took too much of, in the words of the system that ended it for that. */
  over?: string;
  /** Why this was not the job's own doing, where it was not. */
  lost?: string;
}
export interface Running {
  /** The command is over, and only what it left in the pipes is still to come. Never rejects. */
  readonly exited: Promise<unknown>;
  /** Settles after the last byte of output was taken. Never rejects. */
  readonly ended: Promise<Exit>;
  /** SIGTERM to the whole job, SIGKILL after the grace. Repeating it with a shorter grace is allowed. */
  stop(graceMs: number): Promise<void>;
  /** Removes what is left of it, whatever its state. */
  remove(): Promise<void>;
  /** Absent where nobody can be let in. */
  inside?: Inside;
  /**
   * What it has written beside its folders, or that it is more than `most` bytes; absent where there is no such place, or
   * somebody else looks after it.
   */
  written?(most?: number): Promise<Written>;
}
/** Everything that needs no files is done: image at hand, container made. */
export interface Prepared {
  paths: JobPaths;
  /** The address under which the job finds what this worker finds at `url`. */
  reach(url: string): Promise<string>;
  /** Where a notebook of this job will listen. */
  notebookPort?: number;
  start(output: Output): Promise<Running>;
  /** It will not be started. */
  discard(): Promise<void>;
}
export interface Executor {
  readonly kind: 'docker' | 'process' | 'kubernetes';
  /** What keeps it from running any job at this moment, and what mends it; null: nothing. */
  unready(): Promise<string | null>;
  /** Bytes that `prepare` will put on the machine's disk, as far as that is known before; absent where it puts none there. */
  bytesToFetch?(job: Pick<Job, 'image' | 'registry'>, signal: AbortSignal): Promise<number>;
  prepare(job: Job, options: PrepareOptions): Promise<Prepared>;
  /** Images and caches that are only kept for later jobs; absent where somebody else keeps them. */
  kept?(): Promise<Kept[]>;
  /** Ends whatever an earlier life of this worker left running. Gives how many. */
  cleanUp(): Promise<number>;
}

/** The job could not be run, and why. `fault`: whose doing it is — the job's own (`error`) or ours (`crashed`). */
export class JobFailure extends Error {
  readonly fault: 'job' | 'platform';
  constructor(fault: 'job' | 'platform', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JobFailure';
    this.fault = fault;
  }
}

/**
 * The text for `/bin/sh -c`. A shell that died of SIGTERM at once would take its programs' grace with it; this one
 * waits for the program it runs, then goes no further.
 */
export const shellText = (command: string) => `trap 'exit 143' TERM\n${command}`;

/** Whether a variable's value has a secret in it, and so is told to nobody but the job. */
export const hasSecret = (value: string, secrets: readonly string[] = []) =>
  secrets.some((secret) => secret !== '' && value.includes(secret));

/** The variable that names the folder of the caches, and a line for the log; nothing where the job asks for none. */
export const cacheVariables = (caches: Caches | undefined, path: string): Record<string, string> =>
  (caches?.names.length ?? 0) > 0 ? { VH_CACHE_DIR: path } : {};
export function tellCaches(
  caches: Caches | undefined,
  path: string,
  status: (message: string) => void,
): void {
  for (const name of caches?.names ?? [])
    status(`Cache volume ${path}/${name}: what jobs of this project leave there stays on this machine`);
}

export const notebookVariables = (ip: string, port: number): Record<string, string> => ({
  VH_NOTEBOOK_IP: ip,
  VH_NOTEBOOK_PORT: String(port),
});

/** The variables that name the folders; valohai-utils asks for these first. */
export const folderVariables = (paths: JobPaths): Record<string, string> => ({
  VH_CONFIG_DIR: paths.config,
  VH_INPUTS_DIR: paths.inputs,
  VH_OUTPUTS_DIR: paths.outputs,
  VH_REPOSITORY_DIR: paths.repository,
});
