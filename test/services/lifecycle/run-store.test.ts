import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { END_STATUSES } from '../../../app/core/lifecycle/execution.ts';
import type { Claim } from '../../../app/core/lifecycle/run-store.ts';
import { memoryHarness, sqlHarness } from './harness.ts';
import { type Harness, runStoreContract } from './run-store.contract.ts';

runStoreContract('memory', memoryHarness);
runStoreContract('SQL', sqlHarness);

describe('the row of an execution', () => {
  let harness: Awaited<ReturnType<typeof sqlHarness>>;
  beforeAll(async () => {
    harness = await sqlHarness();
  });
  afterAll(() => harness?.close());
  const row = (id: string) =>
    harness.db.selectFrom('executions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('tells when it was queued and started, where, and how it ended', async () => {
    const [id, worker] = [await harness.execution(), await harness.worker()];
    expect(await row(id)).toMatchObject({ queued_at: expect.any(Date), started_at: null, attempt: 0 });
    const { token } = (await harness.store.claim(id, worker, 10))!;
    const { name } = await harness.db
      .selectFrom('workers')
      .select('name')
      .where('id', '=', worker)
      .executeTakeFirstOrThrow();
    expect(await row(id)).toMatchObject({
      started_at: expect.any(Date),
      attempt: 1,
      executor_identity: name,
    });
    await harness.store.end(id, token, { status: 'error', exitCode: 3, reason: 'exit 3', logLines: 12 });
    const ended = await row(id);
    expect(ended).toMatchObject({ status: 'error', exit_code: 3, status_detail: 'exit 3' });
    expect(ended.end_time!.getTime()).toBeGreaterThanOrEqual(ended.started_at!.getTime());
    const attempt = await harness.db
      .selectFrom('attempts')
      .selectAll()
      .where('execution_id', '=', id)
      .execute();
    expect(attempt).toMatchObject([{ end_status: 'error', exit_code: 3, reason: 'exit 3', log_lines: 12 }]);
  });

  it('keeps the detail that the job itself set when it completes', async () => {
    const [id, worker] = [await harness.execution(), await harness.worker()];
    const { token } = (await harness.store.claim(id, worker, 10))!;
    await harness.db
      .updateTable('executions')
      .set({ status_detail: '98 % right' })
      .where('id', '=', id)
      .execute();
    await harness.store.end(id, token, { status: 'complete', exitCode: 0, reason: 'exit 0' });
    expect(await row(id)).toMatchObject({ status: 'complete', status_detail: '98 % right' });
  });

  it('says why a lost run ended', async () => {
    const [id, worker] = [await harness.execution(), await harness.worker()];
    await harness.store.claim(id, worker, 10);
    await harness.pass(11);
    await harness.store.reap();
    expect(await row(id)).toMatchObject({
      status: 'crashed',
      status_detail: expect.stringContaining('worker'),
    });
  });

  it('waits again after a loss as if it had not run, and says what happened', async () => {
    const [id, worker] = [await harness.execution({ retries: 1 }), await harness.worker()];
    const { queued_at } = await row(id);
    const { token } = (await harness.store.claim(id, worker, 10))!;
    const values = { cumulative_metadata: '{"loss": 1}' };
    await harness.db.updateTable('executions').set(values).where('id', '=', id).execute();
    const gone = { status: 'crashed', exitCode: 137, reason: 'The engine is gone', logLines: 3 } as const;
    await harness.store.end(id, token, gone);
    expect(await row(id)).toMatchObject({
      ...{ status: 'queued', attempt: 1, started_at: null, end_time: null, exit_code: null },
      ...{ executor_identity: '', cumulative_metadata: {}, queued_at },
      status_detail: 'Attempt 1 was lost: The engine is gone',
    });
    const [attempt] = await harness.db
      .selectFrom('attempts')
      .selectAll()
      .where('execution_id', '=', id)
      .execute();
    expect(attempt).toMatchObject({
      ...{ end_status: 'crashed', exit_code: 137, reason: 'The engine is gone', log_lines: 3 },
      run_again: true,
    });
    await harness.store.requestStop(id);
    expect(await row(id)).toMatchObject({ status: 'stopped', status_detail: '' });
  });

  it('has its end time when it is stopped before it started', async () => {
    const id = await harness.execution({ created: true });
    await harness.store.requestStop(id);
    expect(await row(id)).toMatchObject({ end_time: expect.any(Date), stop_requested_at: expect.any(Date) });
  });
});

type Operation =
  | { do: 'stop'; run: number }
  | { do: 'claim'; run: number; worker: number }
  | { do: 'next'; claims: number[]; workers: number[]; held: number }
  | { do: 'pause'; paused: boolean }
  | { do: 'quota'; kind: 'project' | 'creator'; name: string; most: number | null }
  | { do: 'beat' | 'fence'; run: number; token: number }
  | { do: 'end'; run: number; token: number; status: (typeof END_STATUSES)[number]; exitCode: number }
  | { do: 'reap' | 'renew' | 'queued' }
  | { do: 'pass'; seconds: number };

