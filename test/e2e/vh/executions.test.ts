/** The official client: what runs and has run (conformance flows 5 to 8). */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Api, Run } from '../../support/api.ts';
import { signIn } from '../support.ts';
import { colleague, Desk, newDesk } from './desk.ts';

const STEPS = `- step:
    name: tell
    image: python:3.12-slim
    environment: local-process
    command:
      - |
        echo first; echo '{"loss": 0.25, "epoch": 1}'; echo oops >&2
      - seq 1 2500
      - |
        echo '{"loss": 0.125}'; mkdir -p /valohai/outputs/deep; printf 1 > /valohai/outputs/a.json; printf 2 > /valohai/outputs/deep/b.txt
- step:
    name: wait
    image: python:3.12-slim
    environment: local-process
    command:
      - echo begun; printf live > /valohai/outputs/live.txt; chmod 0444 /valohai/outputs/live.txt
      - printf kept > /valohai/outputs/kept.txt
      - while [ ! -e /valohai/outputs/done ]; do sleep 0.2; done
- step:
    name: fail
    image: python:3.12-slim
    environment: local-process
    command: exit 3
`;
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
let api: Api;
let desk: Desk;
let project: { id: string; name: string };
let viewer: Desk;
/** As the commit holds them, by the API: the client's own way there is in commits.test.ts. */
let commit: string;
const start = (step: string, more = {}) => api.create(project.id, commit, step, more);

beforeAll(async () => {
  api = await signIn();
  ({ desk, project } = await newDesk(api, { 'valohai.yaml': STEPS }));
  commit = await api.importPackage(project.id, { 'valohai.yaml': STEPS });
  viewer = await new Desk().sitDown(await colleague(api, { id: project.id, role: 'viewer' }), project);
});

test('logs: the last lines, all of them, followed to the end; one execution told in full, several compared', async () => {
  const run = await start('tell', { title: 'A title', tags: ['mine'] });
  const fails = await start('fail');
  const stream = desk.ok('exec', 'logs', '--stream', '1');
  const [told, failed] = await Promise.all([api.end(run.id), api.end(fails.id)]);
  expect([told.status, failed.status]).toEqual(['complete', 'error']);
  const [streamed, logs, all, out, info, json, list, filtered, mine, summary, latest] = await Promise.all([
    stream,
    desk.ok('exec', 'logs', '1'),
    desk.ok('exec', 'logs', '--all', '1'),
    desk.ok('exec', 'logs', '--all', '--no-status', '--no-stderr', '1'),
    desk.ok('exec', 'info', '1'),
    desk.ok('--output-format', 'json', 'exec', 'info', '1'),
    desk.ok('--output-format', 'json', 'exec', 'list'),
    viewer.ok('exec', 'list', '--status', 'error', '--status', 'crashed', '-n', '5'),
    viewer.ok('exec', 'list', '--owned'),
    desk.ok('--output-format', 'json', 'exec', 'summarize', '1-2'),
    desk.ok('exec', 'info', 'latest'),
  ]);
  expect(streamed).toMatch(/2500.*exited with code 0.*stopping stream/s);
  expect(logs).toMatch(/only the last 2000 are shown/);
  expect(logs).not.toMatch(/ first$/m);
  const numbers = (text: string) => text.match(/(?<= )\d+$/gm)?.map(Number) ?? [];
  expect(numbers(out)).toEqual(Array.from({ length: 2500 }, (_, i) => i + 1));
  expect(all).toMatch(/ oops$/m);
  expect(out).not.toMatch(/oops|Starting job/);
  expect(info).toMatch(/status.*complete|complete.*status/s);
  expect(info).toContain(project.name);
  const detail = JSON.parse(json);
  expect(detail).toMatchObject({
    ...{ counter: 1, status: 'complete', step: 'tell', title: 'A title', tags: ['mine'], id: run.id },
    cumulative_metadata: { loss: 0.125, epoch: 1 },
    outputs: [{ name: 'a.json' }, { name: 'deep/b.txt' }],
  });
  expect(detail.duration).toBeGreaterThan(0);
  expect(JSON.parse(list).map(({ counter }: Run) => counter)).toEqual([2, 1]);
  expect(filtered).toContain('fail');
  expect(filtered).not.toContain('tell');
  expect(mine).toContain('No executions');
  expect(JSON.parse(summary.slice(summary.indexOf('[')))).toMatchObject([
    { counter: 1, loss: 0.125, epoch: 1 },
    { counter: 2 },
  ]);
  expect(latest).toContain('fail');
});

test('watch: shows the run until one has seen enough', async () => {
  const run = await start('tell');
  await api.end(run.id);
  const enough = (shown: string) => /Status: complete.* 2500/s.test(shown);
  const stdout = await desk.expectOk(['exec', 'watch', String(run.counter)], { enough });
  expect(stdout).toMatch(
    new RegExp(`\\(${project.name}\\) #${run.counter}.*Status: complete.*Step: tell`, 's'),
  );
  expect(stdout).toContain(`Commit: ${commit.slice(0, 40)}`);
});

