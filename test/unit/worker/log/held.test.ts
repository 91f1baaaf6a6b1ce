/** A job that writes faster than its log can be stored: it waits, and the disk is bounded (faults 6 and 18). */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunApi } from '../../../../app/worker/api.ts';
import { HttpError } from '../../../../app/worker/http.ts';
import { JobLog } from '../../../../app/worker/log/job-log.ts';
import { ship } from '../../../../app/worker/log/shipping.ts';
import { Spool } from '../../../../app/worker/log/spool.ts';

const SEGMENT = 64 * 1024;
/** More than a chunk, which is stored only when it is full. */
const MOST = 32 * SEGMENT;
const LINES = 50_000;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove held '));
});
afterEach(() => rm(folder, { recursive: true }));

interface Outside {
  /** Throws while Redis is away. */
  append(): void;
  /** Throws while the store is away; an `HttpError` that does not pass: for good. */
  put(): void;
}

/** A log of 7 MB, written as fast as it is taken; gives what lay on disk at most, and how many lines were stored. */
async function flood({ append, put }: Outside) {
  const spool = await Spool.open(folder, SEGMENT);
  const log = new JobLog(spool, [], MOST);
  let stored = 0;
  const api = {
    uploads: async () => [{ storage_key: 'k', url: 'u', headers: {} }],
    http: { put: async () => put() },
    logChunk: async ({ last_seq }: { last_seq: number }) => {
      stored = last_seq;
    },
    metadata: async () => {},
  } as unknown as RunApi;
  const shipping = ship({
    ...{ spool, api, from: { offset: 0, seq: 0 }, signal: new AbortController().signal },
    append: async () => append(),
    onStored: async () => {},
    onStuck: () => log.letGo(),
    warn: () => {},
  });
  let most = 0;
  for (let n = 0; n < LINES; n += 100) {
    const lines = Array.from({ length: 100 }, (_, i) => `${'x'.repeat(100)} ${n + i}\n`);
    await log.write('stdout', Buffer.from(lines.join('')));
    const sizes = (await readdir(folder)).map((name) => stat(join(folder, name)).catch(() => null));
    most = Math.max(
      most,
      (await Promise.all(sizes)).reduce((sum, found) => sum + (found?.size ?? 0), 0),
    );
  }
  const last = await log.close();
  await shipping.finish();
  await spool.dispose();
  return { most, stored, last };
}
const answered = (status: number) => new HttpError('PUT', new URL('http://store'), status, '');
/** The bound, the segment that is being written, and what a write brings at once. */
const BOUND = MOST + 2 * SEGMENT + 100_000;

test('while everybody takes it, the job hardly waits and nothing is lost', async () => {
  const { most, stored, last } = await flood({ append: () => {}, put: () => {} });
  expect(most).toBeLessThan(BOUND);
  expect(stored).toBe(last);
});

test('while Redis is away, what is stored waits for it no longer', async () => {
  const away = () => {
    throw new Error('away');
  };
  const { most, stored, last } = await flood({ append: away, put: () => {} });
  expect(most).toBeLessThan(BOUND);
  expect(stored).toBe(last);
});

test('while the store is away, the job waits, says so once, and goes on with it', async () => {
  let isAway = true;
  const back = sleep(500).then(() => {
    isAway = false;
  });
  const put = () => {
    if (isAway) throw answered(503);
  };
  const { most, stored, last } = await flood({ append: () => {}, put });
  await back;
  expect(most).toBeLessThan(BOUND);
  expect(stored).toBe(last);
  expect(last).toBe(LINES + 1);
});

test('a store that refuses for good ends nobody’s job', async () => {
  const put = () => {
    throw answered(400);
  };
  expect((await flood({ append: () => {}, put })).stored).toBe(0);
});

test('a job that has ended waits for nothing, and one that waits is not silent', async () => {
  const spool = await Spool.open(folder, SEGMENT);
  const log = new JobLog(spool, [], MOST);
  let [done, given] = [false, 0];
  const writing = (async () => {
    for (; given < 400; given++) await log.write('stdout', Buffer.from(`${'x'.repeat(10_000)}\n`));
    done = true;
  })();
  await expect.poll(() => spool.held > MOST).toBe(true);
  await sleep(50);
  expect([done, given < 400]).toEqual([false, true]);
  const now = performance.now();
  expect(log.outputAt).toBeGreaterThanOrEqual(now);
  log.letGo();
  await writing;
  await log.close();
  await spool.dispose();
});
