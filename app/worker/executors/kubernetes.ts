/**
 * Runs each job as a Job of the cluster, on this worker's node, with this worker's volume: so the job's folders are where
 * the worker filled them. What the command prints goes to files of the run, which are followed as it grows.
 */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Cluster,
  type ClusterAddress,
  type ClusterObject,
  ClusterRefusal,
  ownCluster,
} from '../../platform/cluster.ts';
import type { Told } from '../progress.ts';
import {
  type Executor,
  type Exit,
  type Job,
  JobFailure,
  type Output,
  type Prepared,
  type PrepareOptions,
  type Running,
  VALOHAI_PATHS,
} from './executor.ts';
import { environmentOf, jobManifest, type KubernetesOptions } from './job-manifest.ts';
import { jobSecret } from './job-secret.ts';
import { refuseMounts } from './mounts.ts';
import { refuseInternalRegistry } from './registry.ts';

const LOOK_MS = 200;
/** A pull that failed is tried again by the kubelet; after so long it will not come. */
const PULL_MS = 120_000;
/** How often who waits is told of a pull that goes on. */
const TELL_MS = 5_000;
const CHUNK_BYTES = 256 * 1024;
export class KubernetesExecutor implements Executor {
  readonly kind = 'kubernetes';
  readonly #options: KubernetesOptions;
  readonly #cluster: Promise<Cluster>;

  constructor(options: KubernetesOptions, address?: ClusterAddress) {
    this.#options = options;
    this.#cluster = Promise.resolve(address ?? ownCluster()).then((found) => new Cluster(found));
    this.#cluster.catch(() => {}); // told where it is used
  }

  async unready(): Promise<string | null> {
    const look = async () => (await this.#cluster).ask(`${this.#jobs}?limit=1`);
    return look().then(
      () => null,
      (error: Error) => `cannot make Jobs: ${error.message}. Run \`cove up\`, which gives the right`,
    );
  }

  async prepare(job: Job, options: PrepareOptions): Promise<Prepared> {
    const { status } = options;
    refuseMounts(job, this.kind);
    await refuseInternalRegistry(job, this.#options.trusted);
    const { names = [] } = job.caches ?? {};
    if (names.length > 0)
      status(
        `Cache volumes (${names.join(', ')}) are not to be had in this cluster: the job runs without them`,
      );
    const cluster = await this.#cluster;
    const manifest = jobManifest(job, this.#options);
    const { name } = manifest.metadata;
    if (job.registry) status(`Pulling image ${job.image} with a login to ${job.registry.host}`);
    const made = await cluster.ask(this.#jobs, { method: 'POST', body: manifest }).catch((error: Error) => {
      throw refused(error, job.image);
    });
    const remove = () => this.#remove(name);
    try {
      if (made.spec.suspend) await this.#handOver(job, made);
      await this.#untilRunning(name, job.image, options);
    } catch (error) {
      await remove().catch(() => {});
      throw error;
    }
    status(`Image ${job.image}`);
    return {
      paths: VALOHAI_PATHS,
      reach: async (url) => url,
      start: async (output) => this.#start(name, job, output),
      discard: remove,
    };
  }

  async cleanUp(): Promise<number> {
    const owner = encodeURIComponent(`cove/owner=${this.#options.name}`);
    const { items } = await (await this.#cluster).ask(`${this.#jobs}?labelSelector=${owner}`);
    for (const { metadata } of items) await this.#remove(metadata.name);
    return items.length;
  }

  /** What is secret, and then the Job may begin: it was made suspended, for the Secret needs an owner that is there. */
  async #handOver(job: Job, made: ClusterObject): Promise<void> {
    const cluster = await this.#cluster;
    const secrets = `/api/v1/namespaces/${this.#options.pod.namespace}/secrets`;
    try {
      await cluster.ask(secrets, { method: 'POST', body: jobSecret(job, environmentOf(job), made) });
      const go = { spec: { suspend: false } };
      await cluster.ask(`${this.#jobs}/${made.metadata.name}`, { method: 'PATCH', body: go });
    } catch (error) {
      throw notHandedOver(error as Error, job);
    }
  }

  get #jobs(): string {
    return `/apis/batch/v1/namespaces/${this.#options.pod.namespace}/jobs`;
  }
  get #pods(): string {
    return `/api/v1/namespaces/${this.#options.pod.namespace}/pods`;
  }

