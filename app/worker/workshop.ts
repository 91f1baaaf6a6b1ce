/** Where a worker's jobs really run: an executor, caches, a disk; and what an earlier life left there. */
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { CoveError } from '../platform/errors.ts';
import type { WorkerSettings } from '../settings.ts';
import type { Shop } from './agent.ts';
import { DockerExecutor } from './executors/docker.ts';
import type { Executor } from './executors/executor.ts';
import { KubernetesExecutor } from './executors/kubernetes.ts';
import { ProcessExecutor } from './executors/process.ts';
import { keepLeases } from './lease.ts';
import { endLeftJobs, settleLeftRuns } from './leftovers.ts';
import { addressesOf, reachOf } from './reach.ts';
import type { Room } from './room.ts';
import { runJob, type Workshop } from './run.ts';
import type { Session } from './session.ts';
import { DiskGovernor } from './steps/disk.ts';
import { InputCache } from './steps/input-cache.ts';
import { leftFolders } from './steps/job-folder.ts';

/** Ends what still runs of an earlier life; its runs are settled beside the new ones. */
export async function openShop(
  settings: WorkerSettings,
  session: Session,
  room: Room | undefined,
  onDrain: () => void,
  log: Logger,
): Promise<Shop> {
  const shop = workshop(settings, session, room, onDrain, log);
  await endLeftJobs(shop);
  // Looked for before a new job makes a folder of its own.
  const settled = settleLeftRuns(shop, await leftFolders(shop.folder));
  log.info({ environment: shop.environment, executor: shop.executor.kind }, `worker ${shop.worker} is ready`);
  return {
    room: shop.room,
    settled,
    unready: () => shop.executor.unready(),
    run: (job, control, onLease) => runJob(shop, job, control, onLease),
  };
}

function workshop(
  settings: WorkerSettings,
  { api, queue, about }: Session,
  room: Room | undefined,
  onDrain: () => void,
  log: Logger,
): Workshop {
  const { folder } = settings;
  const { slug } = about.environment;
  const executor = makeExecutor(about.environment.executor, settings, about.trusted_hosts);
  const cache = new InputCache(join(folder, 'cache'));
  const disk = new DiskGovernor(folder, [() => cache.list(), async () => (await executor.kept?.()) ?? []]);
  return {
    worker: about.worker.name,
    environment: slug,
    folder,
    api,
    executor,
    room: executor.kind === 'docker' ? room : undefined,
    cache,
    disk,
    leases: keepLeases(
      api,
      about.heartbeat_seconds,
      (error) => log.warn({ err: error }, 'heartbeat failed, the jobs go on'),
      onDrain,
    ),
    reach: reachOf(settings),
    addresses: addressesOf(settings),
    appendLog: (run, json, last) => queue.appendLog(slug, run, json, last),
    log,
  };
}

function makeExecutor(kind: Executor['kind'], settings: WorkerSettings, trusted: string[]): Executor {
  const { folder, slots, dockerSocket, tokenFile, mounts, hidden = [] } = settings;
  const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  if (kind === 'docker')
    return new DockerExecutor({
      socket: dockerSocket,
      owner: folder,
      slots,
      user,
      mounts,
      trusted,
      imagesFile: join(folder, 'images.json'),
      volumesFile: join(folder, 'volumes.json'),
    });
  if (kind === 'kubernetes') return podExecutor(settings, trusted);
  const executor = new ProcessExecutor({
    hidden: [folder, dirname(tokenFile), ...hidden],
    caches: join(folder, 'caches'),
  });
  void executor.isolation();
  return executor;
}

/** Pod and node are told by the cluster, in variables of the template. */
function podExecutor({ folder, pod }: WorkerSettings, trusted: string[]): Executor {
  const { COVE_POD: name, COVE_NODE: node } = process.env;
  if (pod === undefined || name === undefined || node === undefined)
    throw new CoveError(
      'conflict',
      'This worker is in no pod of the stack: it cannot run jobs in a cluster.',
    );
  return new KubernetesExecutor({ pod, name, node, volume: folder, trusted });
}
