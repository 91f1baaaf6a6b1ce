/** Runs jobs in containers: the rule (design 8). */
import { access, constants } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Container,
  type ContainerOptions,
  DockerEngine,
  DockerError,
  frames,
} from '../../platform/docker.ts';
import { bytesOf, imageLayers, type Layer } from '../../platform/image-size.ts';
import type { AllowedMount } from '../../settings.ts';
import { memoryForJobs } from '../room.ts';
import type { Kept } from '../steps/disk.ts';
import { wantsFreshImage } from '../steps/environment.ts';
import { type Written, writtenBelow } from '../steps/written.ts';
import { insideContainer } from './docker-inside.ts';
import { pullImage } from './docker-pull.ts';
import { READ_SECRETS, secretLines, splitSecrets } from './docker-secrets.ts';
import {
  CACHES_PATH,
  cacheVariables,
  type Executor,
  type Exit,
  folderVariables,
  type Job,
  JobFailure,
  notebookVariables,
  type Output,
  type Prepared,
  type PrepareOptions,
  type Running,
  shellText,
  tellCaches,
  VALOHAI_PATHS,
} from './executor.ts';
import { ImageCache } from './image-cache.ts';
import { engineMounts } from './mounts.ts';
import { refuseInternalRegistry } from './registry.ts';
import { isLoopback, type Relay, startRelay } from './relay.ts';
import { cacheMounts, VolumeCache } from './volume-cache.ts';

/** Jupyter's own, in a container that has all ports to itself. */
const NOTEBOOK_PORT = 8888;
const MEBIBYTE = 1024 * 1024;
/** The Engine takes no less. */
const LEAST_BYTES = 6 * MEBIBYTE;
const MAX_PROCESSES = 16_384;
/** How long it may take to say its version. */
const ENGINE_ANSWER_MS = 5_000;
/** How long an Engine that went away may take to come back. */
const ENGINE_RETURN_MS = 120_000;

export interface DockerOptions {
  socket: string;
  /** Tells this worker's containers from those of others on the machine. */
  owner: string;
  slots: number;
  /** Remembers which images were pulled for jobs; without, none is ever removed. */
  imagesFile?: string;
  /** Remembers when each cache volume was last used. */
  volumesFile?: string;
  /** Who must be able to read and remove what jobs write. Root can anyway. */
  user?: { uid: number; gid: number };
  /** What jobs may mount. @default nothing */
  mounts?: readonly AllowedMount[] | undefined;
  /** Hosts in internal networks that images may be pulled from without a registered login. @default none */
  trusted?: readonly string[];
}

export class DockerExecutor implements Executor {
  readonly kind = 'docker';
  readonly #engine: DockerEngine;
  readonly #options: DockerOptions;
  readonly #images: ImageCache | undefined;
  readonly #volumes: VolumeCache;
  /** Of images about to be pulled, as their registries told. */
  readonly #layers = new Map<string, Layer[]>();
  #relay: Promise<Relay> | undefined;

  constructor(options: DockerOptions) {
    this.#engine = new DockerEngine(options.socket);
    this.#options = options;
    this.#volumes = new VolumeCache(this.#engine, options.owner, options.volumesFile);
    if (options.imagesFile !== undefined) this.#images = new ImageCache(this.#engine, options.imagesFile);
  }

