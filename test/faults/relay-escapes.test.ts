/**
 * A worker's token in the hands of somebody who means harm, at the API, which relays doorbell and log over 443 (design 5):
 * held to what `escapes.test.ts` asks of Redis. The routes are the API's own list: one that is new needs a line here. Long,
 * for it is all of them, each from every side.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../app/api/generate.ts';
import { newSecret } from '../../app/core/users/secrets.ts';
import { claim } from '../../app/core/workers/claim.ts';
import { jobToken } from '../../app/core/workers/job-token.ts';
import { reapLost } from '../../app/core/workers/reap-lost.ts';
import { type JobSpec, PROTOCOL_VERSION, WORKER_API } from '../../app/protocol/worker.ts';
import type { World } from '../support/runs.ts';
import { BASE, MIB, openThief, type Thief, type Told, WORD } from '../support/thief.ts';

let at: Thief;
beforeAll(async () => {
  at = await openThief();
});
afterAll(() => at?.close());

const TIME = '2026-01-31T12:00:00.000001';
const sums = { md5: 'x', sha1: 'x', sha256: 'x', file_ctime: TIME, file_mtime: TIME, metadata: {} };
/** What a thief would say on the run of this id, at every route of runs. */
const ON_RUNS: Record<string, (id: string) => object> = {
  heartbeat: () => ({}),
  status: () => ({ status_detail: 'stolen', phase: 'image' }),
  metadata: () => ({ points: [{ seq: 1, time: TIME, value: { stolen: 1 } }] }),
  'log-lines': () => ({ lines: [[9, TIME, 'stdout', 'stolen']] }),
  uploads: () => ({ files: [{ kind: 'output', name: 'stolen', size: 1 }] }),
  'upload-parts': (id) => ({ ...partsOf(id), numbers: [1] }),
  'complete-upload': (id) => partsOf(id),
  downloads: (id) => ({ datum_ids: [at.stored.get(id)?.datum ?? randomUUID()], snapshot: true }),
  'log-chunks': (id) => ({
    first_seq: 1,
    last_seq: 3,
    storage_key: `logs/${id}/1/1-3.ndjson.gz`,
    bytes: 1,
  }),
  outputs: (id) => ({ outputs: [{ storage_key: keyOf(id), name: 'stolen', size: 1, ...sums }] }),
  end: () => ({ status: 'complete', exit_code: 0, reason: 'stolen', log_lines: 0 }),
};
const partsOf = (id: string) => ({
  storage_key: at.stored.get(id)?.key ?? keyOf(id),
  name: `${WORD}.bin`,
  size: 40 * MIB,
  upload: at.stored.get(id)?.upload ?? randomUUID(),
});
const keyOf = (id: string) => `projects/${at.own.projectId}/outputs/${id}/${randomUUID()}/stolen`;
const HELLO = { protocol: PROTOCOL_VERSION, version: '0', hostname: 'h', cpus: 1, memory: 1 };
/** Routes that name no run, each with a test of its own below. */
const OTHERS: Record<string, object> = {
  hello: { ...HELLO, executors: ['process'] },
  claim: { execution_id: randomUUID() },
  drain: { reason: 'x' },
  drained: {},
  doorbell: { seconds: 1 },
  ring: { execution_id: randomUUID() },
  stops: {},
  heartbeats: { runs: [] },
};

/** Nothing of it changes under `work`. */
async function unharmed(run: JobSpec, world: World, work: () => Promise<void>): Promise<void> {
  const before = await at.stateOf(run, world);
  await work();
  expect(await at.stateOf(run, world)).toBe(before);
}
const refused = (answer: Told, status: number, code: string) => {
  expect([answer.status, answer.body?.code]).toEqual([status, code]);
  expect(answer.text).not.toContain(WORD);
};

