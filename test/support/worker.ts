/** Workers of a test's own. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { WorkerSettings } from '../../app/settings.ts';
import { startWorker, type Worker } from '../../app/worker/main.ts';
import { dockerSocket } from './docker.ts';
import { type TestQueue, testQueue } from './redis.ts';
import { startPlatform, type WorkerPlatform } from './worker-platform.ts';

/** The shipped worker in a folder of its own. */
export interface OwnWorker {
  settings: WorkerSettings;
  start(): Promise<Worker>;
  /** Ends what was started of it, and removes its folder. */
  close(): Promise<void>;
}

/** Beside a platform that is there; runs one job at a time, without a container. `token`: its environment's. */
export async function ownWorker(
  { url, token }: { url: string; token: string },
  more: Partial<WorkerSettings> = {},
): Promise<OwnWorker> {
  const home = await mkdtemp(join(tmpdir(), 'cove worker '));
  const tokenFile = join(home, 'keys', 'worker.token');
  await mkdir(join(home, 'keys'), { mode: 0o700 });
  await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
  const settings: WorkerSettings = {
    role: 'worker',
    name: 'one',
    apiUrl: url,
    tokenFile,
    folder: join(home, 'worker'),
    executors: ['process'],
    slots: 1,
    dockerSocket: '/none',
    relay: false,
    ...more,
  };
  const workers: Worker[] = [];
  return {
    settings,
    async start() {
      const log = pino({ level: process.env.COVE_TEST_LOG ?? 'silent' });
      const worker = await startWorker(settings, log);
      workers.push(worker);
      return worker;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close(0)));
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface TestWorker extends OwnWorker {
  platform: WorkerPlatform;
  queue: TestQueue;
  folder: string;
}

/** With a platform that is a test's own, too. */
export async function testWorker(
  executor: 'docker' | 'process' = 'process',
  slots = 1,
  ownQueue?: TestQueue,
  more: Partial<WorkerSettings> = {},
): Promise<TestWorker> {
  const queue = ownQueue ?? (await testQueue());
  const platform = await startPlatform(queue, executor);
  const where = { name: 'test', executors: [executor], slots, dockerSocket };
  const worker = await ownWorker(platform, { ...where, ...more });
  return {
    ...worker,
    platform,
    queue,
    folder: worker.settings.folder,
    async close() {
      await worker.close();
      await platform.close();
      await queue.close();
    },
  };
}
