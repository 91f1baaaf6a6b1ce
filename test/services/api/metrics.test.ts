/** The page for Prometheus: who reads it, and that its numbers are the installation's. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runExclusively } from '../../../app/scheduler/runner.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';

let platform: TestPlatform;
let api: TestApp;
let ada: Person;
let eve: Person;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  [ada, eve] = [await platform.person('ada'), await platform.person('eve')];
  await platform.operator('operator', [[ada, 'member']]);
  const { db } = platform.platform;
  await db.insertInto('environments').values({ slug: 'idle', name: 'Idle', executor: 'docker' }).execute();
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});
const page = async () => (await api.call('GET', '/metrics', { as: ada })).text;

test('a member of the operator reads it; nobody else does', async () => {
  expect(await api.call('GET', '/metrics')).toMatchObject({ status: 401 });
  expect(await api.call('GET', '/metrics', { as: eve })).toMatchObject({ status: 403 });
  expect(await api.call('GET', '/metrics', { as: ada })).toMatchObject({ status: 200 });
});

test('it tells of environments without jobs and of the parts', async () => {
  const text = await page();
  for (const line of [
    'cove_executions_queued{environment="idle"} 0',
    'cove_executions_running{environment="idle"} 0',
    'cove_queue_oldest_seconds{environment="idle"} 0',
    'cove_workers_alive{environment="idle"} 0',
    'cove_part_up{part="database"} 1',
    'cove_part_up{part="vault"} 1',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

test("a request is counted under its route's template, one that leads nowhere under none", async () => {
  await api.call('GET', '/api/v0/environments/idle/', { as: ada });
  await api.call('GET', '/api/v0/an-invented-path/', { as: ada });
  const text = await page();
  expect(text).toMatch(
    /cove_http_request_duration_seconds_count\{method="GET",route="\/api\/v0\/environments\/:[^"]+",status="200"\} 1\n/,
  );
  expect(text).not.toContain('invented');
});

test("the scheduler's pass is told once it was done to its end, and not if it failed", async () => {
  const context = { platform: platform.platform, actor: { kind: 'system' as const, name: 'test' } };
  const before = Date.now() / 1000;
  await runExclusively(context, { name: 'works', run: async () => {} });
  const failed = { name: 'fails', run: () => Promise.reject(new Error('broken')) };
  await expect(runExclusively(context, failed)).rejects.toThrow('broken');
  const text = await page();
  const [, ended] = /last_pass_timestamp_seconds\{scheduler_job="works"\} ([\d.]+)/.exec(text) ?? [];
  expect(Math.abs(Number(ended) - before)).toBeLessThan(60);
  expect(text).not.toContain('"fails"');
});

test('dashboard and alert rules ask for metrics that exist', async () => {
  const text = await page();
  const told = ['alerts.yaml', 'grafana.json'].map((file) =>
    readFileSync(new URL(`../../../docs/monitoring/${file}`, import.meta.url), 'utf8'),
  );
  parse(told[0] ?? '');
  JSON.parse(told[1] ?? '');
  const asked = new Set(told.join().match(/\b(?:cove|process|nodejs)_[a-z0-9_]+/g));
  expect(asked.size).toBeGreaterThan(7);
  for (const name of asked) expect(text).toContain(`\n${name}`);
});
