/** Runs jobs without a container engine. One machine, one owner: it keeps jobs tidy, it does not lock them in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import type { Kept } from '../steps/disk.ts';
import {
  CACHES_PATH,
  cacheVariables,
  type Executor,
  type Exit,
  folderVariables,
  type Job,
  notebookVariables,
  type Output,
  type Prepared,
  type Running,
  shellText,
  tellCaches,
  VALOHAI_PATHS,
} from './executor.ts';
import { FolderCache } from './folder-cache.ts';
import { refuseMounts } from './mounts.ts';
import { findIsolation, type Isolation, layOut, PROLOGUE } from './namespace.ts';
import { insideProcess } from './process-inside.ts';

/** The same leash as the namespaced prologue's; here the job is a process group. */
const PLAIN = `
trap : TERM
{ trap : TERM; if read -r _ <&3; then kill -TERM 0; read -r _ <&3 || :; fi; kill -KILL 0; } </dev/null >/dev/null 2>&1 &
echo ready >&3
cd "$1" && /bin/sh -c "$2" 3<&-
exit $?
`;
/** After the job's own end: so long may what it left behind keep the output open. */
const LEFT_BEHIND_MS = 2_000;

export class ProcessExecutor implements Executor {
  readonly kind = 'process';
  readonly #hidden: string[];
  readonly #caches: FolderCache;
  #isolation: Promise<Isolation | null> | undefined;

  /** `hidden`: folders that jobs find empty, where they have a root of their own. `caches`: the folder of cache volumes. */
  constructor({
    hidden,
    caches,
    isolation,
  }: { hidden: string[]; caches: string; isolation?: Isolation | null }) {
    this.#hidden = hidden;
    this.#caches = new FolderCache(caches);
    if (isolation !== undefined) this.#isolation = Promise.resolve(isolation);
  }

  async unready(): Promise<null> {
    return null;
  }

  /** Finds out early what the machine can do, so that the first job does not wait for it. */
  async isolation(): Promise<Isolation | null> {
    this.#isolation ??= findIsolation();
    return this.#isolation;
  }

  async prepare(job: Job, { status }: { status(message: string): void }): Promise<Prepared> {
    refuseMounts(job, this.kind);
    const isolation = await this.isolation();
    const home = join(dirname(job.folders.config), 'home');
    const root = join(job.scratch, 'root');
    await Promise.all([mkdir(home, { recursive: true }), mkdir(root, { recursive: true })]);
    status(`Running without a container: this machine's own programs are used, image ${job.image} is not`);
    if (isolation === null) {
      status('No /valohai here: this machine allows no mount namespaces. Use the VH_*_DIR variables.');
    }
    const { folders: caches, close } = await this.#caches.open(job.caches ?? { project: '', names: [] });
    const cachesPath = isolation === null ? this.#caches.of(job.caches?.project ?? '') : CACHES_PATH;
    tellCaches(job.caches, cachesPath, status);
    const notebookPort = job.notebook === true ? await freePort() : undefined;
    const paths = isolation === null ? job.folders : VALOHAI_PATHS;
    const environment = {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      LANG: process.env.LANG ?? 'C.UTF-8',
      HOME: isolation === null ? home : '/valohai/.home',
      ...job.environment,
      ...folderVariables(paths),
      ...cacheVariables(job.caches, cachesPath),
      ...(notebookPort !== undefined && notebookVariables('127.0.0.1', notebookPort)),
    };
    const text = shellText(job.command);
    const { program } = isolation ?? { program: '/bin/sh' };
    const line =
      isolation === null
        ? ['-c', PLAIN, 'sh', job.folders.repository, text]
        : [...isolation.args, ...(await this.#inRoot(job, root, text, caches))];
    return {
      paths,
      ...(notebookPort !== undefined && { notebookPort }),
      start: async (output) => {
        const child = spawn(program, line, {
          cwd: '/',
          env: environment,
          detached: true,
          stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        });
        await once(child, 'spawn');
        const { repository } = job.folders;
        const inside = insideProcess({ job: child, isolation, root, repository, environment });
        const running = follow(child, output);
        return { ...running, ended: running.ended.finally(close), inside };
      },
      reach: async (url) => url,
      discard: async () => close(),
    };
  }

  async #inRoot(job: Job, root: string, text: string, caches: readonly string[]): Promise<string[]> {
    const places = { root, job: dirname(job.folders.config), table: join(job.scratch, 'mounts') };
    const { before, after } = await layOut(places, this.#hidden, caches);
    return ['/bin/sh', '-c', PROLOGUE, 'sh', ...before, text, ...after];
  }

  kept(): Promise<Kept[]> {
    return this.#caches.list();
  }

  /** Jobs hang on a leash that their worker held: with it they ended. */
  async cleanUp(): Promise<number> {
    return 0;
  }
}

/** One that nobody listens on at this moment; whoever takes it first has it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function follow(child: ChildProcess, output: Output): Running {
  const [, stdout, stderr, leash] = child.stdio as unknown as [null, Readable, Readable, Duplex];
  let ready = false;
  leash.on('error', () => {}).on('data', () => (ready = true));
  const killAll = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {} // nobody is left
  };
  const exited = exitOf(child);
  const ended = (async (): Promise<Exit> => {
    const takeAll = async (name: 'stdout' | 'stderr', stream: Readable) => {
      await take(name, stream, output).catch((error) => {
        killAll();
        throw error;
      });
    };
    const taken = Promise.allSettled([takeAll('stdout', stdout), takeAll('stderr', stderr)]);
    const code = await exited;
    killAll();
    const timer = setTimeout(() => [stdout, stderr].map((stream) => stream.destroy()), LEFT_BEHIND_MS);
    const failed = (await taken).find((result) => result.status === 'rejected');
    clearTimeout(timer);
    leash.destroy();
    if (failed) return { code, outOfMemory: false, lost: (failed.reason as Error).message };
    return ready
      ? { code, outOfMemory: false }
      : { code, outOfMemory: false, lost: 'its folders could not be put in place, see the lines above' };
  })();
  let killer: NodeJS.Timeout | undefined;
  return {
    exited,
    ended,
    async stop(graceMs) {
      leash.write('\n');
      clearTimeout(killer);
      killer = setTimeout(() => {
        leash.end('\n');
        killAll();
      }, graceMs);
      await ended;
      clearTimeout(killer);
    },
    async remove() {
      killAll();
      await ended;
    },
  };
}

async function exitOf(child: ChildProcess): Promise<number> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** Hands on one stream; rejects where its bytes could not be taken. */
async function take(name: 'stdout' | 'stderr', stream: Readable, output: Output): Promise<void> {
  try {
    for await (const bytes of stream) await output(name, bytes as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