interface Operation {
  path: string;
  method: string;
  security: string;
}
async function operations(): Promise<Operation[]> {
  const { paths = {} } = await openApiDocument();
  return Object.entries(paths).flatMap(([path, of]) =>
    Object.entries(of as Record<string, { security?: object[] }>).map(([method, { security }]) => ({
      path,
      method: method.toUpperCase(),
      security: JSON.stringify(security ?? []),
    })),
  );
}
const all = await operations();
const workerPaths = all
  .filter(({ security }) => security.includes('worker'))
  .map(({ path }) => path.slice(WORKER_API.length + 1).replace('runs/{id}/', 'runs/'));

test('29: every route of workers is in the table', () => {
  const known = [...Object.keys(ON_RUNS).map((word) => `runs/${word}`), ...Object.keys(OTHERS)];
  expect(known.toSorted()).toEqual(workerPaths.toSorted());
});

describe.each(Object.keys(ON_RUNS))('29: at runs/%s', (word) => {
  const body = (id: string) => ON_RUNS[word]!(id);

  test("another environment's run does not exist, even with its token", () =>
    unharmed(at.ofForeign, at.foreign, async () => {
      const { execution_id: id, token } = at.ofForeign;
      refused(await at.ofRun({ id, token }, word, body(id)), 404, 'not_found');
    }));

  test("a colleague's run is refused: to who has another token, or none", () =>
    unharmed(at.ofColleague, at.own, async () => {
      const { execution_id: id } = at.ofColleague;
      for (const token of [at.ofThief.token, at.ofForeign.token, randomUUID()])
        refused(await at.ofRun({ id, token }, word, body(id)), 409, 'fenced');
      expect((await at.say(`runs/${id}/${word}`, body(id))).status).toBe(400);
    }));

  test('its own run, when it has ended, is refused to its old token, which is counted', async () => {
    const run = await at.runBy(at.thief, at.own);
    const { execution_id: id, token } = run;
    await at.platform.runs.end(id, token, { status: 'error', exitCode: 1, reason: '', logLines: 0 });
    await unharmed(run, at.own, async () =>
      refused(await at.ofRun({ id, token }, word, body(id)), 409, 'fenced'),
    );
    expect(await refusals(id)).toEqual([1]);
  });

  test('its own run, when a colleague runs it again, is refused to its old token', async () => {
    const { execution_id: id, token } = await at.runBy(at.thief, at.own);
    const again = await takenOver(id);
    await unharmed(again, at.own, async () =>
      refused(await at.ofRun({ id, token }, word, body(id)), 409, 'fenced'),
    );
    expect(await refusals(id)).toEqual([1, 0]);
  });
});

const refusals = async (id: string) =>
  (
    await at.platform.db
      .selectFrom('attempts')
      .select('refused_reports')
      .where('execution_id', '=', id)
      .orderBy('number')
      .execute()
  ).map(({ refused_reports }) => refused_reports);

async function takenOver(executionId: string): Promise<JobSpec> {
  const { db } = at.platform;
  await sql`UPDATE executions SET max_retries = 1 WHERE id = ${executionId}`.execute(db);
  await sql`UPDATE attempts SET lease_expires_at = now() - interval '1 second' WHERE execution_id = ${executionId}`.execute(
    db,
  );
  const actor = { kind: 'system', name: 'scheduler' } as const;
  // Other leases may have run out in this slow test: they are given time first.
  await sql`UPDATE attempts SET lease_expires_at = now() + interval '1 hour' WHERE execution_id <> ${executionId} AND ended_at IS NULL`.execute(
    db,
  );
  await reapLost({ platform: at.platform, actor }, () => true);
  await sql`UPDATE executions SET not_before = now() WHERE id = ${executionId}`.execute(db);
  return claim(at.colleague.context, { executionId, baseUrl: BASE });
}

