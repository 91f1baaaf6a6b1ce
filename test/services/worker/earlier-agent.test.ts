/**
 * An agent of an earlier commit and today's API. Where the history is at hand the real one runs, with today's packages. What
 * it said then is kept in `earlier-agent.json`, and is said again everywhere; `COVE_RECORD=1` keeps it anew.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { PROTOCOL_VERSION } from '../../../app/protocol/worker.ts';
import { Api } from '../../support/api.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { startServer } from '../../support/process.ts';
import { conversation, type Exchange, recordingApi, sayAgain } from '../../support/recording-api.ts';
import { makeWorld, type World } from '../../support/runs.ts';

/** Before claims had names, private images a login, and jobs mounts, limits, notebooks and room. */
const COMMIT = 'b36297c';
const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const KEPT = new URL('./earlier-agent.json', import.meta.url);
const git = (...args: string[]) =>
  execFileSync('git', ['-C', CHECKOUT, ...args], { maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'ignore'] });
const hasHistory = (() => {
  try {
    return git('cat-file', '-t', COMMIT).toString().trim() === 'commit';
  } catch {
    return false;
  }
})();

let at: TestPlatform;
let world: World;
let app: App;
let api: Api;
let url: string;
let home: string;
beforeAll(async () => {
  at = await testPlatform();
  const person = await at.person('wanda');
  world = await makeWorld(at, person);
  await at.platform.db
    .updateTable('environments')
    .set({ executor: 'process' })
    .where('id', '=', world.environmentId)
    .execute();
  app = await buildApp(at.platform);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  api = new Api(url, person.token);
  home = await mkdtemp(join(tmpdir(), 'cove-earlier-'));
});
afterAll(async () => {
  await app?.close();
  await at?.close();
  await rm(home, { recursive: true, force: true });
});

async function newJob(): Promise<string> {
  const command = `echo hello; echo '{"loss": 0.25}'; echo kept > $VH_OUTPUTS_DIR/out.txt`;
  const yaml = `- step:\n    name: go\n    image: none\n    command: ${JSON.stringify(command)}\n`;
  const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml });
  return (await api.create(world.projectId, commit, 'go', { environment: world.environmentId })).id;
}
async function expectDone(id: string): Promise<void> {
  const ended = await api.end(id, 60);
  expect(ended).toMatchObject({ status: 'complete', exit_code: 0, cumulative_metadata: { loss: 0.25 } });
  expect(ended.outputs).toMatchObject([{ name: 'out.txt', size: 5 }]);
  expect((await api.download(ended.outputs[0]!.id)).toString()).toBe('kept\n');
  expect((await api.log(id)).map(({ message }) => message)).toContain('hello');
}

if (hasHistory) {
  test('the agent itself runs a job', async () => {
    const old = join(home, 'old');
    await mkdir(old);
    const archive = git('archive', COMMIT, 'app', 'package.json');
    execFileSync('tar', ['-x', '-C', old], { input: archive });
    await symlink(join(CHECKOUT, 'node_modules'), join(old, 'node_modules'));
    const recorder = await recordingApi(url);
    const settings = {
      role: 'worker',
      name: 'one',
      apiUrl: recorder.url,
      tokenFile: join(home, 'token'),
      folder: join(home, 'jobs'),
      executors: ['process'],
      relay: true,
    };
    await writeFile(settings.tokenFile, world.workerToken, { mode: 0o600 });
    await writeFile(join(home, 'settings.json'), JSON.stringify(settings));
    const agent = await startServer(
      process.execPath,
      ['--no-warnings', join(old, 'app/main.ts'), '--settings', join(home, 'settings.json')],
      (output) => output.includes('is ready'),
    );
    try {
      await expectDone(await newJob());
    } finally {
      await agent.stop();
      recorder.close();
    }
    if (process.env.COVE_RECORD !== undefined)
      await writeFile(KEPT, `${JSON.stringify(conversation(recorder.said), null, 2)}\n`);
  }, 90_000);
}

test('what it said then is still understood', async () => {
  const kept: Exchange[] = JSON.parse(await readFile(KEPT, 'utf8'));
  const id = await newJob();
  const answers = await sayAgain(url, world.workerToken, id, kept);
  expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
  expect(answers.map(({ path }) => path.split('/').at(-1))).toEqual(
    expect.arrayContaining(['hello', 'claim', 'metadata', 'outputs', 'log-chunks', 'end']),
  );
  await expectDone(id);
});

test('a job with mounts is kept from who does not say that it knows them, and tells why it waits', async () => {
  const { environmentId: environment, projectId } = world;
  await at.platform.db
    .updateTable('environments')
    .set({ executor: 'docker' })
    .where('id', '=', environment)
    .execute();
  const say = async (path: string, body: object) => {
    const response = await fetch(new URL(`/api/worker/v1/${path}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Worker ${world.workerToken}` },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const hello = { protocol: PROTOCOL_VERSION, version: '0', hostname: 'h', cpus: 1, memory: 1 };
  const greet = (more: object) => say('hello', { ...hello, executors: ['docker'], ...more });
  const claim = (execution_id: string, name: boolean) =>
    say('claim', { execution_id, ...(name && { claim: randomUUID() }) });
  const step = (name: string) => `- step:\n    name: ${name}\n    image: none\n    command: "true"\n`;
  const yaml = `${step('mounts')}    mounts:\n      - /mnt/corpora:/corpora\n${step('plain')}`;
  const commit = await api.importPackage(projectId, { 'valohai.yaml': yaml });
  const mounts = await api.create(projectId, commit, 'mounts', { environment });
  const why = () => api.ok('GET', `/executions/${mounts.id}/waiting/`);

  expect((await greet({})).status).toBe(200);
  for (const named of [false, true])
    expect(await claim(mounts.id, named)).toMatchObject({ status: 409, body: { code: 'not_claimable' } });
  expect(await why()).toMatchObject({
    reason: 'old_worker',
    message: 'Waits: it mounts folders, and worker one is too old for that.',
  });
  // Nor does it stand in the way of what comes behind it.
  const plain = await api.create(projectId, commit, 'plain', { environment });
  expect(await claim(mounts.id, true)).toMatchObject({ status: 200, body: { execution_id: plain.id } });

  expect((await greet({ mounts: true })).status).toBe(200);
  expect(await why()).not.toMatchObject({ reason: 'old_worker' });
  expect(await claim(mounts.id, true)).toMatchObject({
    status: 200,
    body: { execution_id: mounts.id, mounts: [{ source: '/mnt/corpora', destination: '/corpora' }] },
  });
});

test.each([PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1])(
  'protocol %i is refused in words, at hello and where a machine joins',
  async (protocol) => {
    const ask = async (path: string, body: object) => {
      const response = await fetch(new URL(`/api/worker/v1/${path}`, url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Worker ${world.workerToken}` },
        body: JSON.stringify({ protocol, ...body }),
      });
      return [response.status, await response.text()] as const;
    };
    const hello = { version: '0', hostname: 'h', cpus: 1, memory: 1, executors: ['process'] };
    const proof = { kind: 'code', code: 'c', hostname: 'h' };
    const words = new RegExp(`speaks protocol ${protocol}, the API ${PROTOCOL_VERSION}`);
    expect(await ask('hello', hello)).toEqual([409, expect.stringMatching(words)]);
    expect(await ask('join', { proof, token_sha256: '0'.repeat(64) })).toEqual([
      409,
      expect.stringMatching(words),
    ]);
  },
);
