/** The official client: commits of a repository, ad-hoc packages, and no checkout at all (conformance flows 3, 4, 13). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Api } from '../../support/api.ts';
import { type GitHost, startGitHost } from '../../support/sshd.ts';
import { installation, signIn } from '../support.ts';
import { colleague, Desk, newDesk } from './desk.ts';

let api: Api;
let host: GitHost;
beforeAll(async () => {
  [api, host] = await Promise.all([signIn(), startGitHost()]);
});
afterAll(() => host?.close());

const yaml = (command: string, name = 'say') => `- step:
    name: ${name}
    image: python:3.12-slim
    environment: local-process
    command: ${command}
    parameters:
      - name: word
        default: nothing
`;
/** A commit that only this desk has. */
async function unpushed(desk: Desk): Promise<string> {
  desk.git('clone', '-q', '.', 'elsewhere');
  desk.git('-C', 'elsewhere', 'commit', '-q', '--allow-empty', '-m', 'mine alone');
  desk.git('fetch', '-q', 'elsewhere');
  return desk.git('rev-parse', 'FETCH_HEAD');
}
const messages = async (id: string) =>
  (await api.log(id)).filter(({ stream }) => stream === 'stdout').map(({ message }) => message);
const execution = (project: { id: string }, counter: number) =>
  api.ok('GET', `/executions/${project.id}:${counter}/`);
const ended = async (project: { id: string }, counter: number) =>
  api.end((await execution(project, counter)).id);