describe('29: with the token of its own run', () => {
  const mine = () => ({ id: at.ofThief.execution_id, token: at.ofThief.token });
  const climbing = (id: string) =>
    `projects/${at.own.projectId}/outputs/${mine().id}/${randomUUID()}/../../${id}/stolen`;
  /** At which route it says what, and how that is refused. */
  const tries: [string, string, (victim: string) => object, number][] = [
    ["asks for parts of another's file", 'upload-parts', (id) => ({ ...partsOf(id), numbers: [1] }), 400],
    ["puts another's file together", 'complete-upload', partsOf, 400],
    [
      "puts another's file together by a way out of its own folder",
      'complete-upload',
      (id) => ({ ...partsOf(id), storage_key: climbing(id), name: `../../${id}/stolen` }),
      400,
    ],
    [
      "reports another's file as its own",
      'outputs',
      (id) => outputs(at.stored.get(id)!.key, `${WORD}.bin`),
      400,
    ],
    [
      'reports a file by a way out of its own folder',
      'outputs',
      (id) => outputs(climbing(id), `../../${id}/stolen`),
      400,
    ],
    [
      "reports another's log as its own",
      'log-chunks',
      (id) => ({ first_seq: 1, last_seq: 3, storage_key: `logs/${id}/1/1-3.ndjson.gz`, bytes: 1 }),
      400,
    ],
    ["asks for another's file", 'downloads', (id) => ({ datum_ids: [at.stored.get(id)!.datum] }), 404],
    ['asks for a file of a bucket', 'downloads', () => ({ datum_ids: [], uris: ['s3://data/x'] }), 404],
    [
      "asks where another's log goes",
      'uploads',
      (id) => ({ files: [{ kind: 'log', name: `../../${id}/1/1-3.ndjson.gz`, size: 1 }] }),
      400,
    ],
    [
      'asks for a way out of its own folder',
      'uploads',
      (id) => ({ files: [{ kind: 'output', name: `../../${id}/stolen`, size: 1 }] }),
      400,
    ],
  ];
  const outputs = (storage_key: string, name: string) => ({
    outputs: [{ storage_key, name, size: 1, ...sums }],
  });

  test.for(tries)('it %s: refused', async ([, word, body, status]) => {
    for (const [run, world] of [
      [at.ofColleague, at.own],
      [at.ofForeign, at.foreign],
    ] as const)
      await unharmed(run, world, async () => {
        const answer = await at.ofRun(mine(), word, body(run.execution_id));
        expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
        expect(answer.body).not.toHaveProperty('url');
      });
  });

  test('an address it was given is good for its own file alone', async () => {
    const given = await at.ofRun(mine(), 'uploads', { files: [{ kind: 'output', name: 'x', size: 1 }] });
    const address = new URL(given.body.uploads[0].url, at.url);
    const other = at.stored.get(at.ofColleague.execution_id)!.key;
    const put = (path: string) => fetch(`${at.url}${path}${address.search}`, { method: 'PUT', body: 'x' });
    expect((await put(`/store/${other}`)).status).toBe(403);
    expect((await put(address.pathname)).status).toBe(201);
  });

  test("parts of its own file never go into another's", () =>
    unharmed(at.ofColleague, at.own, async () => {
      const file = { kind: 'output', name: 'large', size: 40 * MIB, parts: true };
      const given = await at.ofRun(mine(), 'uploads', { files: [file] });
      const { storage_key } = given.body.uploads[0];
      const { upload } = at.stored.get(at.ofColleague.execution_id)!;
      const about = { storage_key, name: 'large', size: file.size, upload };
      const parts = await at.ofRun(mine(), 'upload-parts', { ...about, numbers: [3] });
      if (parts.status === 200) {
        const { pathname, search } = new URL(parts.body.parts[0].url, at.url);
        const body = Buffer.alloc(8 * MIB);
        expect((await fetch(`${at.url}${pathname}${search}`, { method: 'PUT', body })).status).toBe(404);
      }
      const key = at.stored.get(at.ofColleague.execution_id)!.key;
      expect(await at.platform.storage.parts.list(key, upload)).toEqual([]);
      refused(await at.ofRun(mine(), 'complete-upload', about), 404, 'not_found');
    }));

  test("a job's own token is good for its own execution alone", async () => {
    const headers = {
      authorization: `Execution ${jobToken(at.ofThief.token)}`,
      'content-type': 'application/json',
    };
    for (const { execution_id: id } of [at.ofColleague, at.ofForeign])
      for (const path of ['status-detail/', 'input-request/?inputs=x']) {
        const body = JSON.stringify({ status_detail: 'stolen' });
        const answer = await fetch(`${at.url}/api/v0/executions/${id}/${path}`, {
          method: 'POST',
          headers,
          body,
        });
        expect(answer.status).toBe(401);
      }
  });
});

