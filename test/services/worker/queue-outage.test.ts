/** Redis goes away and comes back under a running job. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectQueue } from '../../../app/platform/redis.ts';
import { ADMIN, ADMIN_PASSWORD, startRedis } from '../../support/redis-server.ts';
import { testWorker } from '../../support/worker.ts';

test('lines wait on disk while Redis is away, new jobs are heard of when it is back', {
  timeout: 60_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cove redis '));
  const redis = await startRedis(folder);
  const settings = { ...redis.address, user: ADMIN, tls: false };
  const password = async () => ADMIN_PASSWORD;
  const queue = await connectQueue(settings, password);
  const close = () => queue.close();
  const as = () => Promise.reject(new Error('not needed here'));
  const at = await testWorker('process', 1, { queue, slug: 'outage', settings, password, as, close });
  try {
    await at.start();
    const command = 'for i in $(seq 1 60); do echo $i; sleep 0.05; done';
    const run = await at.platform.submit({ command });
    const live = async () => {
      const entries = await queue.readLog('outage', run.spec.execution_id, '0-0', { count: 1000 });
      return entries.flatMap((entry) => entry.lines.filter((l) => l[2] === 'stdout').map((l) => l[3]));
    };
    await expect.poll(live, { timeout: 10_000 }).toContain('5');
    await redis.stop('SIGKILL');
    const beats = run.heartbeats;
    await expect.poll(() => run.heartbeats, { timeout: 10_000 }).toBeGreaterThan(beats + 2);
    await redis.restart();
    expect((await run.end).status).toBe('complete');
    const expected = Array.from({ length: 60 }, (_, i) => String(i + 1));
    expect(at.platform.messages(run, 'stdout')).toEqual(expected);
    expect([...new Set(await live())]).toEqual(expected);
    const next = await at.platform.submit({ command: 'true' });
    expect((await next.end).status).toBe('complete');
  } finally {
    await at.close();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
