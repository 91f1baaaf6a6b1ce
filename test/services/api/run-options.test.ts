/** What an execution may be told beside step and commit (contract 1.6), and what its run then does with it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { CONFIG, makeWorld, startedRun, type World } from '../../support/runs.ts';

let platform: TestPlatform;
let api: TestApp;
let world: World;
let ada: Person;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  ada = await platform.person('ada');
  world = await makeWorld(platform, ada);
  const preset = {
    name: 'preset',
    image: 'alpine:3',
    command: 'true',
    environment: world.slug,
    'runtime-config-preset': 'big',
    resources: { cpu: { max: 2 } },
    'cache-volumes': ['models'],
    'no-output-timeout': '10m',
  };
  const stops = {
    name: 'stops',
    image: 'alpine:3',
    command: 'true',
    'stop-condition': 'metadata.loss < 0.1',
  };
  await platform.platform.db
    .updateTable('commits')
    .set({ config: JSON.stringify([...CONFIG, { step: preset }, { step: stops }]) })
    .where('id', '=', world.commitId)
    .execute();
  // Who administers the operator's organisation changes what belongs to everybody.
  await platform.operator('operators', [[ada, 'admin']]);
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});
const run = (more: object = {}) =>
  api.call('POST', '/api/v0/executions/', {
    as: ada,
    json: { project: world.projectId, commit: world.identifier, step: 'plain', ...more },
  });
const work = (path: string, json: unknown) =>
  api.call('POST', `/api/worker/v1/${path}`, {
    headers: { authorization: `Worker ${world.workerToken}` },
    json,
  });

test('every option that the client sends is kept and shown', async () => {
  const runtime_config = {
    remote_debug: {
      debug_port: 2222,
      debug_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEDtGDGqgJcHxO2oOTdXiq6XBqUf9vG5Uei4U5YRy0pN me@laptop',
    },
    autorestart: true,
    no_output_timeout: 60,
    kubernetes: {
      containers: {
        workload: {
          resources: {
            requests: { cpu: 0.5, memory: 256 },
            limits: { cpu: 2, memory: 512, devices: { 'nvidia.com/gpu': 1 } },
          },
        },
      },
      cache_volumes: [{ pvc_name: 'cache' }],
    },
  };
  const sent = {
    step: 'train',
    environment: world.slug,
    image: 'python:3.13',
    title: 'all of it',
    tags: ['one', ' two ', 'one'],
    inputs: { data: ['https://example.com/other.csv'] },
    parameters: { epochs: 9, rate: 0.5, verbose: true, label: null, layers: [1, 2] },
    environment_variables: { MODE: 'slow' },
    priority: 3,
    time_limit: 90.5,
    runtime_config,
    stop_expression: 'metadata.loss < 0.1',
  };
  const { status, body } = await run(sent);
  expect(status).toBe(201);
  expect(body).toMatchObject({
    environment: { slug: world.slug },
    image: 'python:3.13',
    title: 'all of it',
    tags: ['one', 'two'],
    inputs: [
      { name: 'data', urls: ['https://example.com/other.csv'] },
      { name: 'extra', urls: [] },
    ],
    parameters: { epochs: 9, rate: 0.5, verbose: true, label: null, layers: [1, 2] },
    environment_variables: { MODE: 'slow' },
    priority: 3,
    time_limit: 90.5,
    no_output_timeout: 60,
    runtime_config,
    stop_expression: 'metadata.loss < 0.1',
  });
  const copy = await api.call('POST', `/api/v0/executions/${body.id}/copy/`, { as: ada });
  const { id, counter, url, urls, ctime, mtime, queued_at, ...same } = body;
  expect(copy.body).toMatchObject(same);
  expect(copy.body.counter).toBe(counter + 1);
});

test('hyphens and underscores are the same, also in forms', async () => {
  const form = {
    project: world.projectId,
    commit: 'main',
    step: 'plain',
    'environment-variables': '{"A": "1"}',
    'runtime-config': '{"no-output-timeout": 5}',
    'stop-expression': '',
    'inherit-environment-variables': 'false',
    priority: '2',
  };
  const { status, body } = await api.call('POST', '/api/v0/executions/', { as: ada, form });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    environment_variables: { A: '1' },
    no_output_timeout: 5,
    inherit_environment_variables: false,
    priority: 2,
    stop_expression: null,
  });
});

test.each([
  [
    { runtime_config: { kubernetes: { containers: { workload: { resources: { limits: { cpu: -1 } } } } } } },
    'runtime_config',
  ],
  [{ runtime_config_preset: 'none' }, 'runtime_config_preset'],
  [{ environment_variable_groups: ['none'] }, 'environment_variable_groups'],
  [{ priority: 'high' }, 'priority'],
  [{ time_limit: 0 }, 'time_limit'],
  [{ stop_expression: 'metadata.loss <' }, 'stop_expression'],
  [{ tags: ['x'.repeat(201)] }, 'tags'],
  [{ title: 'x'.repeat(1001) }, 'title'],
  [{ commit: 'nothing' }, 'commit'],
])('%j is refused by its field', async (more, field) => {
  const { status, body } = await run(more);
  expect(status).toBe(400);
  expect(Object.keys(body)).toEqual([field]);
  expect(body[field][0].message).toBeTruthy();
});

describe('a runtime config preset', () => {
  const PATH = '/api/v0/runtime-config-presets/';
  const limits = (more: object) => ({
    kubernetes: { containers: { workload: { resources: { limits: more } } } },
  });
  test('lies under what step and request say, and is named by slug or id', async () => {
    const json = {
      environment: world.slug,
      slug: 'big',
      name: 'Big',
      runtime_config: { ...limits({ cpu: 8, memory: 4096 }), no_output_timeout: 60 },
    };
    const made = await api.call('POST', PATH, { as: ada, json });
    expect(made).toMatchObject({ status: 201, body: { slug: 'big', environment: { slug: world.slug } } });
    expect((await api.call('POST', PATH, { as: ada, json })).body).toMatchObject({
      slug: [{ code: 'unique' }],
    });
    const eve = await platform.person('eve');
    expect((await api.call('GET', `${PATH}?environment=${world.slug}`, { as: eve })).body.count).toBe(1);
    expect((await api.call('POST', PATH, { as: eve, json: { ...json, slug: 'own' } })).status).toBe(403);
    const bySlug = await run({ environment: world.slug, runtime_config_preset: 'big' });
    expect(bySlug.body).toMatchObject({
      runtime_config: limits({ cpu: 8, memory: 4096 }),
      runtime_config_preset: made.body.id,
      no_output_timeout: 60,
    });
    const byId = await run({
      environment: world.environmentId,
      runtime_config_preset: made.body.id,
      runtime_config: limits({ memory: 64 }),
    });
    expect(byId.body.runtime_config).toEqual({ ...limits({ cpu: 8, memory: 64 }), no_output_timeout: 60 });
    const ofStep = await run({ step: 'preset' });
    expect(ofStep.body.runtime_config).toEqual({
      no_output_timeout: 60,
      kubernetes: { ...limits({ cpu: 2, memory: 4096 }).kubernetes, cache_volumes: [{ pvc_name: 'models' }] },
    });
    expect(ofStep.body.no_output_timeout).toBe(600);
    expect((await api.call('DELETE', `${PATH}${made.body.id}/`, { as: eve })).status).toBe(403);
    expect((await api.call('DELETE', `${PATH}${made.body.id}/`, { as: ada })).status).toBe(204);
    expect((await api.call('GET', `/api/v0/executions/${ofStep.body.id}/`, { as: ada })).body).toMatchObject({
      runtime_config_preset: null,
      runtime_config: ofStep.body.runtime_config,
    });
    expect((await run({ step: 'preset' })).body).toMatchObject({
      runtime_config_preset: [{ code: 'does_not_exist' }],
    });
  });
});

test('an environment’s default time limit holds where neither step nor request says one', async () => {
  const change = (default_time_limit: number | null) =>
    api.call('PATCH', `/api/v0/environments/${world.slug}/`, { as: ada, json: { default_time_limit } });
  expect((await change(-1)).status).toBe(400);
  expect((await change(1800)).body.default_time_limit).toBe(1800);
  expect((await run()).body.time_limit).toBe(1800);
  expect((await run({ time_limit: 5 })).body.time_limit).toBe(5);
  expect((await run({ step: 'train' })).body.time_limit).toBe(3600);
  const notebook = async (more = {}) => {
    const json = { project: world.projectId, environment: world.environmentId, image: 'jupyter', ...more };
    return (await api.call('POST', '/api/v0/notebook-executions/', { as: ada, json })).body.time_limit;
  };
  expect([await notebook(), await notebook({ time_limit: 5 })]).toEqual([1800, 5]);
  expect((await change(null)).body.default_time_limit).toBeNull();
  expect((await run()).body.time_limit).toBeNull();
});

test('a stop condition is asked whenever metadata arrives, and ends the run as stopped, with its reason', async () => {
  const { execution_id: id, token } = await startedRun(world, { step: 'stops' });
  const log = (seq: number, value: object) =>
    work(`runs/${id}/metadata`, { token, points: [{ seq, time: '2026-01-31T12:00:00.000003', value }] });
  const status = async () => (await api.call('GET', `/api/v0/executions/${id}/`, { as: ada })).body;
  expect((await log(1, { loss: 0.5 })).status).toBe(204);
  expect((await work(`runs/${id}/heartbeat`, { token })).body.stop).toBe(false);
  expect((await log(2, { epoch: 1, loss: 0.05 })).status).toBe(204);
  expect((await status()).status).toBe('stopping');
  expect((await work(`runs/${id}/heartbeat`, { token })).body).toMatchObject({
    stop: true,
    stop_reason: 'Stopped: the stop condition holds: metadata.loss < 0.1',
  });
  // What comes late asks for nothing more.
  expect((await log(3, { loss: 0.01 })).status).toBe(204);
  const end = { token, status: 'stopped', exit_code: 143, reason: 'Stopped', log_lines: 3 };
  expect((await work(`runs/${id}/end`, end)).body.status).toBe('stopped');
  expect((await work(`runs/${id}/end`, end)).body.status).toBe('stopped');
  expect(await status()).toMatchObject({
    status: 'stopped',
    status_detail: 'Stopped: the stop condition holds: metadata.loss < 0.1',
    cumulative_metadata: { loss: 0.01, epoch: 1 },
  });
  const audit = await platform.platform.db
    .selectFrom('audit')
    .selectAll()
    .where('subject_id', '=', id)
    .execute();
  expect(audit.filter(({ action }) => action === 'execution.stop')).toMatchObject([
    { actor: { kind: 'worker' }, properties: { condition: 'metadata.loss < 0.1' } },
  ]);
});

test('a notebook runs in no commit, and can tell that it is one', async () => {
  const json = { project: world.projectId, environment: 'PROJECT_DEFAULT', image: 'jupyter' };
  const { status, body } = await api.call('POST', '/api/v0/notebook-executions/', { as: ada, json });
  expect([status, body.step, body.commit]).toEqual([201, 'Notebook Execution', null]);
  expect(body.no_output_timeout).toBe(7 * 24 * 3600);
  const { body: job } = await work('claim', { execution_id: body.id });
  const { VALOHAI_NOTEBOOK_INSTANCE_ID: instance, JUPYTER_TOKEN: token } = job.environment_variables;
  expect(instance).toBe(body.id);
  expect(job).toMatchObject({ notebook: true, snapshot: null, secrets: [token] });
});
