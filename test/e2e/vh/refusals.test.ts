/** The official client refused: each of its commands, by each reason there is (conformance flow 14). */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../../support/api.ts';
import { asDatabaseAdministrator } from '../../support/dumps.ts';
import { vhMany } from '../../support/vh.ts';
import { admin, installation, signIn } from '../support.ts';
import { colleague, Desk, newDesk } from './desk.ts';

interface Command {
  /** What follows it where all is well. */
  lines: string[][];
  /** What follows it where an id, a number or a name is of nothing. */
  unknown?: string[][];
  /** Changes something: a viewer may not. */
  writes?: true;
  /** Of no project: a stranger is not refused, and sees nothing of another's. */
  lists?: true;
}
const READ: Command = { lines: [['1'], ['latest']], unknown: [['7'], ['latest']] };
const HERE: Command = { lines: [[]] };
const NOBODY = `~${'0'.repeat(64)}`;

/** Every command that asks the server; the others are below, with the reason. */
const COMMANDS: Record<string, Command> = {
  'alias list': HERE,
  'data list': HERE,
  environments: { lines: [[]], lists: true },
  'execution delete': {
    lines: [['1'], ['--purge-outputs', '1']],
    unknown: [['7'], ['--purge-outputs', '7-9']],
    writes: true,
  },
  'execution info': READ,
  'execution list': HERE,
  'execution logs': {
    lines: [['1'], ['--all', '1'], ['--stream', '1']],
    unknown: [['7'], ['--stream', '7']],
  },
  'execution open': READ,
  'execution outputs': { lines: [['1'], ['-d', 'got', '1']], unknown: [['7'], ['-d', 'got', '7']] },
  'execution run': {
    lines: [['--adhoc', 'go']],
    unknown: [
      ['--adhoc', 'nonsense'],
      ['--adhoc', '-e', 'no-such', 'go'],
    ],
    writes: true,
  },
  'execution ssh': { lines: [['2']], unknown: [['7']] },
  // Of a number that nothing has it says `Nothing to stop`, and exits with 0: to the client it is a filter.
  'execution stop': { lines: [['2'], ['latest'], ['--all']], unknown: [['latest']], writes: true },
  'execution summarize': { lines: [['1-2']], unknown: [['7-8']] },
  'execution watch': READ,
  lint: HERE,
  'notebook run': {
    lines: [['-i', 'python:3.12-slim']],
    unknown: [['-i', 'python:3.12-slim', '-e', 'no-such']],
    writes: true,
  },
  'project commits': HERE,
  'project create': {
    lines: [['-n', 'never-made', '-o', admin.username, '--no-link']],
    unknown: [['-n', 'never-made', '-o', 'nobody-at-all', '--no-link']],
  },
  'project environment-variables create': { lines: [['MINE=1']], writes: true },
  'project environment-variables delete': { lines: [['KEPT']], unknown: [['NONE']], writes: true },
  'project environment-variables list': HERE,
  'project fetch': { ...HERE, writes: true },
  // Of a name that is nobody's it says so, and exits with 0: click drops the 1 that it returns.
  'project link': { lines: [['--yes', 'never-made']], lists: true },
  'project list': { lines: [[]], lists: true },
  'project open': HERE,
  'project status': HERE,
};
const ASKS_NOBODY = [
  'logout',
  'parcel',
  'pipeline convert-to-api',
  'project unlink',
  'yaml pipeline',
  'yaml step',
];
/** What it asks of Cove is not there yet: that is told in words, too. */
const NOT_YET: Record<string, string[]> = {
  'deployment create-version': ['-d', 'd', '-e', 'e', '-c', NOBODY],
  'model describe': ['m'],
  'model info': ['m'],
  'model list': [],
  'model version': ['m', '1'],
  'model versions': ['m'],
  'pipeline list': [],
  'pipeline run': ['--adhoc', 'p'],
  'pipeline stop': ['1'],
  'task list': [],
  'task run': ['--adhoc', 't'],
  'task stop': ['1'],
};
const ELSEWHERE = {
  init: 'a conversation: options.test.ts',
  login: 'account.test.ts',
  'update-check': "asks Python's index",
};

const YAML = `- step:
    name: go
    image: none
    environment: local-process
    command: printf 1 > /valohai/outputs/kept.txt
    parameters: [{ name: word, default: a }]
- step:
    name: wait
    image: none
    environment: local-process
    command: sleep 3600
- task:
    name: t
    step: go
    type: grid_search
    parameters: [{ name: word, style: multiple, rules: { items: [a, b] } }]
- pipeline:
    name: p
    nodes: [{ name: a, type: execution, step: go }, { name: b, type: execution, step: go }]
    edges: []
`;
let api: Api;
let desk: Desk;
let project: { id: string; name: string };
let stranger: Api;
let tree: string[];
beforeAll(async () => {
  api = await signIn();
  ({ desk, project } = await newDesk(api, { 'valohai.yaml': YAML }));
  const commit = await api.importPackage(project.id, { 'valohai.yaml': YAML });
  const done = await api.create(project.id, commit, 'go');
  const running = await api.create(project.id, commit, 'wait');
  const variable = { name: 'KEPT', value: 'still', secret: false };
  [stranger] = await Promise.all([
    colleague(api),
    api.ok('POST', `/projects/${project.id}/environment_variable/`, variable),
    api.end(done.id),
    api.until(running.id, ({ status }) => status === 'started'),
  ]);
  // So that their list has something in it.
  await stranger.ok('POST', '/projects/', { name: `own-${randomUUID().slice(0, 8)}` });
  ({ tree } = await vhMany([]));
});
afterAll(() => api?.call('POST', `/executions/${project.id}:2/stop/`));

