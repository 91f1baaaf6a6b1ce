/** A worker's login to Redis in the hands of somebody who means harm: what it reaches is its own environment's, and nothing else. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workerUser } from '../../app/platform/redis-users.ts';
import { logKey, queueKey, stopChannel } from '../../app/protocol/worker.ts';
import { type TestQueue, testQueue } from '../support/redis.ts';

const PASSWORD = 'of a worker gone bad';
let at: TestQueue;
let own: string;
let foreign: string;
let thief: Redis;
beforeAll(async () => {
  at = await testQueue();
  own = at.slug;
  foreign = `${own}-b`;
  for (const slug of [own, foreign]) await at.queue.setWorkerUser(slug, PASSWORD);
  const { host, port } = at.settings;
  thief = new Redis({ host, port, username: workerUser(own), password: PASSWORD, enableReadyCheck: false });
  await at.queue.ring(foreign, 'a-job-of-others');
});
afterAll(async () => {
  thief?.disconnect();
  await at?.close();
});

const run = randomUUID();
/** Command by command: what an agent of queue A might try against B, the server, and everybody. */
const escapes: [string, () => (string | number)[]][] = [
  ['pops', () => ['BLPOP', queueKey(foreign), 1]],
  ['pops at once', () => ['LPOP', queueKey(foreign)]],
  ['reads', () => ['LRANGE', queueKey(foreign), 0, -1]],
  ['moves', () => ['LMOVE', queueKey(foreign), queueKey(own), 'LEFT', 'RIGHT']],
  ['copies', () => ['COPY', queueKey(foreign), queueKey(own)]],
  ['renames', () => ['RENAME', queueKey(own), queueKey(foreign)]],
  ['rings', () => ['RPUSH', queueKey(foreign), run]],
  ['deletes', () => ['DEL', queueKey(foreign)]],
  ['writes a log', () => ['XADD', logKey(foreign, run), '*', 'l', 'x']],
  ['reads a log', () => ['XRANGE', logKey(foreign, run), '-', '+']],
  ['reads its own logs, which may be of others', () => ['XRANGE', logKey(own, run), '-', '+']],
  ['trims a log', () => ['XTRIM', logKey(foreign, run), 'MAXLEN', 0]],
  ['stops a job', () => ['PUBLISH', stopChannel(foreign), run]],
  ['stops a job of its own queue', () => ['PUBLISH', stopChannel(own), run]],
  ['listens', () => ['SUBSCRIBE', stopChannel(foreign)]],
  ['listens to all', () => ['PSUBSCRIBE', '*']],
  ['lists keys', () => ['KEYS', '*']],
  ['scans keys', () => ['SCAN', 0]],
  ['reads the config', () => ['CONFIG', 'GET', '*']],
  ['changes the config', () => ['CONFIG', 'SET', 'maxmemory', 1]],
  ['runs a script', () => ['EVAL', "return redis.call('KEYS', '*')", 0]],
  ['loads a script', () => ['SCRIPT', 'LOAD', 'return 1']],
  ['empties the server', () => ['FLUSHALL']],
  ['looks at users', () => ['ACL', 'LIST']],
  ['makes a user', () => ['ACL', 'SETUSER', 'mine', 'on', 'nopass', '~*', '+@all']],
  ['watches commands', () => ['MONITOR']],
  ['looks at clients', () => ['CLIENT', 'LIST']],
  ['ends clients', () => ['CLIENT', 'KILL', 'TYPE', 'normal']],
  ['debugs', () => ['DEBUG', 'SLEEP', 1]],
  ['saves', () => ['BGSAVE']],
  ['shuts down', () => ['SHUTDOWN', 'NOSAVE']],
  ['becomes a replica', () => ['REPLICAOF', '127.0.0.1', 1]],
  ['loads a module', () => ['MODULE', 'LOAD', '/tmp/x.so']],
  ['moves to another database', () => ['MOVE', queueKey(own), 1]],
  ['makes a key of no queue', () => ['SET', 'mine', 'x']],
  ['makes many keys of a queue', () => ['MSET', queueKey(own), 'x', queueKey(foreign), 'x']],
];

test.for(escapes)('29: a worker of another queue %s: NOPERM', async ([, command]) => {
  const [name = '', ...args] = command();
  await expect(thief.call(String(name), ...args.map(String))).rejects.toThrow(/NOPERM/);
});

test('29: what it was refused has changed nothing', async () => {
  expect(await at.queue.queueMembers(foreign)).toEqual(['a-job-of-others']);
  await at.queue.ping();
});

test('29: a flood of log lines stays in its own streams: another queue is served as before', async () => {
  const other = await at.as(workerUser(foreign), PASSWORD);
  const line = 'x'.repeat(1_000);
  let flooding = true;
  const flood = async () => {
    for (let seq = 1; flooding; ) {
      const pipeline = thief.pipeline();
      for (let n = 0; n < 100; n++) pipeline.xadd(logKey(own, run), `${seq++}-0`, 'l', line);
      await pipeline.exec();
    }
  };
  const running = flood();
  const times: number[] = [];
  for (let n = 0; n < 50; n++) {
    const id = randomUUID();
    const began = performance.now();
    await at.queue.ring(foreign, id);
    for (let popped = ''; popped !== id; ) popped = (await other.waitForJob(foreign, 1)) ?? '';
    times.push(performance.now() - began);
  }
  flooding = false;
  await running;
  await at.queue.deleteLog(own, run);
  expect(times.sort((a, b) => a - b)[25]).toBeLessThan(100);
});
