/** Limits that are no schema's alone (those are in `test/unit/core/limits.test.ts`): a 4xx that names the field. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageOf } from '../../support/api.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { makeWorld, type World } from '../../support/runs.ts';

let platform: TestPlatform;
let api: TestApp;
let ada: Person;
let world: World;
let dataset: string;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  ada = await platform.person('ada');
  world = await makeWorld(platform, ada);
  await platform.operator('operators', [[ada, 'admin']]);
  dataset = (await send('/datasets/', { project: world.projectId, name: 'set' })).body.id;
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});
const send = (path: string, json: object, method = 'POST') =>
  api.call(method, `/api/v0${path}`, { as: ada, json });

const x = (length: number) => 'x'.repeat(length);
const many = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const workload = (limits: object) => ({
  kubernetes: { containers: { workload: { resources: { limits } } } },
});
const volumes = (names: string[]) => ({
  kubernetes: { cache_volumes: names.map((pvc_name) => ({ pvc_name })) },
});
const debug = (debug_port: unknown) => ({ remote_debug: { debug_port, debug_key: 'ssh-ed25519 AAAA' } });
const addresses = (count: number) => many(count).map((name) => `https://example.com/${name}`);

/** The field that is named, and what is said beside project, commit and step. */
const EXECUTIONS: [string, object][] = [
  ['tags', { tags: many(101) }],
  ['inputs', { step: 'train', inputs: { data: addresses(5001), extra: addresses(5000) } }],
  ['inputs', { inputs: { unknown: [] } }],
  ['inputs', { step: 'train', inputs: { data: 'swift://project/container/key' } }],
  ['parameters', { step: 'train', parameters: { label: x(120 * 1024) } }],
  // An umlaut has two bytes.
  ['parameters', { step: 'train', parameters: { label: 'ä'.repeat(61 * 1024) } }],
  ['parameters', { step: 'train', parameters: { layers: [[1]] } }],
  ['parameters', { step: 'train', parameters: { rate: -1 } }],
  ['parameters', { step: 'train', parameters: { unknown: 1 } }],
  ['parameters', { parameters: nested(102) as object }],
  ['command', { command: many(1000).map((name) => name + x(150)) }],
  ['environment_variables', { environment_variables: { A: 'ä'.repeat(61 * 1024) } }],
  ['environment_variables', { environment_variables: { 'A=B': '1' } }],
  [
    'environment_variables',
    { environment_variables: Object.fromEntries(many(10).map((name) => [name, x(119 * 1024)])) },
  ],
  ['no_output_timeout', { no_output_timeout: -1 }],
  // Depth 8 is the deepest (contract 2.10).
  ['stop_expression', { stop_expression: `${'-'.repeat(9)}1` }],
  ['upload_store', { upload_store: x(65) }],
  ['runtime_config_preset', { runtime_config_preset: x(500) }],
  ['environment_variable_groups', { environment_variable_groups: [x(500)] }],
  ['runtime_config', { runtime_config: debug(1023) }],
  ['runtime_config', { runtime_config: debug(65_536) }],
  ['runtime_config', { runtime_config: { no_output_timeout: -1 } }],
  ['runtime_config', { runtime_config: workload({ cpu: -1 }) }],
  ['runtime_config', { runtime_config: workload({ memory: 2 ** 31 + 1 }) }],
  ['runtime_config', { runtime_config: workload({ devices: { gpu: 0 } }) }],
  ['runtime_config', { runtime_config: volumes(many(21)) }],
  ['runtime_config', { runtime_config: volumes(['../up']) }],
];
const NOTEBOOKS: [string, object][] = [
  ['image', { image: '' }],
  ['image', { image: x(1001) }],
  ['title', { title: x(1001) }],
  ['tags', { tags: many(101) }],
  ['tags', { tags: [x(201)] }],
  ['environment_variables', { environment_variables: { 'A=B': '1' } }],
  ['runtime_config', { runtime_config: workload({ cpu: -1 }) }],
];
const OTHERS: [string, string, object][] = [
  ['tags', '/projects/', { name: 'p', tags: many(101) }],
  ['name', '/teams/', { name: x(101), organization: 'operators' }],
  ['name', '/environment-variable-groups/', { name: x(101) }],
  ['description', '/environment-variable-groups/', { name: 'g', description: x(10_001) }],
  ['slug', '/runtime-config-presets/', { environment: 'e', slug: x(101), name: 'n' }],
  ['name', '/runtime-config-presets/', { environment: 'e', slug: 's', name: x(201) }],
  ['name', '/stores/', { name: x(65), type: 's3', configuration: {} }],
  ['configuration', '/stores/', { name: 's', type: 's3', configuration: { bucket: x(223) } }],
  [
    'image_pattern',
    '/registry-credentials/',
    { type: 'docker', image_pattern: `a.io/${x(500)}`, configuration: {} },
  ],
  ['paths', '/stores/', { name: 's', type: 's3', configuration: {}, paths: ['only/here'] }],
  ['name', '/datasets/', { project: 'PROJECT', name: x(201) }],
  ['description', '/datasets/', { project: 'PROJECT', name: 'd', description: x(10_001) }],
  ['name', '/dataset-versions/', { dataset: 'DATASET', name: x(201), files: [] }],
  ['tags', '/dataset-versions/', { dataset: 'DATASET', name: 'v', files: [], tags: many(101) }],
  ['files', '/dataset-versions/', { dataset: 'DATASET', name: 'v', files: many(100_001) }],
  ['metadata', '/dataset-versions/', { dataset: 'DATASET', name: 'v', files: [], metadata: nested(102) }],
];
const told = (rows: [string, ...unknown[]][]) =>
  rows.map((row) => [row[0], JSON.stringify(row.at(-1)).slice(0, 90), row] as const);

