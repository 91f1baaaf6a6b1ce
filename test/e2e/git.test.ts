/** Fetch from real Git hosts: over SSH with the generated deploy key, and what is said when it goes wrong. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Api } from '../support/api.ts';
import { type GitHost, startGitHost } from '../support/sshd.ts';
import { newProject, signIn } from './support.ts';

let api: Api;
let host: GitHost;
beforeAll(async () => {
  api = await signIn();
  host = await startGitHost();
});
afterAll(() => host?.close());

const STEP = '- step:\n    name: go\n    image: python:3.12-slim\n    command: cat greeting.txt\n';

test('deploy key given, fetched, run from the commit, and run again after the repository is gone', async () => {
  const project = await newProject(api);
  const repository = await host.repository('work', { 'valohai.yaml': STEP, 'greeting.txt': 'from git\n' });
  const set = await api.ok('PUT', `/projects/${project.id}/repository/`, { url: repository.sshUrl });
  const refused = await api.ok('POST', `/projects/${project.id}/fetch/`);
  expect(JSON.stringify(refused.errors)).toMatch(/deploy key/i);

  await host.authorize(set.public_key);
  const fetched = await api.ok('POST', `/projects/${project.id}/fetch/`);
  expect(fetched.errors).toEqual([]);
  expect(fetched.commits[0].ref).toBe('main');

  await repository.remove();
  const run = await api.create(project.id, 'main', 'go');
  expect((await api.end(run.id)).status).toBe('complete');
  expect((await api.log(run.id)).map((e) => e.message)).toContain('from git');
  const gone = await api.ok('POST', `/projects/${project.id}/fetch/`);
  expect(gone.errors.length).toBe(1);
});

test.each([
  'ext::sh -c id',
  'file:///etc',
  '--upload-pack=id',
  'http://169.254.169.254/x.git',
  'https://10.0.0.1/x.git',
])('the address %s is refused', async (url) => {
  const project = await newProject(api);
  const set = await api.call('PUT', `/projects/${project.id}/repository/`, { url });
  if (set.status < 400) {
    const fetched = await api.ok('POST', `/projects/${project.id}/fetch/`);
    expect(fetched.errors.length).toBe(1);
    expect(fetched.commits).toEqual([]);
  } else expect(set.status).toBe(400);
});
