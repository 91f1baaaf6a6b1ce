/** What every run store promises. Each implementation runs these tests through a harness of its own. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Claim, RunStore, Status } from '../../../app/core/lifecycle/run-store.ts';
import type { Wish } from './harness.ts';

export interface Harness {
  store: RunStore;
  /** A worker of environment `a` (unless told otherwise); its id. */
  worker(environment?: 'a' | 'b'): Promise<string>;
  /** A new execution of environment `a`, queued; its id. */
  execution(options?: Wish): Promise<string>;
  /** Environment `a` takes no job, or takes them again. */
  pause(paused: boolean): Promise<void>;
  /** The most that run at the same time; null: any number. */
  quota(kind: 'project' | 'creator', name: string, most: number | null): Promise<void>;
  /** Lets time pass for every lease and every pause after a loss. */
  pass(seconds: number): Promise<void>;
  status(executionId: string): Promise<Status>;
  refusals(executionId: string, attempt: number): Promise<number>;
  /** The environment's slug in `queued()`. */
  slug: string;
  close(): Promise<void>;
}

const LEASE = 10;
const COMPLETE = { status: 'complete', exitCode: 0, reason: '', logLines: 3 } as const;

export function runStoreContract(name: string, open: () => Promise<Harness>): void {
  describe(`run store: ${name}`, () => {
    let harness: Harness;
    beforeAll(async () => {
      harness = await open();
    });
    afterEach(async () => {
      await harness.pass(1000);
      await harness.store.reap();
    });
    afterAll(() => harness?.close());

    const queued = (options?: Wish): Promise<string> => harness.execution(options);
    const started = async (): Promise<{ id: string; worker: string } & Claim> => {
      const [id, worker] = [await queued(), await harness.worker()];
      return { id, worker, ...(await harness.store.claim(id, worker, LEASE))! };
    };
    const beat = async (id: string, token: string, seconds = LEASE) =>
      (await harness.store.heartbeats(await harness.worker(), [{ executionId: id, token }], seconds))
        .beats[0];
    const nobody = '00000000-0000-4000-8000-000000000000';
    const turnOf = async (workerId: string, claimId: string = randomUUID(), held: string[] = []) =>
      (await harness.store.turns([{ claimId, workerId }], held))[0] ?? null;

    it('lists what is queued, most urgent first, then in the order it was queued', async () => {
      const [first, second, urgent] = [await queued(), await queued(), await queued({ priority: 5 })];
      await harness.execution({ created: true });
      const list = (await harness.store.queued()).get(harness.slug) ?? [];
      expect(list.filter((id) => [first, second, urgent].includes(id))).toEqual([urgent, first, second]);
    });

    it('gives a claim to a worker of the environment only, and only what is queued', async () => {
      const [id, worker] = [await queued(), await harness.worker()];
      const created = await harness.execution({ created: true });
      expect(await harness.store.claim(created, worker, LEASE)).toBeNull();
      expect(await harness.store.claim(id, await harness.worker('b'), LEASE)).toBeNull();
      expect(await harness.store.claim(id, nobody, LEASE)).toBeNull();
      expect(await harness.store.claim(nobody, worker, LEASE)).toBeNull();
      const claim = await harness.store.claim(id, worker, LEASE);
      expect(claim).toMatchObject({ attempt: 1, token: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(await harness.status(id)).toBe('started');
      expect(await harness.store.claim(id, await harness.worker(), LEASE)).toBeNull();
    });

    it('repeats a claim for its holder, and prolongs the lease by it', async () => {
      const { id, worker, token } = await started();
      await harness.pass(LEASE - 3);
      expect(await harness.store.claim(id, worker, LEASE)).toMatchObject({ attempt: 1, token });
      await harness.pass(LEASE - 3);
      expect(await harness.store.reap()).toEqual([]);
      await harness.store.end(id, token, COMPLETE);
      expect(await harness.store.claim(id, worker, LEASE)).toBeNull();
    });

    describe('whose turn it is', () => {
      // What earlier tests left waiting would be given away here.
      beforeAll(async () => {
        for (const id of (await harness.store.queued()).get(harness.slug) ?? [])
          await harness.store.requestStop(id);
      });
      afterEach(async () => {
        for (const id of (await harness.store.queued()).get(harness.slug) ?? [])
          await harness.store.requestStop(id);
      });
      const take = async (worker: string, claimId: string = randomUUID()) => {
        const id = await turnOf(worker, claimId);
        const claim = id === null ? null : await harness.store.claim(id, worker, LEASE, claimId);
        return claim && { executionId: id!, ...claim };
      };
      const taken = async (worker: string) => (await take(worker))?.executionId ?? null;

      it('gives each project one before it gives one project two', async () => {
        const worker = await harness.worker();
        const a = [await queued({ project: 'x' }), await queued({ project: 'x' })];
        const b = [await queued({ project: 'y' }), await queued({ project: 'y', priority: 9 })];
        const got = [await taken(worker), await taken(worker), await taken(worker), await taken(worker)];
        expect(got).toEqual([b[1], a[0], a[1], b[0]]);
        expect(await take(worker)).toBeNull();
      });

      it('gives the same attempt to who repeats a claim, also at the same moment, and nothing when it has ended', async () => {
        await queued();
        const second = await queued();
        const [worker, claim] = [await harness.worker(), randomUUID()];
        const answers = await Promise.all(Array.from({ length: 8 }, () => take(worker, claim)));
        const [{ executionId, token } = { executionId: '', token: '' }] = answers.filter(
          (one) => one !== null,
        );
        expect(await take(worker, claim)).toMatchObject({ executionId, token });
        expect(await harness.store.claim(second, worker, LEASE, claim)).toBeNull();
        expect(await harness.status(second)).toBe('queued');
        await harness.store.end(executionId, token, COMPLETE);
        expect(await take(worker, claim)).toBeNull();
        expect(await take(await harness.worker(), claim)).toBeNull();
      });

      it('gives nothing to a name that was told there is nothing: a late copy of the request takes no job', async () => {
        const [worker, claim] = [await harness.worker(), randomUUID()];
        expect(await take(worker, claim)).toBeNull();
        expect(await harness.store.decline(claim, worker)).toBe(true);
        const id = await queued();
        expect(await take(worker, claim)).toBeNull();
        expect(await harness.store.claim(id, worker, LEASE, claim)).toBeNull();
        expect(await harness.store.decline(claim, worker)).toBe(true);
        expect(await taken(worker)).toBe(id);
      });

      it('tells nobody that there is nothing whose copy was given something, also at the same moment', async () => {
        const worker = await harness.worker();
        for (let round = 0; round < 10; round++) {
          const [id, claim] = [await queued(), randomUUID()];
          const [given, declined] = await Promise.all([
            harness.store.claim(id, worker, LEASE, claim),
            harness.store.decline(claim, worker),
          ]);
          expect(declined).toBe(given === null);
          expect(await turnOf(worker, claim)).toBe(given && id);
          if (given) await harness.store.end(id, given.token, COMPLETE);
          else await harness.store.requestStop(id);
        }
      });

      it('counts what others are about to take as running', async () => {
        const worker = await harness.worker();
        const [x, y] = [await queued({ project: 'x' }), await queued({ project: 'y' })];
        const [more] = [await queued({ project: 'x' })];
        const turn = (held: string[]) => turnOf(worker, randomUUID(), held);
        expect(await turn([])).toBe(x);
        expect(await turn([x])).toBe(y);
        expect(await turn([x, y])).toBe(more);
        expect(await turn([x, y, more])).toBeNull();
        await harness.quota('project', 'x', 1);
        expect(await turn([x, y])).toBeNull();
        await harness.quota('project', 'x', null);
      });

      it('gives many who ask at once what it would give one after the other', async () => {
        const [worker, elsewhere] = [await harness.worker(), await harness.worker('b')];
        const x = [await queued({ project: 'x' }), await queued({ project: 'x', creator: 'eve' })];
        const y = [await queued({ project: 'y', priority: 1 }), await queued({ project: 'y' })];
        const turns = (...workers: string[]) =>
          harness.store.turns(
            workers.map((workerId) => ({ claimId: randomUUID(), workerId })),
            [],
          );
        const all = Array.from({ length: 6 }, () => worker);
        expect(await turns(...all)).toEqual([y[0], x[0], x[1], y[1], null, null]);
        expect(await turns(worker, nobody, worker)).toEqual([y[0], null, x[0]]);
        await harness.quota('creator', 'eve', 0);
        expect(await turns(...all)).toEqual([y[0], x[0], y[1], null, null, null]);
        await harness.quota('creator', 'eve', null);
        await harness.pause(true);
        expect(await turns(worker, worker)).toEqual([null, null]);
        await harness.pause(false);
        expect(await turns(elsewhere, elsewhere)).toEqual([null, null]);
      });

      it('gives each of many claims at once its own, and one that may not be had costs no other its own', async () => {
        const workers = await Promise.all(Array.from({ length: 12 }, () => harness.worker()));
        const ids = await Promise.all(workers.map(() => queued()));
        const names = workers.map(() => randomUUID());
        // A name that is used up, which no statement may insert again.
        await harness.store.decline(names[3]!, workers[3]!);
        await harness.store.requestStop(ids[5]!);
        const claims = await Promise.all(
          ids.map((id, at) => harness.store.claim(id, at === 7 ? nobody : workers[at]!, LEASE, names[at])),
        );
        expect(claims.map((claim) => claim?.attempt ?? null)).toEqual(
          ids.map((_, at) => ([3, 5, 7].includes(at) ? null : 1)),
        );
        const ends = await Promise.all(
          [...ids, ids[0]!].map((id, at) => {
            const token = at === 1 ? nobody : (claims[at % ids.length]?.token ?? nobody);
            return harness.store.end(id, token, { ...COMPLETE, exitCode: at % ids.length });
          }),
        );
        expect(ends.map((end) => (end.ok ? end.value.status : end.code))).toEqual(
          [...ids, ids[0]!].map((_, at) => ([1, 3, 5, 7].includes(at) ? 'fenced' : 'complete')),
        );
        // The copy of the first: one of the two was the first.
        const [first, copy] = [ends[0], ends.at(-1)].map((end) => end?.ok && end.value.repeated);
        expect([first, copy].toSorted()).toEqual([false, true]);
        expect(await harness.status(ids[1]!)).toBe('started');
        await harness.store.end(ids[1]!, claims[1]!.token, COMPLETE);
      });

      it('gives nothing of a paused environment away, and rings for nothing of it', async () => {
        const [id, worker] = [await queued(), await harness.worker()];
        await harness.pause(true);
        expect(await take(worker)).toBeNull();
        expect(await harness.store.claim(id, worker, LEASE)).toBeNull();
        expect((await harness.store.queued()).get(harness.slug)).toBeUndefined();
        expect(await harness.status(id)).toBe('queued');
        await harness.pause(false);
        expect(await taken(worker)).toBe(id);
      });

      it('passes over who has reached a quota, and gives to him again when one of his has ended', async () => {
        const worker = await harness.worker();
        await harness.quota('creator', 'eve', 1);
        const eve = [
          await queued({ creator: 'eve', priority: 9 }),
          await queued({ creator: 'eve', priority: 9 }),
        ];
        const other = await queued({ creator: 'mallory' });
        const first = (await take(worker))!;
        expect(first.executionId).toBe(eve[0]);
        expect((await harness.store.queued()).get(harness.slug)).toEqual([other]);
        expect(await harness.store.claim(eve[1]!, worker, LEASE)).toBeNull();
        expect(await taken(worker)).toBe(other);
        expect(await take(worker)).toBeNull();
        await harness.store.end(first.executionId, first.token, COMPLETE);
        expect(await taken(worker)).toBe(eve[1]);
        await harness.quota('creator', 'eve', null);
      });

      it('never gives more than a quota, however many claim at once, and all of it', async () => {
        await harness.quota('project', 'small', 3);
        await harness.quota('creator', 'eve', 2);
        const wishes = [
          { project: 'small' },
          { project: 'small', creator: 'eve' },
          { project: 'big', creator: 'eve' },
        ];
        for (const wish of wishes) for (let n = 0; n < 5; n++) await queued(wish);
        const workers = await Promise.all(Array.from({ length: 20 }, () => harness.worker()));
        const ids = (await harness.store.queued()).get(harness.slug)!;
        const claims = await Promise.all(ids.map((id, at) => harness.store.claim(id, workers[at]!, LEASE)));
        // Of eve 2; of the small project 3, whichever of them are hers.
        const started = claims.filter((claim) => claim !== null).length;
        expect(started).toBeGreaterThanOrEqual(3);
        expect(started).toBeLessThanOrEqual(5);
        expect(await take(workers[0]!)).toBeNull();
        await harness.quota('project', 'small', null);
        await harness.quota('creator', 'eve', null);
      });
    });

    it('lets one of a hundred simultaneous claims win', async () => {
      const id = await queued();
      const workers = await Promise.all(Array.from({ length: 20 }, () => harness.worker()));
      const claims = await Promise.all(
        Array.from({ length: 100 }, async (_, at) => {
          const worker = workers[at % workers.length]!;
          return { worker, claim: await harness.store.claim(id, worker, LEASE) };
        }),
      );
      const won = claims.filter(({ claim }) => claim !== null);
      expect(won.length).toBeGreaterThan(0);
      expect(new Set(won.map(({ worker }) => worker)).size).toBe(1);
      expect(new Set(won.map(({ claim }) => claim?.token)).size).toBe(1);
      expect(won.every(({ claim }) => claim?.attempt === 1)).toBe(true);
    });

    it('keeps a run alive by heartbeats and tells of a stop', async () => {
      const { id, token } = await started();
      for (let round = 0; round < 5; round++) {
        await harness.pass(LEASE - 3);
        expect(await beat(id, token)).toBe('held');
        expect(await harness.store.reap()).toEqual([]);
      }
      expect(await harness.store.requestStop(id)).toBe('stopping');
      expect(await beat(id, token)).toBe('stop');
      expect(
        await harness.store.end(id, token, { status: 'stopped', exitCode: 143, reason: '' }),
      ).toMatchObject({
        ok: true,
        value: { status: 'stopped', repeated: false },
      });
      expect(await harness.status(id)).toBe('stopped');
    });

    it('fences: passes the living token, refuses and records every other report of an attempt that ended', async () => {
      const { id, token } = await started();
      expect(await harness.store.fence(id, token)).toEqual({ ok: true, value: { attempt: 1 } });
      expect(await harness.store.fence(id, nobody)).toEqual({ ok: false, code: 'fenced' });
      await harness.pass(LEASE + 1);
      await harness.store.reap();
      expect(await harness.store.fence(id, token)).toEqual({ ok: false, code: 'fenced' });
      expect(await beat(id, token)).toBe('fenced');
      expect(await harness.store.end(id, token, COMPLETE)).toEqual({ ok: false, code: 'fenced' });
      expect(await harness.refusals(id, 1)).toBe(3);
      expect(await harness.status(id)).toBe('crashed');
    });

    describe('under a policy of one more attempt', () => {
      const again = async (id: string, worker?: string) => {
        await harness.pass(5);
        return (await harness.store.claim(id, worker ?? (await harness.worker()), LEASE))!;
      };
      const crash = { status: 'crashed', exitCode: null, reason: 'the engine is gone', logLines: 2 } as const;
      const lone = async () => {
        const [id, worker] = [await queued({ retries: 1 }), await harness.worker()];
        return { id, worker, ...(await harness.store.claim(id, worker, LEASE))! };
      };

      it('queues a lost run again, once; what its first worker still tells is refused and recorded', async () => {
        const { id, worker, token } = await lone();
        await harness.pass(LEASE + 1);
        const reaped = (await Promise.all([harness.store.reap(), harness.store.reap()])).flat();
        expect(reaped).toMatchObject([{ executionId: id, attempt: 1, status: 'queued' }]);
        expect(await harness.store.end(id, token, COMPLETE)).toEqual({ ok: false, code: 'fenced' });
        const second = await again(id, worker);
        expect(second).toMatchObject({ attempt: 2, token: expect.not.stringContaining(token) });
        expect(await beat(id, token)).toBe('fenced');
        expect(await harness.store.end(id, token, COMPLETE)).toEqual({ ok: false, code: 'fenced' });
        expect([await harness.refusals(id, 1), await harness.refusals(id, 2)]).toEqual([3, 0]);
        expect(await harness.store.end(id, second.token, COMPLETE)).toMatchObject({
          value: { status: 'complete', repeated: false },
        });
        expect(await harness.status(id)).toBe('complete');
      });

      it('queues again what its worker tells to be no doing of the job, and takes the same report twice', async () => {
        const { id, token } = await lone();
        const first = await harness.store.end(id, token, crash);
        expect(first).toMatchObject({ value: { status: 'queued', repeated: false } });
        const second = await again(id);
        const twice = await harness.store.end(id, token, crash);
        expect(twice).toMatchObject({ value: { status: 'crashed', repeated: true } });
        expect(await harness.status(id)).toBe('started');
        expect(await harness.store.end(id, second.token, crash)).toMatchObject({
          value: { status: 'crashed' },
        });
        expect(await harness.status(id)).toBe('crashed');
      });

      it('ends at the second loss, at the job’s own failure, and where a stop was asked for', async () => {
        const [twice, failed, stopped] = [await lone(), await lone(), await lone()];
        await harness.store.end(failed.id, failed.token, { status: 'error', exitCode: 1, reason: 'exit 1' });
        await harness.store.requestStop(stopped.id);
        await harness.pass(LEASE + 1);
        await harness.store.reap();
        await again(twice.id);
        await harness.pass(LEASE + 1);
        expect(await harness.store.reap()).toMatchObject([
          { executionId: twice.id, attempt: 2, status: 'crashed' },
        ]);
        const statuses = [twice, failed, stopped].map(({ id }) => harness.status(id));
        expect(await Promise.all(statuses)).toEqual(['crashed', 'error', 'stopped']);
      });

      it('gives it to nobody before a pause that grows with each loss; others go meanwhile', async () => {
        const [id, worker] = [await queued({ retries: 3, priority: 9 }), await harness.worker()];
        const listed = async () => ((await harness.store.queued()).get(harness.slug) ?? []).includes(id);
        const turn = () => turnOf(worker);
        await harness.store.claim(id, worker, LEASE);
        for (const seconds of [5, 15, 45]) {
          await harness.pass(LEASE + 1);
          expect(await harness.store.reap()).toMatchObject([{ executionId: id, status: 'queued' }]);
          const other = await queued();
          await harness.pass(seconds - 2);
          expect([id, null]).not.toContain(await turn());
          expect(await listed()).toBe(false);
          expect(await harness.store.claim(id, worker, LEASE)).toBeNull();
          await harness.store.requestStop(other);
          await harness.pass(2);
          expect([await listed(), (await turn()) === id]).toEqual([true, true]);
          expect(await harness.store.claim(id, worker, LEASE)).not.toBeNull();
        }
      });

      it('is stopped at once while it waits again', async () => {
        const { id } = await lone();
        await harness.pass(LEASE + 1);
        await harness.store.reap();
        expect(await harness.store.requestStop(id)).toBe('stopped');
        expect(await harness.store.claim(id, await harness.worker(), LEASE)).toBeNull();
      });

      it('never both queues again and stops', async () => {
        for (let round = 0; round < 10; round++) {
          const { id, token } = await lone();
          const [stop, end] = await Promise.all([
            harness.store.requestStop(id),
            harness.store.end(id, token, crash),
          ]);
          // The stop came first, or found it queued again; either way it is over.
          expect([stop, end.ok && end.value.status]).toEqual(
            stop === 'stopping' ? ['stopping', 'crashed'] : ['stopped', 'queued'],
          );
          expect(await harness.status(id)).toBe(stop === 'stopping' ? 'crashed' : 'stopped');
        }
      });
    });

    it('ends once; the same end again is no error, another one is refused', async () => {
      const { id, token } = await started();
      const ended = (repeated: boolean) => ({ ok: true, value: { status: 'complete', repeated } });
      expect(await harness.store.end(id, token, COMPLETE)).toMatchObject(ended(false));
      expect(await harness.store.end(id, token, COMPLETE)).toMatchObject(ended(true));
      const other = { status: 'error', exitCode: 1, reason: 'exit 1' } as const;
      expect(await harness.store.end(id, token, other)).toEqual({ ok: false, code: 'fenced' });
      expect(await harness.status(id)).toBe('complete');
      expect(await harness.store.requestStop(id)).toBe('complete');
    });

    it('takes one of many different simultaneous ends', async () => {
      const { id, token } = await started();
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, exitCode) =>
          harness.store.end(id, token, { status: 'error', exitCode, reason: `exit ${exitCode}` }),
        ),
      );
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await harness.status(id)).toBe('error');
    });

    it('stops at once what does not run yet', async () => {
      const created = await harness.execution({ created: true });
      const waiting = await queued();
      expect(await harness.store.requestStop(created)).toBe('stopped');
      expect(await harness.store.requestStop(waiting)).toBe('stopped');
      expect(await harness.store.requestStop(waiting)).toBe('stopped');
      expect(await harness.store.claim(waiting, await harness.worker(), LEASE)).toBeNull();
      expect(await harness.store.requestStop(nobody)).toBeNull();
    });

    it('never both starts and stops what was queued', async () => {
      for (let round = 0; round < 10; round++) {
        const [id, worker] = [await queued(), await harness.worker()];
        const [claim, answer] = await Promise.all([
          harness.store.claim(id, worker, LEASE),
          harness.store.requestStop(id),
        ]);
        expect(answer).toBe(claim === null ? 'stopped' : 'stopping');
        expect(await harness.status(id)).toBe(answer);
      }
    });

    it('reaps lost runs once: crashed, or stopped where that was asked for', async () => {
      const [running, stopping, alive] = [await started(), await started(), await started()];
      await harness.store.requestStop(stopping.id);
      await harness.pass(LEASE - 3);
      await beat(alive.id, alive.token);
      await harness.pass(LEASE - 3);
      const reaped = (await Promise.all([harness.store.reap(), harness.store.reap()])).flat();
      expect(reaped.toSorted((a, b) => a.status.localeCompare(b.status))).toMatchObject([
        { executionId: running.id, attempt: 1, status: 'crashed' },
        { executionId: stopping.id, attempt: 1, status: 'stopped' },
      ]);
      expect(await harness.status(alive.id)).toBe('started');
      await harness.store.end(alive.id, alive.token, COMPLETE);
    });

    it('gives either a heartbeat or the reaper its way, never both', async () => {
      for (let round = 0; round < 10; round++) {
        const { id, token } = await started();
        await harness.pass(LEASE + 1);
        const [reaped, answer] = await Promise.all([harness.store.reap(), beat(id, token)]);
        const isHeld = answer === 'held';
        expect(isHeld).toBe(!reaped.some(({ executionId }) => executionId === id));
        expect(await harness.status(id)).toBe(isHeld ? 'started' : 'crashed');
        if (isHeld) await harness.store.end(id, token, COMPLETE);
      }
    });

    it('answers for each of many runs in one heartbeat, in its place', async () => {
      const [alive, stopping, over] = [await started(), await started(), await started()];
      await harness.store.requestStop(stopping.id);
      await harness.store.end(over.id, over.token, COMPLETE);
      const asked = [over, { id: alive.id, token: nobody }, stopping, { id: nobody, token: nobody }, alive];
      const runs = asked.map(({ id, token }) => ({ executionId: id, token }));
      await harness.pass(LEASE - 3);
      expect(await harness.store.heartbeats(alive.worker, runs, LEASE)).toEqual({
        beats: ['fenced', 'fenced', 'stop', 'unknown', 'held'],
        drain: false,
      });
      expect([await harness.refusals(over.id, 1), await harness.refusals(alive.id, 1)]).toEqual([1, 0]);
      const foreign = await harness.store.heartbeats(await harness.worker('b'), runs, 100);
      expect(foreign.beats).toEqual(runs.map(() => 'unknown'));
      expect((await harness.store.heartbeats(nobody, runs, 100)).beats).toEqual(foreign.beats);
      expect(await harness.store.heartbeats(alive.worker, [], LEASE)).toEqual({ beats: [], drain: false });
      await harness.pass(LEASE - 3);
      expect(await harness.store.reap()).toEqual([]);
      for (const { id, token } of [alive, stopping]) await harness.store.end(id, token, COMPLETE);
    });

    it('has heartbeats of many runs, the reaper and an outage’s end at the same moment, in any order', async () => {
      const runs = await Promise.all(Array.from({ length: 20 }, () => started()));
      const worker = await harness.worker();
      for (let round = 0; round < 10; round++) {
        await harness.pass(round % 2 === 0 ? 3 : 0);
        const asked = runs.map(({ id, token }) => ({ executionId: id, token }));
        const [one, other] = await Promise.all([
          harness.store.heartbeats(worker, asked, LEASE),
          harness.store.heartbeats(worker, asked.toReversed(), LEASE),
          harness.store.renewAll(LEASE),
          harness.store.reap(),
        ]);
        expect([...one.beats, ...other.beats]).toEqual(Array(40).fill('held'));
      }
      for (const { id, token } of runs) await harness.store.end(id, token, COMPLETE);
    });

    it('renews every living lease for one full term, and shortens none', async () => {
      const [one, long] = [await started(), await started()];
      await beat(long.id, long.token, 100);
      await harness.pass(LEASE + 1);
      expect(await harness.store.renewAll(LEASE)).toBeGreaterThanOrEqual(2);
      await harness.pass(LEASE - 3);
      expect(await harness.store.reap()).toEqual([]);
      await harness.pass(LEASE);
      expect((await harness.store.reap()).map(({ executionId }) => executionId)).toEqual([one.id]);
      await harness.store.end(long.id, long.token, COMPLETE);
    });
  });
}