test('a repository: fetched, listed, run at a commit named by its beginning; and without a checkout', async () => {
  const { desk, project } = await newDesk(api);
  expect(await desk.ok('project', 'fetch')).toContain('no repository');
  const repository = await host.repository('vh', {
    'valohai.yaml': yaml('cat text.txt'),
    'text.txt': 'one\n',
  });
  const { public_key } = await api.ok('PUT', `/projects/${project.id}/repository/`, {
    url: repository.sshUrl,
  });
  await host.authorize(public_key);
  desk.git('clone', '-q', '-c', 'core.sshCommand=false', repository.path, '.');
  const first = desk.git('rev-parse', 'HEAD');
  expect(await desk.ok('project', 'fetch')).toMatch(new RegExp(`main.*${first}.*1 new commits`, 's'));
  const second = await repository.commit({ 'text.txt': 'two\n' });
  // The second commit is not known here yet: the client offers to fetch it.
  desk.git('pull', '-q');
  const ran = await desk.expectOk(['exec', 'run', 'say'], { input: 'y\n' });
  expect(ran).toMatch(new RegExp(`${second}.*Execution #1 created`, 's'));

  const remote = await new Desk().sitDown(api);
  const env = { VALOHAI_PROJECT: project.id, VALOHAI_PROJECT_MODE: 'remote' };
  const [commits, older, far, unknown] = await Promise.all([
    desk.ok('project', 'commits'),
    desk.ok('exec', 'run', '--commit', first.slice(0, 8), 'say'),
    remote.expectOk(['exec', 'run', 'say', '--word', 'far'], { env }),
    unpushed(desk).then((commit) => desk.refused(['exec', 'run', '-c', commit, 'say'], { input: 'n\n' })),
  ]);
  expect(commits).toMatch(
    new RegExp(`${second} \\(current\\).*${first}|${first}.*${second} \\(current\\)`, 's'),
  );
  expect(older).toMatch(/Execution #\d created/);
  expect(far).toContain(`newest commit ${second}`);
  expect(unknown).toMatch(/is not known for the project.*Aborted/s);

  const all = await Promise.all([1, 2, 3].map((counter) => ended(project, counter)));
  const said = await Promise.all(all.map(({ id }) => messages(id)));
  const details = await Promise.all([1, 2, 3].map((counter) => execution(project, counter)));
  const seen = details.map(({ commit, parameters }, i) => [commit.identifier, parameters.word, said[i]]);
  expect(all.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete']);
  expect(seen[0]).toEqual([second, 'nothing', ['two']]);
  expect(seen).toContainEqual([first, 'nothing', ['one']]);
  expect(seen).toContainEqual([second, 'far', ['two']]);
});

test('a package of the folder: uploaded once, without what .vhignore and .gitignore name; another file of steps', async () => {
  const { desk, project } = await newDesk(api, {
    'valohai.yaml': yaml('find . -type f | sort; echo {parameters}'),
    'broken.yaml': '- step:\n    name: other\n',
    'data/big.bin': 'never sent',
    'notes.txt': 'sent',
    'build.log': 'never sent',
    '.gitignore': '*.log\n',
    '.vhignore': 'data/\n',
  });
  desk.git('init', '-q', '-b', 'main');
  desk.git('add', '.');
  desk.git('commit', '-qm', 'first');
  const beside = await new Desk().sitDown(api, project);
  beside.write({ 'other.yaml': yaml('echo of the other file', 'other'), 'valohai.yaml': yaml('echo') });
  const first = await desk.ok('exec', 'run', '--adhoc', 'say', '--word', 'first');
  expect(first).toMatch(/Uploaded ad-hoc code/);
  const [again, other, broken, noStep, unsigned] = await Promise.all([
    desk.ok('exec', 'run', '--adhoc', 'say', '--word', 'it is'),
    beside.ok('exec', 'run', '--adhoc', '--yaml', 'other.yaml', 'other'),
    desk.refused(['exec', 'run', '--adhoc', '--yaml', 'broken.yaml', 'other']),
    desk.refused(['exec', 'run', '--adhoc', 'nonsense']),
    colleague(api, { id: project.id, role: 'viewer' })
      .then((viewer) => new Desk().sitDown(viewer, project))
      .then((viewer) => {
        viewer.write({ 'valohai.yaml': yaml('echo') });
        return viewer.refused(['exec', 'run', '--adhoc', 'say']);
      }),
  ]);
  expect(again).toMatch(/already uploaded/i);
  expect(other).toContain('created');
  expect(broken).toContain('broken.yaml is invalid');
  expect(noStep).toContain('nonsense');
  expect(unsigned).toContain('your role is viewer');

  const runs = await Promise.all([1, 2, 3].map((counter) => ended(project, counter)));
  const details = await Promise.all([1, 2, 3].map((counter) => execution(project, counter)));
  expect(runs.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete']);
  const commit = details[0].commit;
  expect(commit).toMatchObject({ adhoc: true, identifier: expect.stringMatching(/^~[0-9a-f]{64}$/) });
  const same = details.filter(({ step }) => step === 'say');
  expect(same.map((one) => one.commit.identifier)).toEqual([commit.identifier, commit.identifier]);
  const words = await messages(details[0].id);
  expect(words).toEqual(['./broken.yaml', './notes.txt', './valohai.yaml', '--word=first']);
  const quoted = details.find(({ parameters }) => parameters.word === 'it is');
  expect(await messages(quoted.id)).toContain('--word=it is');
  const third = details.find(({ step }) => step === 'other');
  expect(await messages(third.id)).toEqual(['of the other file']);
  const { results } = await api.ok('GET', `/commits/?project=${project.id}&adhoc=true`);
  expect(results.map((one: { yaml_path: string }) => one.yaml_path).sort()).toEqual([
    'other.yaml',
    'valohai.yaml',
  ]);
});

test('every option of exec run arrives', async () => {
  const { desk, project } = await newDesk(api, {
    'valohai.yaml': `- step:
    name: train
    image: python:3.12-slim
    command: cat /valohai/config/parameters.json; echo "$FROM_YAML $FROM_HERE"; cat /valohai/inputs/words/* ; echo {parameters}
    environment-variables:
      - name: FROM_YAML
        default: yaml
      - name: FROM_HERE
        default: never
    inputs:
      - name: words
        optional: true
    parameters:
      - { name: Learning rate, type: float, default: 0.5 }
      - { name: epochs, type: integer }
      - { name: flaggy, type: flag }
      - { name: layers, type: integer, multiple: repeat, default: [1, 2] }
      - { name: note, optional: true }
      - { name: scale, type: float, default: 1 }
      - { name: seed, type: integer, optional: true }
`,
  });
  // The address of a file that anybody may fetch: the API's own document.
  const words = `${installation.httpUrl}/livez`;
  const said = await desk.ok(
    ...['exec', 'run', '--adhoc', '-e', 'local-process', '-i', 'python:3.11', '-t', 'A title', '--tag', 'a'],
    ...['--tag', 'b', '-v', 'FROM_HERE=here', '--priority', '3', '--time-limit', '1h30m', '--autorestart'],
    ...['--k8s-cpu-min', '0.5', '--k8s-memory-max', '512', 'train', '--Learning-rate', '0.25'],
    ...['--epochs', '7', '--flaggy', 'yes', '--layers', '3', '--layers', '4', '--words', words],
    ...['--seed', '1234567890123456789'],
  );
  expect(said).toContain('Execution #1 created');
  const run = await ended(project, 1);
  expect(await execution(project, 1)).toMatchObject({
    status: 'complete',
    title: 'A title',
    tags: ['a', 'b'],
    image: 'python:3.11',
    priority: 3,
    time_limit: 5400,
    environment: { slug: 'local-process' },
    environment_variables: { FROM_YAML: 'yaml', FROM_HERE: 'here' },
    parameters: { 'Learning rate': 0.25, epochs: 7, flaggy: true, layers: [3, 4], note: null },
    inputs: [{ name: 'words', urls: [words] }],
    runtime_config: {
      autorestart: true,
      kubernetes: { containers: { workload: { resources: { requests: { cpu: 0.5 } } } } },
    },
  });
  const lines = (await messages(run.id)).join('\n');
  expect(lines).toContain('yaml here');
  expect(lines).toContain('--Learning rate=0.25 --epochs=7 --flaggy --layers=3 --layers=4 --scale=1.0');
  expect(lines).toContain('--seed=1234567890123456789');
  expect(lines).toMatch(/"scale": 1\.0\b/);
  expect(lines).toMatch(/"seed": 1234567890123456789\b/);
  const [environment, noEpochs, badType] = await Promise.all([
    desk.refused(['exec', 'run', '--adhoc', '-e', 'no-such', 'train', '--epochs', '1']),
    desk.refused(['exec', 'run', '--adhoc', 'train']),
    desk.refused(['exec', 'run', '--adhoc', 'train', '--epochs', 'many']),
  ]);
  expect(environment).toMatch(/no environment "no-such".*vh environments/s);
  expect(noEpochs).toContain('epochs');
  expect(badType).toContain('many');
});
