/** What happens to the parts that all share: API, scheduler, Redis, PostgreSQL, Vault. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { Breakable, Lane } from '../../support/breakable.ts';
import { holeIn, judgeAll, merge, type Verdict, verdict } from '../../support/judgement.ts';
import { until } from '../../support/process.ts';
import { ADMIN, ADMIN_PASSWORD } from '../../support/redis-server.ts';
import { formsOf, searchFor } from '../../support/secret-search.ts';
import { watch } from '../../support/viewer.ts';
import { counting, some, type Trial } from './trial.ts';

const isStarted = ({ status }: { status: string }) => status === 'started';
const isRunning = async ({ api }: Breakable, id: string) => {
  await api.until(id, isStarted);
  await until('its first line', async () => (await api.log(id)).some(({ message }) => message === 'line 1'));
};
/** As its administrator, for as long as `work` takes. */
async function inRedis<T>({ at }: Breakable, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ ...at.redis.address, username: ADMIN, password: ADMIN_PASSWORD });
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
interface Health {
  parts: { queue: { ok: boolean; error?: string } };
}
const startWorker = (lane: Lane) => lane.workers[0]!.start();

export const killedBeforeTheBell: Trial = {
  number: 4,
  title:
    'kill -9 of API and scheduler between the queued row and the doorbell: the scheduler rings, no job is lost',
  alone: true,
  async play(at, lane) {
    const { api, scheduler, redis } = at.parts;
    await startWorker(lane);
    await redis.hold();
    // The request hangs at the doorbell; its row is committed by then.
    const before = await newest(at);
    lane.submit('echo line 1').catch(() => {});
    const id = await until('its row', async () => {
      const now = await newest(at);
      return now !== before && now;
    });
    await Promise.all([api.end(), scheduler.end(), redis.end()]);
    await redis.start();
    await Promise.all([api.start(), scheduler.start()]);
    return judgeAll(at, [id], { lines: 1 });
  },
};
const newest = async ({ db }: Breakable) =>
  (
    await db
      .selectFrom('executions')
      .select('id')
      .where('status', '=', 'queued')
      .orderBy('ctime', 'desc')
      .executeTakeFirst()
  )?.id;

export const redisRestarted: Trial = {
  number: 6,
  title: 'Redis killed and started under a job: nothing is lost, who watches sees every line once',
  alone: true,
  async play(at, lane) {
    const { redis } = at.parts;
    await startWorker(lane);
    const running = await lane.submit(counting(60));
    await isRunning(at, running);
    const viewer = watch(at.api, running);
    await sleep(some(0, 500));
    await redis.end();
    // A job that is made meanwhile waits for the doorbell's return.
    const made = await lane.submit('echo line 1');
    await sleep(some(500, 1_500));
    await redis.start();
    const found = [
      await judgeAll(at, [running], { lines: 60 }),
      await judgeAll(at, [made], { lines: 1 }, 30),
    ];
    await viewer.done;
    return merge([...found, seenBy([viewer], 60)]);
  },
};

export const redisEmptied: Trial = {
  number: 6,
  title: 'FLUSHALL under jobs: the doorbell is rebuilt within 30 s, the log is whole',
  alone: true,
  async play(at, lane) {
    await startWorker(lane);
    const running = await lane.submit(counting(40));
    await isRunning(at, running);
    const waiting = [await lane.submit('echo line 1'), await lane.submit('echo line 1')];
    const viewer = watch(at.api, running);
    await sleep(some(0, 1_000));
    const emptied = Date.now();
    await inRedis(at, (redis) => redis.flushall());
    await until('the doorbell is as the rows', () =>
      inRedis(at, async (redis) => (await redis.llen(`cove:${lane.slug}:queue`)) === waiting.length),
    ).catch(() => {});
    const rebuilt = (Date.now() - emptied) / 1000;
    const found = [
      await judgeAll(at, [running], { lines: 40 }),
      await judgeAll(at, waiting, { lines: 1 }, 30),
    ];
    await viewer.done;
    const late = verdict();
    if (rebuilt > 30) late.wrong.push(`the doorbell was rebuilt after ${rebuilt} s`);
    return merge([...found, late, seenBy([viewer], 40)]);
  },
};

