/** The official client: what there is (conformance flow 12). */
import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../../support/api.ts';
import { signIn, start } from '../support.ts';
import { type Desk, newDesk } from './desk.ts';

let api: Api;
let desk: Desk;
let project: { id: string; name: string };
beforeAll(async () => {
  api = await signIn();
  const step = '- step:\n    name: go\n    image: python:3.12-slim\n    command: "true"\n';
  ({ desk, project } = await newDesk(api, { 'valohai.yaml': step }));
});

test('data, aliases and environments are listed', async () => {
  const run = await start(api, project.id, 'printf 12345 > /valohai/outputs/model.bin', {
    request: { environment: 'local-process' },
  });
  await api.end(run.id);
  const [{ id }] = (await api.ok('GET', `/data/?output_execution=${run.id}`)).results;
  expect(await desk.ok('alias', 'list')).toContain('No data aliases');
  await api.ok('POST', '/datum-aliases/', { name: 'best', project: project.id, datum: id });
  const [data, json, aliases, none, environments, more] = await Promise.all([
    desk.ok('data', 'list'),
    desk.ok('--output-format', 'json', 'data', 'list', '-n', '1'),
    desk.ok('alias', 'list'),
    newDesk(api).then((empty) => empty.desk.ok('data', 'list')),
    desk.ok('environments'),
    desk.ok('--output-format', 'json', 'environments', '-g', '-p', '-q', '-d'),
  ]);
  expect(data).toMatch(new RegExp(`model\\.bin.*5\\.0 B.*#1.*datum://${id}`, 's'));
  expect(JSON.parse(json)).toMatchObject([
    { id, name: 'model.bin', size: 5, output_execution: { counter: 1 } },
  ]);
  expect(aliases).toMatch(/best.*model\.bin/s);
  expect(none).toContain('No data');
  expect(environments).toMatch(/local-process/);
  expect(JSON.parse(more).map((one: { slug: string }) => one.slug)).toContain('local-process');
  expect(JSON.parse(more)[0]).toMatchObject({
    per_hour_price_usd: expect.any(String),
    per_user_queue_quota: 'unlimited',
    unfinished_job_count: expect.any(Number),
  });
});
