/** The line between a worker and the platform is cut: packets vanish, in both directions or in one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { LEASE_SECONDS } from '../../../app/protocol/worker.ts';
import type { Breakable, Lane } from '../../support/breakable.ts';
import {
  endedAt,
  judge,
  judgeAll,
  judgeLane,
  merge,
  type Verdict,
  verdict,
} from '../../support/judgement.ts';
import { makeNetwork, type Network } from '../../support/network.ts';
import { until } from '../../support/process.ts';
import { queueProxy } from '../../support/queue-proxy.ts';
import { watch } from '../../support/viewer.ts';
import { seenBy } from './outages.ts';
import { counting, some, type Trial } from './trial.ts';

type Direction = Parameters<Network['cut']>[0];

async function startThere(
  { port, api }: Breakable,
  lane: Lane,
  network: Network,
  lines: number,
): Promise<string> {
  const [worker] = lane.workers;
  worker!.wrapper = network.wrapper;
  worker!.settings = { apiUrl: `http://${network.host}:${port}`, relay: true };
  await worker!.start();
  const id = await lane.submit(counting(lines));
  await api.until(id, ({ status }) => status === 'started');
  await sleep(some(500, 1_500));
  return id;
}
async function within(lane: Lane, work: (network: Network) => Promise<Verdict[]>): Promise<Verdict> {
  const network = await makeNetwork();
  try {
    return merge(await work(network));
  } finally {
    await lane.workers[0]!.end('SIGKILL');
    await network.close();
  }
}

/** Waits until the worker's lease is renewed. */
async function renewal({ db }: Breakable, id: string): Promise<void> {
  const lease = db.selectFrom('attempts').select('lease_expires_at').where('execution_id', '=', id);
  const end = async () => (await lease.executeTakeFirstOrThrow()).lease_expires_at.getTime();
  const before = await end();
  await until('a heartbeat', async () => (await end()) !== before);
}

/**
 * Half a lease is the longest that surely has no effect: one heartbeat may have been due, and one lost. Where the first
 * was due just then, it hangs on the kernel's own pauses whether the third comes in time: that moment is left out.
 */
const shortly = (seconds: number): Trial => ({
  number: 14,
  title: `a worker cut off for ${seconds} s: no effect`,
  needs: ['network'],
  play: (at, lane) =>
    within(lane, async (network) => {
      const id = await startThere(at, lane, network, 120);
      await renewal(at, id);
      await sleep(some(0, 1_500));
      const began = performance.now();
      await network.cut('both');
      // To mend takes as long as to cut.
      await sleep(seconds * 1000 - 2 * (performance.now() - began));
      await network.mend();
      return [await judgeAll(at, [id], { lines: 120 }), await judgeLane(lane)];
    }),
});

const forLong = (direction: Direction, seconds: number, more: { once?: true } = {}): Trial => ({
  number: 14,
  ...more,
  title: `a worker cut off for ${seconds} s${direction === 'both' ? '' : `, only what goes ${direction}`}: fenced, its late report refused, one end, the next job runs`,
  needs: ['network'],
  play: (at, lane) =>
    within(lane, async (network) => {
      const id = await startThere(at, lane, network, 6_000);
      await network.cut(direction);
      const cut = Date.now();
      const found = await judgeAll(at, [id], { status: ['crashed'] }, 40);
      // Heartbeats under way may still arrive where only the answers are lost.
      if (direction === 'both') found.noticed.push(((await endedAt(at, id)) - cut) / 1000);
      await sleep(Math.max(0, cut + seconds * 1000 - Date.now()));
      await network.mend();
      const refused = () => isRefused(at, id);
      await until('a late report', refused, 30).catch(() => found.wrong.push(`${id}: no report was refused`));
      const next = await lane.submit('echo line 1');
      const after = await judgeAll(at, [next], { lines: 1 }, 40);
      // And still: once.
      return [found, after, await judge(at, id, { status: ['crashed'] }), await judgeLane(lane)];
    }),
});

async function isRefused({ db }: Breakable, id: string): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    SELECT refused_reports AS count FROM attempts WHERE execution_id = ${id}`.execute(db);
  return (rows[0]?.count ?? 0) > 0;
}

export const cutOffShortly = shortly(LEASE_SECONDS / 2);
export const cutOff = forLong('both', 20);
export const cutOffForAMinute = forLong('both', 60);
export const cutOffForTenMinutes = forLong('both', 600, { once: true });
export const answersLost = forLong('in', 20);
export const reportsLost = forLong('out', 20);

export const cutOffFromRedis: Trial = {
  number: 14,
  title:
    'a worker cut off from Redis alone: its jobs go on and end, none is lost or run twice, new ones wait, who watches sees every line once',
  needs: ['network'],
  lane: { slots: 3 },
  play: (at, lane) =>
    within(lane, async (network) => {
      const proxy = await queueProxy(at.api.base, at.at.redis.address);
      try {
        const [worker] = lane.workers;
        worker!.wrapper = network.wrapper;
        worker!.settings = { apiUrl: `http://${network.host}:${proxy.port}` };
        await worker!.start();
        const [long, short] = [await lane.submit(counting(300)), await lane.submit(counting(60))];
        const isSeen = async (id: string) =>
          (await at.api.log(id)).some(({ message }) => message === 'line 3');
        for (const id of [long, short]) await until('it is seen to run', () => isSeen(id), 30);
        const viewer = watch(at.api, long);
        await network.cut('both', proxy.queuePort);
        const made = await lane.submit('echo line 1');
        // It ends, and its log is whole, by way of the API and the store.
        const found = [await judgeAll(at, [short], { lines: 60 }, 40)];
        await sleep(LEASE_SECONDS * 1000);
        const told = verdict();
        const statusOf = async (id: string) => (await at.api.ok('GET', `/executions/${id}/`)).status;
        for (const [id, wanted] of [
          [long, 'started'],
          [made, 'queued'],
        ] as const) {
          const status = await statusOf(id);
          if (status !== wanted) told.wrong.push(`${id} is ${status} while Redis is cut off, not ${wanted}`);
        }
        await network.mend();
        found.push(await judgeAll(at, [made], { lines: 1 }, 40), await judgeAll(at, [long], { lines: 300 }));
        await viewer.done;
        for (const id of [long, short, made]) {
          const attempts = await at.api.ok('GET', `/executions/${id}/attempts/`);
          const refused = attempts[0]?.refused_reports;
          if (attempts.length !== 1 || refused !== 0)
            told.wrong.push(`${id} has ${attempts.length} attempts, ${refused} refused reports`);
        }
        return [...found, told, seenBy([viewer], 300), await judgeLane(lane)];
      } finally {
        await lane.workers[0]!.end('SIGKILL');
        proxy.close();
      }
    }),
};