/** Each viewer saw each line, once and in order, or was told of the gap. */
export function seenBy(viewers: readonly ReturnType<typeof watch>[], lines: number): Verdict {
  const found = verdict();
  for (const [index, { seen }] of viewers.entries()) {
    const hole = holeIn(seen, lines);
    if (hole !== null) found.wrong.push(`viewer ${index}: ${hole}`);
  }
  return found;
}

export const redisFull: Trial = {
  number: 7,
  title:
    'Redis full: an alarm, jobs go on with whole logs, new ones wait, nothing is evicted, all goes on when there is room',
  alone: true,
  async play(at, lane) {
    await startWorker(lane);
    const running = await lane.submit(counting(30));
    await isRunning(at, running);
    const waiting = await lane.submit('echo line 1');
    const found = verdict();
    const list = `cove:${lane.slug}:queue`;
    await inRedis(at, async (redis) => {
      const policy = await redis.config('GET', 'maxmemory-policy');
      if (!JSON.stringify(policy).includes('noeviction')) found.wrong.push(`Redis may evict: ${policy}`);
      // Less than it has by now, whatever that is.
      await redis.config('SET', 'maxmemory', '1');
      if ((await redis.llen(list)) !== 1) found.wrong.push('the waiting job is not in the queue');
      await redis.set('probe', 'x').then(
        () => found.wrong.push('Redis was not full'),
        () => {},
      );
    });
    const made = await lane.submit('echo line 1');
    // What the alert on a part that is down goes by.
    let queue: Health['parts']['queue'] | undefined;
    await until(
      'an alarm',
      async () => {
        const { parts } = (await (await fetch(`${at.api.base}/healthz`)).json()) as Health;
        queue = parts.queue;
        return !queue.ok && /OOM/.test(queue.error ?? '');
      },
      10,
    ).catch(() => found.wrong.push(`no alarm: of the queue is said ${JSON.stringify(queue)}`));
    const over = await judgeAll(at, [running], { lines: 30 });
    await inRedis(at, (redis) => redis.config('SET', 'maxmemory', '0'));
    return merge([found, over, await judgeAll(at, [waiting, made], { lines: 1 }, 30)]);
  },
};

/** Seconds without a database. */
const outage = (seconds: number): Trial => ({
  number: 8,
  title: `PostgreSQL away for ${seconds} s: the API says 503 and when to try again, running jobs end as if nothing was, nothing is lost`,
  alone: true,
  async play(at, lane) {
    const { postgres } = at.parts;
    await startWorker(lane);
    const lines = 20;
    const running = await lane.submit(counting(lines));
    await isRunning(at, running);
    const waiting = await lane.submit('echo line 1');
    await postgres.end(Math.random() < 0.5 ? 'SIGKILL' : 'SIGINT');
    const found = verdict();
    const answer = await at.api
      .call('GET', `/executions/${running}/`)
      .catch((error) => ({ status: String(error) }));
    if (answer.status !== 503) found.wrong.push(`the API answers ${answer.status} without a database`);
    const response = await fetch(`${at.api.base}/api/v0/executions/${running}/`, {
      headers: { authorization: `Token ${at.api.token}` },
    });
    if (response.headers.get('retry-after') === null) found.wrong.push('503 without Retry-After');
    await sleep(seconds * 1000);
    await postgres.start();
    return merge([
      found,
      await judgeAll(at, [running], { lines }),
      await judgeAll(at, [waiting], { lines: 1 }, 60),
    ]);
  },
});
export const databaseRestarted = outage(0);
export const databaseAway = outage(8);
export const databaseAwayForAMinute = outage(60);

