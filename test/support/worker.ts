/** A worker of a test's own, with its platform. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { WorkerSettings } from '../../app/settings.ts';
import { startWorker, type Worker } from '../../app/worker/main.ts';
import { type TestQueue, testQueue } from './redis.ts';
import { startPlatform, type WorkerPlatform } from './worker-platform.ts';

export interface TestWorker {
  platform: WorkerPlatform;
  queue: TestQueue;
  folder: string;
  settings: WorkerSettings;
  start(): Promise<Worker>;
  close(): Promise<void>;
}

export async function testWorker(
  executor: 'docker' | 'process' = 'process',
  slots = 1,
  ownQueue?: TestQueue,
  more: Partial<WorkerSettings> = {},
): Promise<TestWorker> {
  const queue = ownQueue ?? (await testQueue());
  const platform = await startPlatform(queue, executor);
  const home = await mkdtemp(join(tmpdir(), 'cove worker '));
  const folder = join(home, 'worker');
  const tokenFile = join(home, 'keys', 'worker.token');
  await mkdir(join(home, 'keys'), { mode: 0o700 });
  await writeFile(tokenFile, `${platform.token}\n`, { mode: 0o600 });
  const settings: WorkerSettings = {
    role: 'worker',
    name: 'test',
    apiUrl: platform.url,
    tokenFile,
    folder,
    executors: [executor],
    slots,
    dockerSocket: '/var/run/docker.sock',
    relay: false,
    ...more,
  };
  const workers: Worker[] = [];
  return {
    platform,
    queue,
    folder,
    settings,
    async start() {
      const log = pino({ level: process.env.COVE_TEST_LOG ?? 'silent' });
      const worker = await startWorker(settings, log);
      workers.push(worker);
      return worker;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close(0)));
      await platform.close();
      await queue.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
