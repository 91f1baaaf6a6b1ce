/** The shared Redis, and names in it that no other test uses. */
import { randomBytes } from 'node:crypto';
import { connectQueue, type Queue, type QueueAddress } from '../../app/platform/redis.ts';
import { ADMIN, ADMIN_PASSWORD } from './redis-server.ts';
import { sharedService } from './services.ts';

export interface TestQueue {
  /** Logged in as the administrator. */
  queue: Queue;
  /** An environment's slug of this test's own. */
  slug: string;
  settings: QueueAddress;
  password(): Promise<string>;
  /** Another login on the same server. */
  as(user: string, password: string): Promise<Queue>;
  close(): Promise<void>;
}

export async function testQueue(): Promise<TestQueue> {
  const address = await sharedService('redis');
  const settings = { ...address, user: ADMIN, tls: false };
  const password = async () => ADMIN_PASSWORD;
  const opened = [await connectQueue(settings, password)];
  return {
    queue: opened[0]!,
    slug: `test-${randomBytes(6).toString('hex')}`,
    settings,
    password,
    async as(user, secret) {
      const queue = await connectQueue({ ...settings, user }, async () => secret);
      opened.push(queue);
      return queue;
    },
    async close() {
      await Promise.all(opened.map((queue) => queue.close()));
    },
  };
}
