/**
 * Requests that Schemathesis makes up from the document that the API serves: no 5xx, and no answer that the document
 * does not describe. Here a quick share, always the same; `npm run test:schemathesis` goes on for minutes, with another seed each time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashSecret, newSecret } from '../../../app/core/users/secrets.ts';
import { lacks } from '../../support/machine.ts';
import { type TestApp, type TestPlatform, testApp, testPlatform } from '../../support/platform.ts';
import { makeWorld, startedRun } from '../../support/runs.ts';
import { type Campaign, campaign } from '../../support/schemathesis.ts';

const many = process.env.COVE_TEST_ALL === 'true';
const SEED = Number(process.env.COVE_TEST_SEED ?? (many ? Date.now() % 2 ** 31 : 20260101));
/** Their answers go on until the other side goes. */
const ENDLESS = ['/api/worker/v1/stops', '/api/v0/executions/{id}/events/stream/'];

let at: TestPlatform;
let served: TestApp;
let folder: string;
/** What the API's log says of its own failures. */
const errors = new Set<string>();
let over: Pick<Campaign, 'url' | 'folder' | 'credentials' | 'known'>;
beforeAll(async () => {
  at = await testPlatform();
  at.platform.log = pino(
    { level: 'error' },
    { write: (line) => void errors.add(JSON.parse(line).err?.stack ?? line) },
  );
  const person = await at.person('ada', { password: 'correct horse battery' });
  const world = await makeWorld(at, person);
  const [run, waiting] = [await startedRun(world), await startedRun(world)];
  const scaler = newSecret();
  await at.platform.db
    .insertInto('worker_stacks')
    .values({ name: 'elsewhere', proof: JSON.stringify({ kind: 'aws' }), token_hash: hashSecret(scaler) })
    .execute();
  const datum = await at.platform.db
    .insertInto('datums')
    .values({
      project_id: world.projectId,
      name: 'model.bin',
      size: 3,
      storage_key: 'data/model.bin',
      output_execution_id: run.execution_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  folder = await mkdtemp(join(tmpdir(), 'cove-schemathesis-'));
  served = await testApp(at.platform, { loginsPerMinute: 1_000_000 });
  const executions = [
    run.execution_id,
    waiting.execution_id,
    `${world.projectId}:1`,
    `${world.projectId}:latest`,
  ];
  over = {
    url: await served.app.listen({ host: '127.0.0.1', port: 0 }),
    folder,
    credentials: {
      token: `Token ${person.token}`,
      worker: `Worker ${world.workerToken}`,
      scaler: `Scaler ${scaler}`,
    },
    known: [
      [/^\/api\/v0\/projects\/\{id\}/, { 'path.id': [world.projectId], 'path.username': ['ada'] }],
      [/^\/api\/v0\/organizations\/\{id\}/, { 'path.id': [person.organizationId], 'path.username': ['ada'] }],
      [/^\/api\/v0\/commits\/\{commit\}/, { 'path.commit': [world.identifier, world.commitId, 'main', '~'] }],
      [/^\/api\/v0\/executions\/\{id\}/, { 'path.id': executions }],
      [
        /^\/api\/v0\/executions\/$/,
        {
          'body.project': [world.projectId],
          'body.commit': [world.identifier],
          'body.step': ['train', 'plain'],
        },
      ],
      [/^\/api\/v0\/data\/\{id\}/, { 'path.id': [datum.id] }],
      [/^\/api\/v0\/environments\/\{id\}/, { 'path.id': [world.environmentId, world.slug] }],
      [/^\/api\/v0\/worker-stacks\/\{name\}/, { 'path.name': ['elsewhere'] }],
      [
        /^\/api\/worker\/v1\/runs\/\{id\}/,
        { 'path.id': [run.execution_id, waiting.execution_id], 'body.token': [run.token] },
      ],
    ],
  };
});
afterAll(async () => {
  await served?.close();
  await at?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(lacks('schemathesis'))('Schemathesis', () => {
  test('finds no 5xx, and no answer that the document does not describe', {
    timeout: 30 * 60_000,
  }, async () => {
    const size = many
      ? {
          examples: 100,
          phases: 'coverage,fuzzing,stateful',
          seconds: Number(process.env.COVE_TEST_SECONDS ?? 600),
        }
      : { examples: 3, phases: 'fuzzing' };
    const { code, report } = await campaign({ ...over, ...size, seed: SEED, without: ENDLESS });
    expect(code, `seed ${SEED}\n${report}\n${[...errors].join('\n')}`).toBe(0);
  });
});