  async unready(): Promise<string | null> {
    const silence = sleep(ENGINE_ANSWER_MS, 'it does not answer', { ref: false });
    const why = await Promise.race([
      this.#engine.version().then(
        () => null,
        (error: Error) => error.message,
      ),
      silence,
    ]);
    return why === null ? null : `cannot run containers: ${why}. Install a Docker Engine, or start it`;
  }

  /** An image that is not there: what its registry sends, and it unpacked, which is no less. Shared layers count again. */
  async bytesToFetch(
    { image, registry }: Pick<Job, 'image' | 'registry'>,
    signal: AbortSignal,
  ): Promise<number> {
    const there = await this.#engine.imageSize(image).catch(() => 0);
    if (there !== null) return 0;
    const trusted = this.#options.trusted ?? [];
    const layers = await imageLayers(image, { ...(registry && { login: registry }), signal, trusted });
    if (layers === null) return 0;
    this.#layers.set(image, layers);
    return 2 * bytesOf(layers);
  }

  /** Makes the container at once: only where the image turns out to be missing is it pulled. */
  async prepare(job: Job, telling: PrepareOptions): Promise<Prepared> {
    const { status } = telling;
    const options = containerOptions(job, this.#options);
    const create = () => this.#engine.create(options);
    const layers = this.#layers.get(job.image);
    this.#layers.delete(job.image);
    const pull = async () => {
      await refuseInternalRegistry(job, this.#options.trusted);
      await pullImage(this.#engine, job, { ...telling, makeRoom: () => this.#dropImages() }, layers);
    };
    let pulled = wantsFreshImage(job.environment);
    if (pulled) await pull();
    let container: Container;
    try {
      container = await create();
    } catch (error) {
      if (!isMissingImage(error)) throw refusedToStart(error, job.image);
      await pull();
      pulled = true;
      container = await create().catch((again) => Promise.reject(refusedToStart(again, job.image)));
    }
    await this.#images?.used(job.image, pulled).catch(() => {}); // it is only never removed then
    status(`Image ${job.image}`);
    await this.#openCaches(job, status);
    const attached = container.attach(options.OpenStdin === true);
    attached.catch(() => {}); // told where it is used
    return {
      paths: VALOHAI_PATHS,
      notebookPort: NOTEBOOK_PORT,
      reach: (url) => this.#reach(url),
      start: async (output) => {
        const running = await startContainer(container, attached, job, status, output);
        const ended = running.ended.then(async (exit) => {
          await this.#handBack(job).catch((error: Error) =>
            status(`Files that the job wrote may not be readable for the worker: ${error.message}`),
          );
          return exit;
        });
        return { ...running, ended };
      },
      discard: () => container.remove(),
    };
  }

  async kept(): Promise<Kept[]> {
    const [images = [], volumes] = await Promise.all([this.#images?.list(), this.#volumes.list()]);
    return [...images, ...volumes];
  }

  /** All that no container is made of. Gives how many. */
  async #dropImages(): Promise<number> {
    const images = (await this.#images?.list()) ?? [];
    const gone = await Promise.allSettled(images.map((image) => image.drop()));
    return gone.filter(({ status }) => status === 'fulfilled').length;
  }

  async #reach(url: string): Promise<string> {
    if (!isLoopback(url)) return url;
    const { origin, pathname, search } = new URL(url);
    this.#relay ??= this.#engine.gateway().then((host) => startRelay(host ?? 'localhost', origin));
    try {
      return `${(await this.#relay).origin}${pathname}${search}`;
    } catch {
      this.#relay = undefined;
      return url;
    }
  }

  /** Containers mostly run as root: their files are given to the worker, by one more container, where it is not. */
  async #handBack(job: Job): Promise<void> {
    const { user } = this.#options;
    if (user === undefined || user.uid === 0) return;
    const { caches, ...without } = job;
    await this.#asRoot(without, 'files', `chown -R ${user.uid}:${user.gid} /valohai/*`);
  }

  /** A new volume is root's alone, and images need not run as root. */
  async #openCaches(job: Job, status: (message: string) => void): Promise<void> {
    tellCaches(job.caches, CACHES_PATH, status);
    const open = (paths: string[]) => this.#asRoot(job, 'caches', `chmod 777 ${paths.join(' ')}`);
    await this.#volumes.used(job.caches, open).catch((error: Error) => {
      status(`The job may not be able to write to its cache volumes: ${error.message}`);
    });
  }

  /** Runs a command in one more container, with the job's folders and nothing else. */
  async #asRoot(job: Job, name: string, command: string): Promise<void> {
    const options = containerOptions({ ...job, mounts: [] }, this.#options);
    const container = await this.#engine.create({
      ...options,
      name: `${options.name}-${name}`,
      User: '0:0',
      Cmd: [command],
      HostConfig: { ...options.HostConfig, NetworkMode: 'none' },
    });
    try {
      const exit = container.nextExit();
      await container.start();
      const code = await exit;
      const [program] = command.split(' ');
      if (code !== 0) throw new Error(`${program} in image ${job.image} exited with code ${code}`);
    } finally {
      await container.remove();
    }
  }

  async cleanUp(): Promise<number> {
    const left = await this.#engine.withLabel(`cove.owner=${this.#options.owner}`);
    await Promise.all(left.map((id) => this.#engine.remove(id)));
    return left.length;
  }
}

/** What the Engine is told. Pure. */
export function containerOptions(
  job: Job,
  { owner, slots, mounts: allowed }: Pick<DockerOptions, 'owner' | 'slots' | 'mounts'>,
  memory = totalmem(),
): ContainerOptions & { name: string } {
  const gpus = job.allotted?.gpus ?? null;
  const { told, hidden } = splitSecrets(job.environment, job.secrets);
  const environment = {
    ...told,
    ...folderVariables(VALOHAI_PATHS),
    ...cacheVariables(job.caches, CACHES_PATH),
    ...(job.notebook === true && notebookVariables('0.0.0.0', NOTEBOOK_PORT)),
    TINI_KILL_PROCESS_GROUP: '1',
    // Else a machine whose Engine gives GPUs by itself would give all of them.
    ...(gpus?.length === 0 && { NVIDIA_VISIBLE_DEVICES: 'void' }),
  };
  const names = ['config', 'inputs', 'outputs', 'repository'] as const;
  const room = job.allotted?.memory ?? Math.floor(memoryForJobs(memory) / slots);
  const limit = Math.min(room, Math.max(job.limits.memory ?? room, LEAST_BYTES));
  return {
    name: `cove-${job.executionId}-${job.attempt}`,
    Image: job.image,
    Entrypoint: ['/bin/sh', '-c'],
    ...(hasAny(hidden)
      ? {
          Cmd: [READ_SECRETS, '/bin/sh', shellText(job.command)],
          AttachStdin: true,
          OpenStdin: true,
          StdinOnce: true,
        }
      : { Cmd: [shellText(job.command)] }),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    WorkingDir: VALOHAI_PATHS.repository,
    Labels: {
      'cove.execution': job.executionId,
      'cove.attempt': String(job.attempt),
      'cove.owner': owner,
    },
    Healthcheck: { Test: ['NONE'] },
    ...(job.notebook === true && { ExposedPorts: { [`${NOTEBOOK_PORT}/tcp`]: {} } }),
    HostConfig: {
      // Only to this machine itself; the worker opens the door for people.
      ...(job.notebook === true && {
        PortBindings: { [`${NOTEBOOK_PORT}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '' }] },
      }),
      Mounts: [
        ...names.map((name) => ({
          Type: 'bind' as const,
          Source: job.folders[name],
          Target: VALOHAI_PATHS[name],
        })),
        ...cacheMounts(job.caches, owner),
        ...engineMounts(job.mounts ?? [], allowed),
      ],
      Init: true,
      // The attached stream is the log; a second copy on disk would only cost.
      LogConfig: { Type: 'none', Config: {} },
      ...(gpus !== null &&
        gpus.length > 0 && {
          DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: gpus, Capabilities: [['gpu']] }],
        }),
      Memory: limit,
      // Data loaders share tensors here; the Engine's own 64 MiB are too few for any of them.
      ShmSize: Math.floor(limit / 2),
      PidsLimit: MAX_PROCESSES,
      ...coresOf(job.limits.cpus),
      ...cpuLimit(job.environment.VH_CPU_LIMIT),
    },
  };
}

const hasAny = (variables: Record<string, string>) => Object.keys(variables).length > 0;

/** `VH_CPU_LIMIT`: a number of cores, or a list of them such as `0-3,8` (contract 3.1). */
export function cpuLimit(text: string | undefined): { NanoCpus?: number; CpusetCpus?: string } {
  const value = text?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value) && Number(value) > 0) return { NanoCpus: Math.round(Number(value) * 1e9) };
  return /^\d+([-,]\d+)+$/.test(value) ? { CpusetCpus: value } : {};
}

/** The Engine refuses more cores than the machine has. */
const coresOf = (cpus: number | null) =>
  cpus === null ? {} : { NanoCpus: Math.round(Math.min(cpus, availableParallelism()) * 1e9) };

const isMissingImage = (error: unknown) =>
  error instanceof DockerError && error.status === 404 && /no such image/i.test(error.message);

/** The Engine's no to a container: mostly what the image lacks. Its silence is ours. */
function refusedToStart(error: unknown, image: string): JobFailure {
  const { message } = error as Error;
  const ours = /no space left|could not select device driver|nvidia-container/i.test(message);
  const fault = error instanceof DockerError && !ours ? 'job' : 'platform';
  return new JobFailure(fault, `No container could be started from image ${image}: ${message}`, {
    cause: error,
  });
}

async function startContainer(
  container: Container,
  attached: Promise<Duplex>,
  job: Job,
  status: (message: string) => void,
  output: Output,
): Promise<Running> {
  const { hidden } = splitSecrets(job.environment, job.secrets);
  let exit: Promise<number>;
  let taken: Promise<void>;
  try {
    const stream = await attached;
    taken = take(stream, output);
    taken.catch(() => {});
    exit = container.nextExit();
    exit.catch(() => {});
    await container.start();
    if (hasAny(hidden)) stream.write(secretLines(hidden));
  } catch (error) {
    await container.remove().catch(() => {});
    throw refusedToStart(error, job.image);
  }
  const exited = Promise.withResolvers<void>();
  const ended = follow(container, exit, taken, status, output, exited.resolve);
  ended.then(() => exited.resolve());
  let killer: NodeJS.Timeout | undefined;
  return {
    exited: exited.promise,
    ended,
    async stop(graceMs) {
      clearTimeout(killer);
      killer = setTimeout(() => container.kill('SIGKILL').catch(() => {}), graceMs);
      await container.kill('SIGTERM').catch(() => {});
      await ended;
      clearTimeout(killer);
    },
    remove: () => container.remove(),
    inside: insideContainer(container, hidden),
    written: (most) => writtenBy(container, most),
  };
}

/** The Engine tells of bytes alone: its folder is looked into where this worker may, which is root's. */
async function writtenBy(container: Container, most?: number): Promise<Written> {
  const layer = await container.layer();
  const isOpen =
    layer !== undefined &&
    (await access(layer, constants.R_OK | constants.X_OK).then(
      () => true,
      () => false,
    ));
  return isOpen ? writtenBelow(layer, most) : { bytes: await container.written(), files: 0 };
}

async function follow(
  container: Container,
  exit: Promise<number>,
  taken: Promise<void>,
  status: (message: string) => void,
  output: Output,
  onExit: () => void,
): Promise<Exit> {
  let outputLost: string | undefined;
  void taken.catch((error: Error) => {
    outputLost = error.message;
    return container.kill('SIGKILL').catch(() => {});
  });
  try {
    const code = await exit;
    onExit();
    await Promise.race([taken.catch(() => {}), sleep(10_000, undefined, { ref: false })]);
    if (outputLost !== undefined) return { code, outOfMemory: false, lost: outputLost };
    return { code, outOfMemory: code !== 0 && (await container.state()).outOfMemory };
  } catch {
    return afterOutage(container, status, output, onExit);
  }
}

/** The Engine went away under a running container: it may have ended it, or kept it alive (`live-restore`). */
async function afterOutage(
  container: Container,
  status: (message: string) => void,
  output: Output,
  onExit: () => void,
): Promise<Exit> {
  status('The connection to the Docker Engine was lost; output of the meantime may be missing here.');
  const lost = 'the Docker Engine went away while the job ran';
  for (const deadline = Date.now() + ENGINE_RETURN_MS; Date.now() < deadline; await sleep(500)) {
    try {
      const state = await container.state();
      if (!state.running) return { code: state.exitCode, outOfMemory: state.outOfMemory, lost };
      const exit = container.nextExit();
      const taken = take(await container.attach(), output);
      return await follow(container, exit, taken, status, output, onExit);
    } catch (error) {
      if (error instanceof DockerError && error.status === 404) break;
    }
  }
  return { code: 137, outOfMemory: false, lost };
}

async function take(source: AsyncIterable<Buffer>, output: Output): Promise<void> {
  for await (const { stream, bytes } of frames(source)) await output(stream, bytes);
}