  /** The pod of a Job; null where there is none yet, or no more. */
  async #pod(job: string): Promise<ClusterObject | null> {
    const select = encodeURIComponent(`batch.kubernetes.io/job-name=${job}`);
    const { items } = await (await this.#cluster).ask(`${this.#pods}?labelSelector=${select}`);
    return items[0] ?? null;
  }

  /** What the cluster said of a pod; nothing where it was installed before the worker might ask. */
  async #events(pod: ClusterObject | null): Promise<ClusterObject[]> {
    if (pod === null) return [];
    const select = encodeURIComponent(`involvedObject.uid=${pod.metadata.uid}`);
    const events = `/api/v1/namespaces/${this.#options.pod.namespace}/events?fieldSelector=${select}`;
    const found = await (await this.#cluster).ask(events).catch(() => ({ items: [] }));
    return found.items;
  }

  async #untilRunning(
    name: string,
    image: string,
    { signal, status, progress }: PrepareOptions,
  ): Promise<void> {
    const began = Date.now();
    let told = '';
    let toldAt = 0;
    let failing: number | undefined;
    for (;;) {
      signal.throwIfAborted();
      const pod = await this.#pod(name);
      const { running, terminated, waiting } = stateOf(pod);
      if (running !== undefined || terminated !== undefined) return;
      const why = waitingFor(pod, waiting);
      if (why !== told && why !== '') status(why);
      if (why !== told || Date.now() - toldAt > TELL_MS) {
        toldAt = Date.now();
        const { message, numbers } = pulling(image, why, await this.#events(pod), toldAt - began);
        progress?.(message, numbers);
      }
      told = why;
      const hopeless = ['InvalidImageName', 'ErrImageNeverPull'].includes(waiting?.reason);
      // The last one also means that the kubelet has not got the Secret yet.
      failing = /^(ErrImagePull|ImagePullBackOff|CreateContainerConfigError)$/.test(waiting?.reason)
        ? (failing ?? Date.now())
        : undefined;
      if (hopeless || (failing !== undefined && Date.now() - failing > PULL_MS))
        throw new JobFailure(
          'job',
          `No container could be started from image ${image}: ${waiting.message ?? waiting.reason}`,
        );
      await sleep(LOOK_MS);
    }
  }

  async #start(name: string, job: Job, output: Output): Promise<Running> {
    const over = new AbortController();
    let lost: string | undefined;
    const followed = Promise.all(
      (['stdout', 'stderr'] as const).map((stream) =>
        follow(join(job.scratch, stream), over.signal, (bytes) => output(stream, bytes)),
      ),
    ).catch((error: Error) => {
      lost = error.message;
      return this.#kill(name, 0);
    });
    await writeFile(join(job.scratch, 'go'), '');
    const exited = this.#untilEnded(name);
    const ended = exited.then(async (exit): Promise<Exit> => {
      over.abort();
      await followed;
      return lost === undefined ? exit : { ...exit, lost };
    });
    return {
      exited,
      ended,
      stop: async (graceMs) => {
        await this.#kill(name, graceMs).catch(() => {});
        await ended;
      },
      remove: () => this.#remove(name),
    };
  }

  /** Never rejects: a cluster that does not answer is asked until it does. */
  async #untilEnded(name: string): Promise<Exit> {
    for (let seen = false; ; await sleep(LOOK_MS)) {
      const pod = await this.#pod(name).catch(() => undefined);
      if (pod === undefined) continue;
      const exit = exitOf(pod);
      if (exit !== null) return exit;
      if (pod === null && seen)
        return { code: 137, outOfMemory: false, lost: 'the cluster took the pod away' };
      seen ||= pod !== null;
    }
  }

  /** SIGTERM, and SIGKILL after the grace; the kubelet counts whole seconds. */
  async #kill(name: string, graceMs: number): Promise<void> {
    const pod = await this.#pod(name);
    if (pod === null) return;
    const grace = Math.ceil(graceMs / 1000);
    await (await this.#cluster)
      .ask(`${this.#pods}/${pod.metadata.name}?gracePeriodSeconds=${grace}`, { method: 'DELETE' })
      .catch(unlessGone);
  }

  async #remove(name: string): Promise<void> {
    await this.#kill(name, 0);
    await (await this.#cluster)
      .ask(`${this.#jobs}/${name}`, { method: 'DELETE', body: { propagationPolicy: 'Background' } })
      .catch(unlessGone);
  }
}