const run = fc.nat(4);
const token = fc.nat(1);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), run }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('claim' as const), run, worker: fc.nat(3) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('next' as const),
      claims: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 4 }),
      // Of one environment, and one that nobody knows.
      workers: fc.oneof(
        fc.array(fc.constantFrom<number>(0, 1, 3), { minLength: 4, maxLength: 4 }),
        fc.constant<number[]>([2, 2, 2, 2]),
      ),
      held: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), paused: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('quota' as const),
      kind: fc.constantFrom('project', 'creator'),
      name: fc.constantFrom('one', 'two'),
      most: fc.option(fc.nat(2)),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('beat', 'fence'), run, token }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      run,
      token,
      status: fc.constantFrom(...END_STATUSES),
      exitCode: fc.nat(1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('reap', 'renew', 'queued') }) },
  // No sum of these is a lease's 10 s, where the real clock of PostgreSQL would decide.
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(4, 7) }) },
);

/** Does the operations on five executions; what it says names no id, so that two stores can be compared. */
async function perform(harness: Harness, operations: Operation[]): Promise<unknown[]> {
  const { store } = harness;
  const workers = [await harness.worker(), await harness.worker(), await harness.worker('b')];
  const runs = [
    await harness.execution({ project: 'one', creator: 'one' }),
    await harness.execution({ project: 'one', creator: 'one', priority: 1 }),
    await harness.execution({ project: 'one', creator: 'two', retries: 2 }),
    await harness.execution({ project: 'two', creator: 'one' }),
    await harness.execution({ project: 'two', creator: 'two', priority: 1, retries: 1 }),
  ];
  const claims = Array.from({ length: 6 }, () => randomUUID());
  const unknown = '00000000-0000-4000-8000-000000000000';
  const tokens = new Map<string, string>();
  const attempts = new Map<string, number>();
  const keep = (id: string, claim: Claim | null) => {
    if (claim === null) return;
    tokens.set(id, claim.token);
    attempts.set(id, claim.attempt);
  };
  const answers: unknown[] = [];
  for (const step of operations) {
    const id = 'run' in step ? runs[step.run]! : '';
    const held = 'token' in step && step.token === 0 ? (tokens.get(id) ?? unknown) : unknown;
    const act = async (): Promise<unknown> => {
      switch (step.do) {
        case 'stop':
          return store.requestStop(id);
        case 'claim': {
          const claim = await store.claim(id, workers[step.worker] ?? unknown, 10);
          if (claim && claim.attempt === attempts.get(id)) expect(claim.token).toBe(tokens.get(id));
          keep(id, claim);
          return claim?.attempt ?? null;
        }
        case 'next': {
          const wishes = step.claims.map((claim, at) => ({
            claimId: claims[claim]!,
            workerId: workers[step.workers[at]!] ?? unknown,
          }));
          const turns = await store.turns(wishes, runs.slice(0, step.held));
          const claimed = wishes.map(async ({ claimId, workerId }, at) => {
            const turn = turns[at] ?? null;
            const claim = turn === null ? null : await store.claim(turn, workerId, 10, claimId);
            if (turn !== null) keep(turn, claim);
            return [turn === null ? null : runs.indexOf(turn), claim?.attempt ?? null];
          });
          return Promise.all(claimed);
        }
        case 'pause':
          return harness.pause(step.paused);
        case 'quota':
          return harness.quota(step.kind, step.name, step.most);
        case 'beat':
          return store.heartbeats(workers[0]!, [{ executionId: id, token: held }], 10);
        case 'fence':
          return store.fence(id, held);
        case 'end':
          return store.end(id, held, { status: step.status, exitCode: step.exitCode, reason: '' });
        case 'reap': {
          const reaped = await store.reap();
          return reaped
            .map((one) => ({ ...one, executionId: runs.indexOf(one.executionId) }))
            .sort((a, b) => a.executionId - b.executionId);
        }
        case 'renew':
          return store.renewAll(10);
        case 'queued':
          return (await store.queued()).get(harness.slug)?.map((one) => runs.indexOf(one)) ?? [];
        case 'pass':
          return harness.pass(step.seconds);
      }
    };
    answers.push([step.do, await act(), await Promise.all(runs.map((one) => harness.status(one)))]);
  }
  for (const id of runs)
    for (let attempt = 1; attempt <= (attempts.get(id) ?? 0); attempt++)
      answers.push(await harness.refusals(id, attempt));
  return answers;
}

describe('both run stores', () => {
  let harness: Awaited<ReturnType<typeof sqlHarness>>;
  beforeAll(async () => {
    harness = await sqlHarness();
  });
  afterAll(() => harness?.close());

  it('answer the same to any sequence of operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 40 }), async (operations) => {
        await harness.db.deleteFrom('executions').execute();
        await harness.db.deleteFrom('quotas').execute();
        await harness.pause(false);
        const expected = await perform(await memoryHarness(), operations);
        expect(await perform(harness, operations)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