const all = (which: (command: Command) => string[][] | undefined = ({ lines }) => lines): string[][] =>
  Object.entries(COMMANDS).flatMap(([command, what]) =>
    (which(what) ?? []).map((line) => [...command.split(' '), ...line]),
  );

/** Its time is over now; one that is given so little at its making may be over before anybody uses it. */
const expire = (token: string) =>
  asDatabaseAdministrator(installation, 'cove', (client) =>
    client.query('UPDATE tokens SET expires_at = now() WHERE id = $1', [token]),
  );

/** Types all of them and holds each to what every refusal is; gives what was said, by what was typed. */
async function said(at: Desk, lines: string[][], env = {}, refused = true): Promise<[string, string][]> {
  const { configDir, cwd } = at;
  const { outcomes } = await vhMany(lines.map((args) => ({ args, configDir, cwd, env })));
  return outcomes.map(({ code, stdout, stderr }, i) => {
    const typed = `vh ${lines[i]?.join(' ')}`;
    const words = `${stdout}${stderr}`;
    expect.soft(code === 0, `${typed}: exit code ${code}\n${words}`).toBe(!refused);
    expect.soft(words, typed).not.toMatch(/Traceback|Internal error|INTERNAL/);
    expect.soft(words.trim(), typed).not.toBe('');
    return [typed, words];
  });
}

/** What no refusal may have changed. */
async function state() {
  const [executions, data, { environment_variables }, commits, projects] = await Promise.all([
    api.ok('GET', `/executions/?project=${project.id}`),
    api.ok('GET', `/data/?project=${project.id}`),
    api.ok('GET', `/projects/${project.id}/`),
    api.ok('GET', `/commits/?project=${project.id}`),
    Promise.all([api, stranger].map((of) => of.ok('GET', '/projects/?limit=9000'))),
  ]);
  const named = (list: { results: { id: string; name: string; status: string }[] }) =>
    list.results.map(({ id, name, status }) => ({ id, name, status }));
  const rest = { commits: commits.count, owned: projects.flatMap(named) };
  return { executions: named(executions), data: named(data), environment_variables, ...rest };
}
async function unchanged<T>(work: () => Promise<T>): Promise<T> {
  const before = await state();
  const result = await work();
  expect(await state()).toEqual(before);
  return result;
}

test('none of the client’s commands is forgotten here', () => {
  const known = [COMMANDS, NOT_YET, ELSEWHERE].flatMap(Object.keys);
  expect([...known, ...ASKS_NOBODY].sort()).toEqual(tree);
});

describe('in words, with an exit code that says no, and nothing is changed:', () => {
  test('an id, a number, a name of nothing', async () => {
    const { desk: empty } = await newDesk(api, { 'valohai.yaml': YAML });
    const words = await unchanged(() =>
      said(
        empty,
        all(({ unknown }) => unknown),
      ),
    );
    const told = /does not exist|Nothing was deleted|not found|no environment|no commit|no owner|nonsense/i;
    for (const [typed, each] of words) expect.soft(each, typed).toMatch(told);
  });

  test.each(['another’s', 'nobody’s'])('a project that is %s', async (which) => {
    const lost = which === 'nobody’s';
    const link = lost ? { id: randomUUID(), name: 'lost' } : project;
    const at = await new Desk().sitDown(lost ? api : stranger, link);
    at.write({ 'valohai.yaml': YAML });
    const inProject = ({ lines, lists }: Command) => (lists ? [] : lines);
    const lines = all(inProject).filter((line) => !(lost && line[1] === 'create'));
    const [words, shown] = await unchanged(async () => [
      await said(at, lines),
      lost
        ? []
        : await said(
            at,
            all(({ lines, lists }) => (lists ? lines : [])),
            {},
            false,
          ),
    ]);
    const told = /Not Found|does not exist|No project was found|Nothing was deleted|no owner|may not/i;
    for (const [typed, each] of words) expect.soft(each, typed).toMatch(told);
    for (const [typed, each] of shown) expect.soft(each, typed).not.toContain(project.name);
  });

  test('what a viewer may not', async () => {
    const viewing = await colleague(api, { id: project.id, role: 'viewer' });
    const viewer = await new Desk().sitDown(viewing, project);
    viewer.write({ 'valohai.yaml': YAML });
    const words = await unchanged(() =>
      said(
        viewer,
        all(({ lines, writes }) => (writes ? lines : [])),
      ),
    );
    for (const [typed, each] of words)
      expect.soft(each, typed).toMatch(/your role is viewer, needed is (member|admin)/);
  });

  test.each(['expired', 'revoked', 'made up'])('a token that is %s', async (which) => {
    const made = await api.ok('POST', '/tokens/', { name: which });
    const at = await new Desk().sitDown(new Api(api.base, made.token), project);
    at.write({ 'valohai.yaml': YAML });
    if (which === 'revoked') await api.ok('DELETE', `/tokens/${made.id}/`);
    if (which === 'expired') await expire(made.id);
    const me = async () => (await new Api(api.base, made.token).call('GET', '/users/me/')).status;
    if (which !== 'made up') await expect.poll(me, { interval: 100 }).toBe(401);
    const env = { VALOHAI_TOKEN: 'made-up', VALOHAI_HOST: installation.httpUrl };
    const words = await unchanged(() => said(at, all(), which === 'made up' ? env : {}));
    for (const [typed, each] of words) expect.soft(each, typed).toMatch(/Invalid token.*log in again/s);
  });

  test('what Cove has not yet', async () => {
    const lines = Object.entries(NOT_YET).map(([command, line]) => [...command.split(' '), ...line]);
    const words = await said(desk, lines);
    for (const [typed, each] of words) expect.soft(each, typed).toMatch(/Not Found/);
  });
});