describe('29: where no run is named', () => {
  test('hello tells of its own environment alone', async () => {
    const { status, body, text } = await at.say('hello', OTHERS.hello!);
    expect([status, body.environment.slug, body.queue.username]).toEqual([
      200,
      at.own.slug,
      `worker-${at.own.slug}`,
    ]);
    expect(text).not.toContain(at.foreign.slug);
    expect((await at.say('hello', { ...OTHERS.hello!, relay: true })).body.queue).toBeNull();
  });

  test('nothing of another environment is claimed, nor what a colleague has claimed', async () => {
    const waiting = await at.queued(at.foreign);
    refused(await at.say('claim', { execution_id: waiting }), 409, 'not_claimable');
    refused(await at.say('claim', { execution_id: waiting, claim: randomUUID() }), 409, 'not_claimable');
    const { status } = await at.platform.db
      .selectFrom('executions')
      .select('status')
      .where('id', '=', waiting)
      .executeTakeFirstOrThrow();
    expect(status).toBe('queued');
    const name = randomUUID();
    const run = await at.runBy(at.colleague, at.own, name);
    await unharmed(run, at.own, async () => {
      refused(await at.say('claim', { execution_id: run.execution_id }), 409, 'not_claimable');
      refused(await at.say('claim', { execution_id: run.execution_id, claim: name }), 409, 'not_claimable');
    });
  });

  test('it hears its own doorbell alone, and rings for nothing but what waits there', async () => {
    const { queue } = at.platform;
    await at.emptyDoorbells();
    const waiting = await at.queued(at.foreign);
    expect(await queue.queueMembers(at.foreign.slug)).toEqual([waiting]);
    expect((await at.say('doorbell', { seconds: 1 })).body).toEqual({ execution_id: null });
    for (const execution_id of [waiting, at.ofColleague.execution_id, randomUUID()])
      expect((await at.say('ring', { execution_id })).status).toBe(204);
    expect(await queue.queueMembers(at.foreign.slug)).toEqual([waiting]);
    expect(await queue.queueMembers(at.own.slug)).toEqual([]);
    const mine = await at.queued(at.own);
    expect((await at.say('doorbell', { seconds: 5 })).body).toEqual({ execution_id: mine });
    expect((await at.say('ring', { execution_id: mine })).status).toBe(204);
    expect(await queue.queueMembers(at.own.slug)).toEqual([mine]);
    await claim(at.colleague.context, { executionId: mine, baseUrl: BASE });
  });

  test('it hears no stop of another environment', async () => {
    const ear = await at.listen(at.thief.token);
    await at.platform.queue.announceStop(at.foreign.slug, at.ofForeign.execution_id);
    await at.platform.queue.announceStop(at.own.slug, at.ofColleague.execution_id);
    await expect.poll(() => ear.heard()).toEqual([at.ofColleague.execution_id]);
    ear.close();
  });

  test('heartbeats prolong its own living run alone', async () => {
    const ended = await at.runBy(at.thief, at.own);
    await at.platform.runs.end(ended.execution_id, ended.token, {
      status: 'error',
      exitCode: 1,
      reason: '',
      logLines: 0,
    });
    const beat = ({ execution_id }: JobSpec, token: string) => ({ execution_id, token });
    await unharmed(at.ofForeign, at.foreign, () =>
      unharmed(at.ofColleague, at.own, async () => {
        const runs = [
          beat(at.ofForeign, at.ofForeign.token),
          beat(at.ofColleague, at.ofThief.token),
          beat(ended, ended.token),
          beat(at.ofThief, at.ofThief.token),
        ];
        const { body } = await at.say('heartbeats', { runs });
        expect(body.runs).toEqual(['unknown', 'fenced', 'fenced', 'held']);
      }),
    );
  });

  test('it drains nobody but itself', async () => {
    const leaver = await at.member(at.own, 'leaver');
    expect((await at.say('drain', { reason: 'x' }, leaver.token)).status).toBe(204);
    expect((await at.say('drained', {}, leaver.token)).status).toBe(204);
    const draining = await at.platform.db
      .selectFrom('workers')
      .select('name')
      .where('draining_at', 'is not', null)
      .execute();
    expect(draining).toEqual([{ name: 'leaver' }]);
    refused(await at.say('drained', {}), 409, 'conflict');
  });
});