export const vaultSealed: Trial = {
  number: 10,
  title:
    'Vault sealed: running jobs go on, new ones wait and say why, none starts without its secrets, nothing is told',
  alone: true,
  async play(at, lane) {
    const value = `sealed ${Math.random()}&secret`;
    const search = await searchFor(at, formsOf(value));
    const { vault } = at.parts;
    await startWorker(lane);
    const running = await lane.submit(counting(30));
    await isRunning(at, running);
    const root = await at.vaultRoot();
    const { id: project } = await at.api.ok('POST', '/projects/', { name: `sealed-${Date.now()}` });
    await at.api.ok('POST', `/projects/${project}/environment_variable/`, {
      name: 'HIDDEN',
      value,
      secret: true,
    });
    // What the API has read a moment ago it may still use: this one it has not read.
    search.note();
    await at.parts.api.end();
    await at.parts.api.start();
    await root.write('sys/seal', {});
    const waiting = await lane.submit('test -n "$HIDDEN" && echo line 1', { project });
    await judgeAll(at, [running], { lines: 30 });
    const found = verdict();
    await until(
      'the waiting job says why',
      async () => {
        const { status, status_detail } = await at.api.ok('GET', `/executions/${waiting}/`);
        if (status !== 'queued') found.wrong.push(`${waiting} is ${status} while Vault is sealed`);
        return found.wrong.length > 0 || (/vault/i.test(status_detail) && status_detail);
      },
      20,
    ).catch(() => found.wrong.push(`${waiting} does not say why it waits`));
    search.note();
    // It unseals itself at its start.
    await vault.end('SIGTERM');
    await vault.start();
    const over = [
      await judgeAll(at, [running], { lines: 30 }),
      await judgeAll(at, [waiting], { lines: 1 }, 60),
    ];
    for (const where of await search.places()) found.wrong.push(`the secret is in ${where}`);
    return merge([found, ...over]);
  },
};

const WRITTEN = [
  'executions',
  'attempts',
  'audit',
  'log_chunks',
  'metadata_points',
  'datums',
  'workers',
  'projects',
];

export const collisions: Trial = {
  number: 9,
  title: 'one in twenty writes ends in a deadlock or a serialization failure: nobody notices',
  alone: true,
  async play(at, lane) {
    await startWorker(lane);
    // Counted, not by chance: that would hit one of hundreds of transactions at each of its tries.
    await sql`CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('written') % 20 = 0 THEN
        PERFORM nextval('collided');
        RAISE EXCEPTION 'a collision of the test' USING ERRCODE = (ARRAY['40001', '40P01'])[1 + floor(random() * 2)::int];
      END IF;
      RETURN NULL; END $$`.execute(at.db);
    for (const name of ['written', 'collided']) {
      await sql`CREATE SEQUENCE ${sql.id(name)}`.execute(at.db);
      await sql`GRANT ALL ON SEQUENCE ${sql.id(name)} TO PUBLIC`.execute(at.db);
    }
    for (const table of WRITTEN)
      await sql`CREATE TRIGGER collide BEFORE INSERT OR UPDATE ON ${sql.table(table)}
        FOR EACH STATEMENT EXECUTE FUNCTION collide()`.execute(at.db);
    try {
      const command = `${counting(10, 0.05)}; echo '{"a": 1}'; echo x > $VH_OUTPUTS_DIR/x.txt`;
      const ids: string[] = [];
      for (let n = 0; n < 12; n++) ids.push(await lane.submit(command));
      const found = await judgeAll(at, ids, { lines: 10 }, 90);
      for (const id of ids) {
        const { outputs } = await at.api.ok('GET', `/executions/${id}/`);
        if (outputs.length !== 1) found.wrong.push(`${id} has ${outputs.length} outputs`);
      }
      const { rows } = await sql<{ n: number }>`SELECT last_value::int AS n FROM collided`.execute(at.db);
      if ((rows[0]?.n ?? 0) < 5) found.wrong.push(`only ${rows[0]?.n} collisions`);
      const log = `${at.parts.api.output()}${at.parts.scheduler.output()}`;
      if (/request failed/.test(log)) found.wrong.push('the API failed a request');
      return found;
    } finally {
      for (const table of WRITTEN) await sql`DROP TRIGGER collide ON ${sql.table(table)}`.execute(at.db);
      await sql`DROP FUNCTION collide`.execute(at.db);
      await sql`DROP SEQUENCE written, collided`.execute(at.db);
    }
  },
};
