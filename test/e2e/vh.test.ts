/** The official client, unmodified, against the running platform. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../support/api.ts';
import { vh } from '../support/vh.ts';
import { admin, installation, signIn } from './support.ts';

const configDir = mkdtempSync(join(tmpdir(), 'vh-config-'));
const cwd = mkdtempSync(join(tmpdir(), 'vh-project-'));
const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' });
const run = (...args: string[]) => vh(args, { configDir, cwd });
const name = `vh-${Date.now()}`;
const YAML = `- step:
    name: greet
    image: python:3.12-slim
    command:
      - echo {parameters}
      - echo "hello from $(cat /valohai/inputs/words/words.txt 2>/dev/null || echo nobody)"
      - |
        echo '{"loss": 0.25}'
      - printf result > /valohai/outputs/result.txt
    parameters:
      - name: rate
        type: float
        default: 0.5
    inputs:
      - name: words
        optional: true
`;
let api: Api;

beforeAll(async () => {
  api = await signIn();
  writeFileSync(join(cwd, 'valohai.yaml'), YAML);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'first');
});

test('login: a wrong password is told in words, the right one is kept', async () => {
  const wrong = await run('login', '--host', installation.httpUrl, '-u', admin.username, '-p', 'nonsense');
  expect(wrong.code).not.toBe(0);
  expect(wrong.stdout + wrong.stderr).not.toContain('Traceback');
  const right = await run(
    'login',
    '--host',
    installation.httpUrl,
    '-u',
    admin.username,
    '-p',
    admin.password,
  );
  expect(right.code, right.stdout + right.stderr).toBe(0);
});

test('project create --link, project list', async () => {
  const created = await run('project', 'create', '-n', name, '-o', admin.username, '--link');
  expect(created.code, created.stdout + created.stderr).toBe(0);
  const list = await run('project', 'list');
  expect(list.stdout).toContain(name);
});

test('exec run --adhoc, watched to its end; logs; outputs with the same checksum', async () => {
  const created = await run('exec', 'run', '--adhoc', 'greet', '--rate', '0.75');
  expect(created.code, created.stdout + created.stderr).toBe(0);
  const again = await run('exec', 'run', '--adhoc', 'greet');
  expect(again.code).toBe(0);
  const project = (await api.ok('GET', '/projects/?limit=1000')).results.find(
    (p: { name: string }) => p.name === name,
  );
  const executions = (await api.ok('GET', `/executions/?project=${project.id}&ordering=counter`)).results;
  expect(executions.length).toBe(2);
  for (const e of executions) expect((await api.end(e.id)).status).toBe('complete');
  expect(executions[0].commit.identifier).toBe(executions[1].commit.identifier);

  const logs = await run('exec', 'logs', '1', '--all');
  expect(logs.code, logs.stdout + logs.stderr).toBe(0);
  expect(logs.stdout).toContain('--rate=0.75');
  expect(logs.stdout).toContain('hello from nobody');

  const folder = mkdtempSync(join(tmpdir(), 'vh-outputs-'));
  const outputs = await run('exec', 'outputs', '1', '-d', folder);
  expect(outputs.code, outputs.stdout + outputs.stderr).toBe(0);
  const file = readFileSync(join(folder, 'result.txt'));
  const [datum] = (await api.ok('GET', `/data/?output_execution=${executions[0].id}`)).results;
  expect(createHash('sha256').update(file).digest('hex')).toBe(datum.sha256);
});

test('exec list, info, summarize, stop', async () => {
  expect((await run('exec', 'list')).stdout).toContain('greet');
  const info = await run('--output-format', 'json', 'exec', 'info', '1');
  expect(info.code, info.stdout + info.stderr).toBe(0);
  expect((await run('exec', 'summarize', '1-2')).stdout).toContain('0.25');
  const stop = await run('exec', 'stop', '1');
  expect(stop.stdout + stop.stderr).not.toContain('Traceback');
});

test('environment variables: made, listed, removed; a secret one without its value', async () => {
  expect((await run('project', 'environment-variables', 'create', '--secret', 'KEY=classified')).code).toBe(
    0,
  );
  expect((await run('project', 'environment-variables', 'create', 'PLAIN=seen')).code).toBe(0);
  const list = await run('project', 'environment-variables', 'list');
  expect(list.stdout).toContain('seen');
  expect(list.stdout).not.toContain('classified');
  expect((await run('project', 'environment-variables', 'delete', 'KEY', 'PLAIN')).code).toBe(0);
});

test('an unknown execution is told in words', async () => {
  const unknown = await run('exec', 'info', '999');
  expect(unknown.code).not.toBe(0);
  expect(unknown.stdout + unknown.stderr).not.toContain('Traceback');
});
