import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  connectQueue,
  LOG_START,
  type LogLine,
  logId,
  parseLogId,
  type Queue,
} from '../../../app/platform/redis.ts';
import { SERVICE_RULES, setUser, workerUser } from '../../../app/platform/redis-users.ts';
import * as protocol from '../../../app/protocol/worker.ts';
import { until } from '../../support/process.ts';
import { type TestQueue, testQueue } from '../../support/redis.ts';
import { ADMIN, ADMIN_PASSWORD, type RedisServer, startRedis } from '../../support/redis-server.ts';

let opened: TestQueue;
let queue: Queue;
let slug: string;
let run: string;
let raw: Redis;
beforeAll(async () => {
  opened = await testQueue();
  ({ queue, slug } = opened);
  const { host, port, user } = opened.settings;
  raw = new Redis({ host, port, username: user, password: ADMIN_PASSWORD });
});
beforeEach(() => {
  run = randomUUID();
});
afterAll(async () => {
  raw.disconnect();
  await opened.close();
});

const lines = (from: number, to: number): LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, i) => [
    from + i,
    '2026-01-01T00:00:00.000000',
    'stdout',
    `l${from + i}`,
  ]);
const subscribed = async () => (await raw.pubsub('NUMSUB', protocol.stopChannel(slug)))[1] === 1;
const seqs = (entries: { lines: LogLine[] }[]) => entries.flatMap((entry) => entry.lines.map(([seq]) => seq));

describe('the doorbell', () => {
  test('rings wake whoever waits, in order', async () => {
    const waiting = queue.waitForJob(slug, 5);
    await queue.ring(slug, 'a');
    expect(await waiting).toBe('a');
    for (const id of ['b', 'c', 'd']) await queue.ring(slug, id);
    await queue.removeFromQueue(slug, 'c');
    expect(await queue.queueMembers(slug)).toEqual(['b', 'd']);
    expect(await queue.waitForJob(slug, 1)).toBe('b');
    expect(await queue.waitForJob(slug, 1)).toBe('d');
    expect(await queue.waitForJob(slug, 0.1)).toBeNull();
  });

  test('names are those of the worker protocol', async () => {
    await queue.ring(slug, run);
    await queue.appendLog(slug, run, 1, lines(1, 1));
    expect(await raw.del(protocol.queueKey(slug), protocol.logKey(slug, run))).toBe(2);
  });

  test('a stop reaches those who listen for it', async () => {
    const heard: string[] = [];
    const end = queue.onStop(slug, (id) => heard.push(id));
    await until('subscribed', subscribed);
    await queue.announceStop(slug, run);
    await until('heard', () => heard.includes(run));
    end();
  });
});

describe('the living log', () => {
  test('ids keep attempts and lines in order', () => {
    expect(parseLogId(logId(3, 41))).toEqual({ attempt: 3, seq: 41 });
  });

  test('a repeated batch changes nothing, a longer repetition loses nothing', async () => {
    await queue.appendLog(slug, run, 1, lines(1, 3));
    await queue.appendLog(slug, run, 1, lines(1, 3));
    await queue.appendLog(slug, run, 1, lines(1, 5));
    await queue.appendLog(slug, run, 2, lines(1, 2));
    await queue.appendLog(slug, run, 1, lines(6, 6));
    const entries = await queue.readLog(slug, run, LOG_START);
    expect(entries.map(({ attempt, lines }) => [attempt, lines.length])).toEqual([
      [1, 3],
      [1, 5],
      [2, 2],
    ]);
    expect(seqs(await queue.readLog(slug, run, logId(1, 3)))).toEqual([1, 2, 3, 4, 5, 1, 2]);
    expect(seqs(await queue.readLog(slug, run, logId(1, 5)))).toEqual([1, 2]);
  });

  test('what is stored elsewhere is forgotten, and no more', async () => {
    for (const [from, to] of [
      [1, 10],
      [11, 20],
      [21, 30],
    ] as const)
      await queue.appendLog(slug, run, 1, lines(from, to));
    await queue.trimLog(slug, run, 1, 20);
    expect(seqs(await queue.readLog(slug, run, LOG_START))).toEqual(lines(21, 30).map(([seq]) => seq));
    await queue.trimLog(slug, run, 1, 30);
    await queue.appendLog(slug, run, 1, lines(21, 30));
    expect(await queue.readLog(slug, run, LOG_START)).toEqual([]);
    await queue.deleteLog(slug, run);
  });

  test('a reader may wait for the first batch', async () => {
    const waiting = queue.readLog(slug, run, LOG_START, { block: 5_000 });
    await queue.appendLog(slug, run, 1, lines(1, 1));
    expect(seqs(await waiting)).toEqual([1]);
    expect(await queue.readLog(slug, run, logId(1, 1), { block: 20 })).toEqual([]);
  });

  test('many viewers of many runs see each line once, from wherever they begin', async () => {
    const runs = [randomUUID(), randomUUID(), randomUUID()];
    const seen: { run: string; from: number; got: number[] }[] = [];
    const ends: (() => void)[] = [];
    const view = (id: string, from: number) => {
      const viewer = { run: id, from, got: [] as number[] };
      seen.push(viewer);
      ends.push(queue.followLog(slug, id, logId(1, from), (entries) => viewer.got.push(...seqs(entries))));
    };
    for (let seq = 1; seq <= 200; seq++) {
      for (const id of runs) {
        await queue.appendLog(slug, id, 1, lines(seq, seq));
        if (seq % 40 === 7) view(id, 0);
        if (seq % 40 === 20) view(id, seq - 5);
      }
    }
    for (const { from, got } of seen) {
      await until(`viewer from ${from}`, () => got.length >= 200 - from);
      expect(got).toEqual(lines(from + 1, 200).map(([seq]) => seq));
    }
    for (const end of ends) end();
  });

  test('the first line of a run comes at once to a hub that waits for another', async () => {
    const idle = queue.followLog(slug, randomUUID(), LOG_START, () => {});
    const began = performance.now();
    const waiting = queue.readLog(slug, run, LOG_START, { block: 5_000 });
    await queue.appendLog(slug, run, 1, lines(1, 1));
    await waiting;
    expect(performance.now() - began).toBeLessThan(1_000);
    idle();
  });
});