test("29: it reads and lists nothing of people's, and is no scaler", async () => {
  const closed = all.filter(({ security }) => /token|scaler/.test(security));
  expect(closed.length).toBeGreaterThan(80);
  for (const { method, path } of closed) {
    const known = path.replace(/\{\w+\}/g, at.ofForeign.execution_id);
    const answer = await at.ask(known, {}, at.thief.token, method);
    expect([method, path, answer.status]).toEqual([method, path, 401]);
    expect(answer.text).not.toContain(WORD);
  }
});

test('29: a worker that was removed hears nothing more, takes nothing away, and is unknown everywhere', async () => {
  const { db, queue } = at.platform;
  const gone = await at.member(at.own, 'gone');
  await at.emptyDoorbells();
  const [ear, witness] = [await at.listen(gone.token), await at.listen(at.thief.token)];
  const waiting = at.say('doorbell', { seconds: 20 }, gone.token);
  await sleep(200);
  await db.deleteFrom('workers').where('id', '=', gone.id).execute();
  const id = await at.queued(at.own);
  refused(await waiting, 401, 'unauthenticated');
  expect(await queue.queueMembers(at.own.slug)).toEqual([id]);
  await queue.announceStop(at.own.slug, id);
  await expect.poll(() => witness.heard()).toEqual([id]);
  await sleep(200);
  expect(ear.heard()).toEqual([]);
  for (const one of [ear, witness]) one.close();
  // Known for a second longer, to spare the database.
  await expect.poll(async () => (await at.say('heartbeats', { runs: [] }, gone.token)).status).toBe(401);
  for (const token of [gone.token, '', newSecret()]) {
    for (const [word, body] of Object.entries(OTHERS))
      refused(await at.say(word, body, token), 401, 'unauthenticated');
    for (const [word, body] of Object.entries(ON_RUNS)) {
      const { execution_id: run, token: attempt } = at.ofColleague;
      refused(
        await at.say(`runs/${run}/${word}`, { token: attempt, ...body(run) }, token),
        401,
        'unauthenticated',
      );
    }
  }
});

test('29: a flood of log lines stays in its own stream: another environment is served as before', async () => {
  const { queue } = at.platform;
  await at.emptyDoorbells();
  const before = await at.stateOf(at.ofColleague, at.own);
  const line = 'x'.repeat(1_000);
  let flooding = true;
  const flood = async () => {
    for (let seq = 1; flooding; seq += 100) {
      const lines = Array.from({ length: 100 }, (_, n) => [seq + n, TIME, 'stdout', line]);
      await at.ofRun({ id: at.ofThief.execution_id, token: at.ofThief.token }, 'log-lines', { lines });
    }
  };
  const running = Promise.all([flood(), flood()]);
  const times: number[] = [];
  for (let n = 0; n < 30; n++) {
    const id = randomUUID();
    const began = performance.now();
    await queue.ring(at.foreign.slug, id);
    const { body } = await at.say('doorbell', { seconds: 5 }, at.foreign.workerToken);
    expect(body).toEqual({ execution_id: id });
    times.push(performance.now() - began);
  }
  flooding = false;
  await running;
  expect(await at.stateOf(at.ofColleague, at.own)).toBe(before);
  await queue.deleteLog(at.own.slug, at.ofThief.execution_id);
  expect(times.sort((a, b) => a - b)[15]).toBeLessThan(100);
});