test('outputs: listed, downloaded whole or by pattern, and as they appear; the same bytes', async () => {
  const run = await start('tell');
  const live = await start('wait');
  await api.end(run.id);
  const [whole, some, synced] = ['whole', 'some', 'synced'].map((name) =>
    mkdtempSync(join(tmpdir(), `vh-${name}-`)),
  ) as [string, string, string];
  const seen = new AbortController();
  // The client keeps the status that it saw first, so it watches a run until it is interrupted.
  const sync = desk.run(['exec', 'outputs', String(live.counter), '--sync', '-d', synced], {
    interrupt: seen.signal,
  });
  const stream = desk.ok('exec', 'logs', '--stream', String(live.counter));
  const counter = String(run.counter);
  const [list] = await Promise.all([
    desk.ok('exec', 'outputs', counter, '-d', whole),
    desk.ok('exec', 'outputs', counter, '-d', some, '-f', '*.json'),
  ]);
  const data: { name: string; id: string; sha256: string }[] = (
    await api.ok('GET', `/data/?output_execution=${run.id}`)
  ).results;
  for (const { name, id, sha256: known } of data) {
    expect(list).toContain(`datum://${id}`);
    expect(sha256(join(whole, name))).toBe(known);
  }
  expect(data.length).toBe(2);
  expect(readdirSync(some)).toEqual(['a.json']);
  // What appears while the job runs is there before its end.
  await expect.poll(() => existsSync(join(synced, 'live.txt')), { timeout: 30_000 }).toBe(true);
  expect((await api.ok('GET', `/executions/${live.id}/`)).status).toBe('started');
  expect(sha256(join(synced, 'live.txt'))).toBe(createHash('sha256').update('live').digest('hex'));
  seen.abort();
  expect((await sync).stderr).not.toContain('Traceback');
  await api.ok('POST', `/executions/${live.id}/stop/`);
  expect(await stream).toMatch(/begun.*Stopped.*stopping stream/s);
  expect(await desk.ok('exec', 'outputs', counter, '--sync', '-d', some)).toContain('has finished');
  expect(readdirSync(some, { recursive: true }).sort()).toEqual(['a.json', 'deep', 'deep/b.txt']);
  await api.end(live.id);
});

test('stop one, the latest, all; delete with what it made', async () => {
  const [first, second] = [await start('wait'), await start('wait')];
  const deleted = await start('tell');
  await api.until(first.id, ({ status }) => status === 'started');
  await expect.poll(async () => (await api.log(first.id)).map(({ message }) => message)).toContain('begun');
  expect(await desk.ok('project', 'status')).toMatch(/Incomplete Executions.*wait/s);
  expect(await desk.refused(['exec', 'delete', String(first.counter)])).toMatch(
    /has not ended.*Nothing was deleted/s,
  );
  const notAllowed = await viewer.refused(['exec', 'stop', String(first.counter)]);
  expect(notAllowed).toContain('your role is viewer');

  expect(await desk.ok('exec', 'stop', String(first.counter))).toContain(`#${first.counter} is stopping`);
  expect((await api.end(first.id)).outputs.map(({ name }) => name).sort()).toEqual(['kept.txt', 'live.txt']);
  await api.until(second.id, ({ status }) => status === 'started');
  expect(await desk.ok('exec', 'stop', 'latest')).toContain(`#${deleted.counter} is stopped`);
  expect(await desk.ok('exec', 'stop', '--all')).toContain(`#${second.counter} is stopping`);
  expect((await api.end(second.id)).status).toBe('stopped');
  const [nothing, again] = await Promise.all([
    desk.ok('exec', 'stop', '--all'),
    desk.ok('exec', 'stop', String(first.counter)),
  ]);
  expect(nothing).toContain('Nothing to stop');
  expect(again).toContain('has already ended');

  const outputs = (await api.ok('GET', `/data/?output_execution=${first.id}`)).results;
  const gone = await desk.ok('exec', 'delete', String(first.counter), '--purge-outputs');
  expect(gone).toMatch(/Purging output kept.txt.*Deleted 1 executions/s);
  expect((await api.call('GET', `/executions/${first.id}/`)).status).toBe(404);
  for (const { id } of outputs) {
    expect((await api.call('GET', `/data/${id}/download/`)).status).toBeGreaterThanOrEqual(400);
  }
  const [kept, deletedOnes, twice] = await Promise.all([
    desk.ok('exec', 'delete', String(second.counter)),
    desk.ok('exec', 'list', '--deleted').catch(() => ''),
    desk.refused(['exec', 'delete', String(first.counter)]),
  ]);
  expect(kept).toContain('Deleted 1');
  expect(deletedOnes).toContain(`executions/${first.counter}/`);
  expect(twice).toContain('Nothing was deleted');
  const left = (await api.ok('GET', `/data/?output_execution=${second.id}`)).results;
  expect((await api.download(left[0].id)).toString()).toMatch(/live|kept/);
});