/** Null while it runs. The kubelet evicts who writes more than its limit, and also who is in the way on a full node. Pure. */
export function exitOf(pod: ClusterObject | null): Exit | null {
  const { terminated } = stateOf(pod);
  const { phase, reason, message = '' } = pod?.status ?? {};
  if (phase === 'Failed' && reason === 'Evicted') {
    const code = terminated?.exitCode ?? 137;
    const isOwn = /exceed(ed|s)/.test(message) && !/node was low/.test(message);
    return { code, outOfMemory: false, [isOwn ? 'over' : 'lost']: message };
  }
  if (terminated === undefined) return null;
  return { code: terminated.exitCode, outOfMemory: terminated.reason === 'OOMKilled' };
}

const stateOf = (pod: ClusterObject | null): ClusterObject =>
  pod?.status?.containerStatuses?.[0]?.state ?? {};

function waitingFor(pod: ClusterObject | null, waiting: ClusterObject): string {
  const unplaced = (pod?.status?.conditions ?? []).find(
    ({ type, status }: ClusterObject) => type === 'PodScheduled' && status === 'False',
  );
  if (unplaced !== undefined) return `Waiting for room on the node: ${unplaced.message}`;
  const reason: string | undefined = waiting?.reason;
  return reason === undefined || reason === 'ContainerCreating' ? '' : `${reason}: ${waiting.message ?? ''}`;
}

/** The kubelet tells that it pulls, and that it tries again; never how many bytes have come. Pure. */
export function pulling(image: string, why: string, events: readonly ClusterObject[], ms: number): Told {
  const tries = events
    .filter(({ reason }) => reason === 'Pulling')
    .reduce((sum, { count }) => sum + (count ?? 1), 0);
  const seconds = Math.round(ms / 1000);
  const numbers = { seconds, ...(tries > 0 && { tries }) };
  const again = tries > 1 ? `, try ${tries}` : '';
  if (why !== '') return { message: `${why}${again}`, numbers };
  if (tries === 0 || events.some(({ reason }) => reason === 'Pulled'))
    return { message: `The cluster makes the pod ready, for ${seconds} s`, numbers };
  return {
    message: `Pulling image ${image}, for ${seconds} s${again}; the cluster does not tell how far it is`,
    numbers,
  };
}

/** The API server's no is mostly about what the job asked for; its silence is ours. */
const refused = (error: Error, image: string) =>
  new JobFailure(
    error instanceof ClusterRefusal && [400, 422].includes(error.status) ? 'job' : 'platform',
    `No container could be started from image ${image}: ${error.message}`,
    { cause: error },
  );

function notHandedOver(error: Error, { registry, image }: Job): JobFailure {
  const what = registry ? `The login to ${registry.host} for image ${image}` : 'Its secret variables';
  const isTooLong = error instanceof ClusterRefusal && [413, 422].includes(error.status);
  return new JobFailure(
    isTooLong ? 'job' : 'platform',
    `${what} could not be handed over: ${error.message}. ${isTooLong ? 'A cluster takes 1 MiB of secrets for a job' : '`cove up` gives the worker the right'}`,
    { cause: error },
  );
}

/** Takes what is written to a file, until `over` and its end. */
async function follow(
  path: string,
  over: AbortSignal,
  take: (bytes: Buffer) => Promise<void> | undefined,
): Promise<void> {
  let file = await open(path, 'r').catch(() => null);
  const buffer = Buffer.alloc(CHUNK_BYTES);
  try {
    for (;;) {
      // Asked before the read: what was written until then is read by it.
      const isLast = over.aborted;
      file ??= await open(path, 'r').catch(() => null);
      for (let more = file !== null; more && file !== null; ) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
        more = bytesRead > 0;
        if (more) await take(Buffer.from(buffer.subarray(0, bytesRead)));
      }
      if (isLast) return;
      await sleep(100, undefined, { signal: over }).catch(() => {});
    }
  } finally {
    await file?.close();
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ClusterRefusal && error.status === 404)) throw error;
}
