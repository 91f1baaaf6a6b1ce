/** The official client: what there is, and every command's refusals (conformance flows 12 and 14). */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Api } from '../../support/api.ts';
import { installation, signIn, start } from '../support.ts';
import { colleague, Desk, newDesk } from './desk.ts';

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

/** Every command that asks the server for something of a project. */
const COMMANDS: [string, string[]][] = [
  ['project status', []],
  ['project fetch', []],
  ['project commits', []],
  ['project open', []],
  ['project environment-variables', ['list']],
  ['project environment-variables', ['create', 'A=b']],
  ['project environment-variables', ['delete', 'A']],
  ['notebook run', ['-i', 'python:3.12-slim']],
  ['exec info', ['7']],
  ['exec logs', ['7']],
  ['exec watch', ['latest']],
  ['exec open', ['7']],
  ['exec outputs', ['7']],
  ['exec stop', ['latest']],
  ['exec summarize', ['7-8']],
  ['exec delete', ['7']],
  ['exec ssh', ['7']],
  ['exec run', ['--adhoc', 'go']],
];
const line = ([command, rest]: [string, string[]]) => [...command.split(' '), ...rest];

describe('told in words, with an exit code that says no', () => {
  test('an execution that there is not', async () => {
    const { desk: empty } = await newDesk(api);
    const about = COMMANDS.filter(([, [which]]) => /^(\d|latest)/.test(which ?? ''));
    const said = await Promise.all(about.map((command) => empty.refused(line(command))));
    for (const words of said) expect(words).toMatch(/does not exist|Nothing was deleted/);
  });

  test('a project that there is not, or that is another’s', async () => {
    const stranger = await colleague(api);
    const [lost, foreign] = await Promise.all([
      new Desk().sitDown(api, { id: randomUUID(), name: 'lost' }),
      new Desk().sitDown(stranger, project),
    ]);
    foreign.write({ 'valohai.yaml': '- step:\n    name: go\n    image: i\n    command: c\n' });
    const remote = { VALOHAI_PROJECT: project.id, VALOHAI_PROJECT_MODE: 'remote' };
    const said = await Promise.all([
      ...COMMANDS.map((command) => foreign.refused(line(command))),
      lost.refused(['project', 'status']),
      lost.refused(['exec', 'info', '1']),
      new Desk().sitDown(stranger).then((far) => far.refused(['exec', 'run', 'go'], { env: remote })),
    ]);
    for (const words of said)
      expect(words).toMatch(/Not Found|does not exist|not found|No project was found|Nothing was deleted/i);
    // Nor does a list tell of it.
    const [list, executions, data, aliases] = await Promise.all([
      foreign.ok('project', 'list'),
      foreign.ok('exec', 'list'),
      foreign.ok('data', 'list'),
      foreign.ok('alias', 'list'),
    ]);
    expect(list).not.toContain(project.name);
    expect(executions).toContain('No executions');
    expect(data).toContain('No data');
    expect(aliases).toContain('No data aliases');
  });

  test('what a viewer may not', async () => {
    const viewer = await new Desk().sitDown(
      await colleague(api, { id: project.id, role: 'viewer' }),
      project,
    );
    viewer.write({ 'valohai.yaml': '- step:\n    name: go\n    image: i\n    command: c\n' });
    const commands = [
      ['project', 'fetch'],
      ['project', 'environment-variables', 'create', 'A=b'],
      ['project', 'environment-variables', 'delete', 'A'],
      ['exec', 'run', '--adhoc', 'go'],
      ['notebook', 'run', '-i', 'python:3.12-slim'],
      ['exec', 'stop', '1'],
      ['exec', 'delete', '1'],
      ['exec', 'delete', '--purge-outputs', '1'],
    ];
    const said = await Promise.all(commands.map((command) => viewer.refused(command)));
    for (const words of said) expect(words).toMatch(/your role is viewer, needed is (member|admin)/);
    expect((await api.ok('GET', `/executions/${project.id}:1/`)).n_outputs).toBe(1);
  });

  test('every command with a token that is worth nothing', async () => {
    const env = { VALOHAI_TOKEN: 'worth-nothing', VALOHAI_HOST: installation.httpUrl };
    const more: [string, string[]][] = [
      ['project list', []],
      ['exec list', []],
      ['data list', []],
      ['alias list', []],
      ['environments', []],
      ['project link', ['--yes', 'any']],
      ['project create', ['-n', 'any', '-o', 'any', '--no-link', '--yes']],
    ];
    const commands = [...COMMANDS.filter(([command]) => command !== 'exec delete'), ...more];
    const said = await Promise.all(commands.map((command) => desk.refused(line(command), { env })));
    for (const words of said) expect(words).toMatch(/Invalid token.*log in again/s);
  });
});