describe('users', () => {
  test('a worker group touches nothing but its own', async () => {
    await queue.setWorkerUser(slug, 'secret');
    const worker = await opened.as(workerUser(slug), 'secret');
    await queue.ring(slug, run);
    expect(await worker.waitForJob(slug, 1)).toBe(run);
    await worker.appendLog(slug, run, 1, lines(1, 1));
    worker.onStop(slug, () => {});
    await until('subscribed', subscribed);
    await expect(worker.ring('other', run)).rejects.toThrow(/NOPERM/);
    await expect(worker.waitForJob('other', 1)).rejects.toThrow(/NOPERM/);
    await expect(worker.appendLog('other', run, 1, lines(1, 1))).rejects.toThrow(/NOPERM/);
    const refusal = await worker.readLog(slug, run, LOG_START).catch((error) => error);
    expect(refusal.message).toMatch(/NOPERM/);
    expect(refusal).not.toHaveProperty('command');
    await expect(worker.setWorkerUser(slug, 'mine')).rejects.toThrow(/NOPERM/);
  });

  test('the slug cannot widen the pattern', async () => {
    await expect(queue.setWorkerUser('*', 'secret')).rejects.toThrow(/slug/);
  });

  test('API and scheduler can do all they need', async () => {
    for (const [name, rules] of Object.entries(SERVICE_RULES)) {
      const user = `${name}-${slug}`;
      await setUser(raw, user, 'secret', rules);
      const own = await opened.as(user, 'secret');
      await own.ping();
      await own.tryToWrite();
      await own.ring(slug, run);
      expect(await own.queueMembers(slug)).toEqual([run]);
      await own.removeFromQueue(slug, run);
      await own.appendLog(slug, run, 1, lines(1, 2));
      await own.readLog(slug, run, LOG_START);
      await own.announceStop(slug, run);
      await own.trimLog(slug, run, 1, 1);
      await own.deleteLog(slug, run);
      await expect(own.setWorkerUser(slug, 'x')).rejects.toThrow(/NOPERM/);
      if (name === 'api') expect(await own.readLog(slug, run, LOG_START, { block: 10 })).toEqual([]);
      await raw.acl('DELUSER', user);
    }
  });
});

describe('an outage', () => {
  let folder: string;
  let server: RedisServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
    server = await startRedis(folder);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  test('commands fail at once while it lasts; afterwards everything goes on', async () => {
    const own = await connectQueue(
      { ...server.address, user: ADMIN, tls: false },
      async () => ADMIN_PASSWORD,
    );
    const got: number[] = [];
    const heard: string[] = [];
    own.followLog(slug, run, LOG_START, (entries) => got.push(...seqs(entries)));
    own.onStop(slug, (id) => heard.push(id));
    await own.appendLog(slug, run, 1, lines(1, 2));
    await until('first lines', () => got.length === 2);
    const waiting = own.waitForJob(slug, 30).catch((error) => error);
    await server.stop('SIGKILL');
    expect(await waiting).toMatchObject({ code: 'unavailable' });
    const began = performance.now();
    await expect(own.ring(slug, run)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(own.waitForJob(slug, 30)).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - began).toBeLessThan(4_000);

    await server.restart();
    await until('it answers again', () =>
      own.ring(slug, run).then(
        () => true,
        () => false,
      ),
    );
    expect(await own.waitForJob(slug, 1)).toBe(run);
    await own.appendLog(slug, run, 1, lines(3, 4));
    await until('the hub goes on', () => got.length === 4);
    expect(got).toEqual([1, 2, 3, 4]);
    await until('stops are heard again', async () => {
      await own.announceStop(slug, run);
      return heard.length > 0;
    });
    await own.close();
  });

  test('a password that was rotated meanwhile is read again', async () => {
    const admin = new Redis({ ...server.address, username: ADMIN, password: ADMIN_PASSWORD });
    await setUser(admin, 'rotated', 'first', SERVICE_RULES.api);
    const truth = { stored: 'first', cached: 'first' };
    const own = await connectQueue({ ...server.address, user: 'rotated', tls: false }, async (fresh) => {
      if (fresh) truth.cached = truth.stored;
      return truth.cached;
    });
    await own.ring(slug, run);
    truth.stored = 'second';
    await setUser(admin, 'rotated', 'second', SERVICE_RULES.api);
    await admin.client('KILL', 'USER', 'rotated');
    await until('it logs in again', () =>
      own.ring(slug, run).then(
        () => true,
        () => false,
      ),
    );
    await own.close();
    admin.disconnect();
  });

  test('a Redis that is not there yet does not keep a service from starting', async () => {
    await server.stop();
    const own = await connectQueue(
      { ...server.address, user: ADMIN, tls: false },
      async () => ADMIN_PASSWORD,
    );
    await expect(own.ring(slug, run)).rejects.toMatchObject({ code: 'unavailable' });
    await server.restart();
    await until('it answers', () =>
      own.ring(slug, run).then(
        () => true,
        () => false,
      ),
    );
    await own.close();
  });
});