async function refused(field: string, answer: ReturnType<typeof send>) {
  const { status, body, text } = await answer;
  expect(status, text.slice(0, 300)).toBe(400);
  expect(Object.keys(body), text.slice(0, 300)).toEqual([field]);
  expect(body[field][0].message).toBeTruthy();
}

test.each(told(EXECUTIONS))('%s of an execution: %s', (field, _, [, more]) => {
  const asked = { project: world.projectId, commit: world.identifier, step: 'plain', ...(more as object) };
  return refused(field, send('/executions/', asked));
});
test.each(told(NOTEBOOKS))('%s of a notebook: %s', (field, _, [, more]) => {
  const asked = { project: world.projectId, environment: world.slug, image: 'i', ...(more as object) };
  return refused(field, send('/notebook-executions/', asked));
});
test.each(told(OTHERS))('%s: %s', (field, _, [, path, json]) => {
  const known: [string, string][] = [
    ['PROJECT', world.projectId],
    ['DATASET', dataset],
  ];
  const text = known.reduce((all, [word, id]) => all.replace(`"${word}"`, `"${id}"`), JSON.stringify(json));
  return refused(field, send(path as string, JSON.parse(text)));
});
test('description of a dataset that is there', () =>
  refused('description', send(`/datasets/${dataset}/`, { description: x(10_001) }, 'PATCH')));

/** A commit of a package with a step that says this. */
async function commitOf(line: string) {
  const yaml = `- step:\n    name: go\n    image: i\n    command: c\n    ${line}\n`;
  const form = new FormData();
  form.set('data', new Blob([new Uint8Array(await packageOf({ 'valohai.yaml': yaml }))]), 'data.tgz');
  const sent = new Response(form);
  const { body } = await api.call('POST', `/api/v0/projects/${world.projectId}/import-package/`, {
    as: ada,
    headers: { 'content-type': sent.headers.get('content-type') ?? '' },
    payload: Buffer.from(await sent.arrayBuffer()),
  });
  return body;
}
const go = (commit: string) => send('/executions/', { project: world.projectId, commit, step: 'go' });

/** What the steps' file may not say (contract 2.2, 2.4): the commit is kept, with its complaint; nothing of it runs. */
test.each([
  ['name of an input', `inputs: [{ name: ${x(65)} }]`],
  ['name of a store', `upload-store: ${x(65)}`],
  ['number of devices', 'resources: { devices: { gpu: 0 } }'],
  ['length of time', 'time-limit: 0s'],
  ['unit of time', 'time-limit: 5 parsecs'],
  ['time without a unit', 'time-limit: "5"'],
  ['place of a mount', 'mounts: [{ source: /a, destination: b }]'],
])('%s in valohai.yaml', async (_, line) => {
  const commit = await commitOf(line);
  const config_error = expect.stringMatching(/^valohai\.yaml:5:/);
  expect(commit).toMatchObject({ has_config: false, config_error });
  await refused('commit', go(commit.identifier));
});

test('a stop condition that is none, which only the linter minds, keeps its own step from running', async () => {
  const commit = await commitOf(`stop-condition: "${'-'.repeat(9)}1"`);
  expect(commit.has_config).toBe(true);
  await refused('stop_expression', go(commit.identifier));
});
