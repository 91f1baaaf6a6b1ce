/** The official client: into a running job by SSH, and notebooks (conformance flows 15 and 12). */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../../support/api.ts';
import { newKey } from '../../support/inside-contract.ts';
import { blocksOf, type } from '../../support/pages.ts';
import { freePort } from '../../support/process.ts';
import { installation, signIn } from '../support.ts';
import { colleague, Desk, newDesk } from './desk.ts';

let api: Api;
/** The real `ssh`, which must not touch the settings of whoever runs the tests. */
let PATH: string;
beforeAll(async () => {
  api = await signIn();
  const folder = mkdtempSync(join(tmpdir(), 'vh-ssh-'));
  const options = ['StrictHostKeyChecking no', `UserKnownHostsFile ${join(folder, 'known_hosts')}`];
  writeFileSync(join(folder, 'config'), [...options, 'IdentitiesOnly yes', 'BatchMode yes', ''].join('\n'));
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${folder}/config' "$@"\n`, {
    mode: 0o755,
  });
  PATH = `${folder}${delimiter}${process.env.PATH}`;
});

const STEP = `- step:
    name: wait
    image: python:3.12-slim
    command:
      - echo begun
      - while [ ! -e /valohai/outputs/enough ]; do sleep 0.1; done
`;

test.each(['local', 'local-process'])('exec run with port and key, exec ssh, in %s', async (environment) => {
  const { desk, project } = await newDesk(api, { 'valohai.yaml': STEP });
  const [key, other, port] = await Promise.all([newKey(), newKey(), freePort()]);
  const run = (file: string, at = String(port)) => [
    'exec',
    'run',
    '--adhoc',
    '-e',
    environment,
    '--debug-port',
    at,
    '--debug-key-file',
    file,
    'wait',
  ];
  await desk.ok(...run(`${key.file}.pub`));
  const { id } = await api.ok('GET', `/executions/${project.id}:1/`);
  expect((await api.ok('GET', `/executions/${id}/`)).runtime_config.remote_debug).toEqual({
    debug_port: port,
    debug_key: key.publicKey,
  });
  await api.until(id, ({ status }) => status === 'started');
  const ssh = (file: string, input: string, ...more: string[]) =>
    desk.expectOk(['exec', 'ssh', '1', '--private-key-file', file, ...more], { input, env: { PATH } });
  const [inside, refused] = await Promise.all([
    ssh(key.file, 'echo "$VH_JOB_ID in $PWD"\n'),
    ssh(other.file, 'echo never\n'),
  ]);
  expect(inside).toContain(`SSH address is 127.0.0.1:${port}`);
  expect(inside).toContain(`exec-${id} in /valohai/repository`);
  expect(refused).toContain('Permission denied (publickey)');
  const events = (await api.ok('GET', `/executions/${id}/status-events/?limit=100`)).status_events;
  expect(events.map(({ message }: { message: string }) => message)).toContain(
    `::ssh::{"port":${port},"address":"127.0.0.1"}`,
  );

  writeFileSync(join(desk.cwd, 'bad.pub'), 'ssh-dss AAAAB3NzaC1kc3MAAACBAPn\n');
  const [byAddress, badKey, badPort] = await Promise.all([
    ssh(key.file, 'touch /valohai/outputs/enough\n', '--address', `127.0.0.1:${port}`),
    desk.refused(run('bad.pub')),
    desk.refused(run(`${key.file}.pub`, '70000')),
  ]);
  expect(byAddress).toContain(`SSH address is 127.0.0.1:${port}`);
  expect(badKey).toMatch(/remote_debug.*public key/s);
  expect(badPort).toMatch(/remote_debug.*a port from 1024 to 65535/s);
  expect((await api.end(id)).status).toBe('complete');
  const [gone, late] = await Promise.all([
    ssh(key.file, '', '--address', `127.0.0.1:${port}`),
    desk.refused(['exec', 'ssh', '1', '--private-key-file', key.file]),
  ]);
  expect(gone).toContain('Connection refused');
  expect(late).toContain('Cannot SSH into it');
});

test('notebook run: a Jupyter that only members can open, whose files are kept', async () => {
  const { desk, project } = await newDesk(api);
  const run = ['notebook', 'run', '-i', 'cove-test/jupyter:1'];
  const [started, nowhere] = await Promise.all([
    desk.ok(...run, '-v', 'GREETING=good day'),
    desk.refused([...run, '-e', 'no-such']),
  ]);
  expect(started).toMatch(/Notebook execution 1 queued/);
  expect(nowhere).toContain('no environment "no-such"');
  const notebook = await api.ok('GET', `/executions/${project.id}:1/`);
  expect(notebook).toMatchObject({
    step: 'Notebook Execution',
    commit: null,
    environment: { slug: 'local' },
    environment_variables: { GREETING: 'good day' },
    runtime_config: { no_output_timeout: 604_800 },
  });
  const address = () => api.call('GET', `/executions/${notebook.id}/notebook/`);
  await expect.poll(async () => (await address()).status, { timeout: 120_000, interval: 200 }).toBe(200);
  // As docs/vh.md tells it.
  const own = { 'https://cove.example.com': installation.httpUrl, ID: notebook.id };
  const [told] = await type('vh.md', blocksOf('vh.md')[0]!, own, { TOKEN: api.token });
  const url = new URL(JSON.parse(told!).url);
  const token = url.searchParams.get('token');
  expect((await api.log(notebook.id)).map(({ message }) => message).join('\n')).not.toContain(token);

  // As a browser does it: by the token, then over Jupyter's own API.
  const jupyter = (method: string, path: string, body?: object, secret = token) =>
    fetch(new URL(path, url), {
      method,
      headers: { Authorization: `token ${secret}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const page = await fetch(url);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('jupyter')]);
  expect((await jupyter('GET', '/api/contents', undefined, 'guessed')).status).toBe(403);
  const content = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const saved = await jupyter('PUT', '/api/contents/study.ipynb', { type: 'notebook', content });
  expect(saved.status).toBe(201);

  const viewer = await colleague(api, { id: project.id, role: 'viewer' });
  const [notAllowed, forbidden, list] = await Promise.all([
    viewer.call('GET', `/executions/${notebook.id}/notebook/`),
    new Desk().sitDown(viewer, project).then((theirs) => theirs.refused(run)),
    desk.ok('exec', 'list'),
  ]);
  expect(notAllowed.status).toBe(403);
  expect(forbidden).toContain('your role is viewer');
  expect(list).toContain('Notebook Execution');

  expect(await desk.ok('exec', 'stop', 'latest')).toContain('is stopping');
  const ended = await api.end(notebook.id);
  expect([ended.status, ended.outputs.map(({ name }) => name)]).toEqual(['stopped', ['study.ipynb']]);
  expect((await address()).status).toBe(409);
  await expect(jupyter('GET', '/api')).rejects.toThrow('fetch failed');
});

test('a notebook of an image without Jupyter ends with words', async () => {
  const { desk, project } = await newDesk(api);
  await desk.ok('notebook', 'run', '-e', 'local', '-i', 'python:3.12-slim');
  const { id } = await api.ok('GET', `/executions/${project.id}:1/`);
  expect(await api.end(id)).toMatchObject({ status: 'error', exit_code: 127 });
  expect((await api.log(id)).map(({ message }) => message).join('\n')).toContain('This image has no Jupyter');
});
