/** The command line's own promises, against the running platform. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Api } from '../support/api.ts';
import { administrator, cove, coveOk, ROOT } from '../support/installation.ts';
import { admin, installation } from './support.ts';

const json = async (args: string[]) => JSON.parse((await coveOk(installation, [...args, '--json'])).stdout);

test('a plain pulumi works on the same state, and sees no change', async () => {
  const { stdout: exports } = await coveOk(installation, ['env']);
  const script = `${exports}\npulumi preview --non-interactive --expect-no-changes`;
  const said = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', cwd: tmpdir() });
  expect(said).toMatch(/\d+ unchanged/);
  expect(existsSync(join(ROOT, 'Pulumi.e2e.yaml'))).toBe(false);
});

test('preview of what is there foresees nothing', async () => {
  expect(await json(['preview'])).toMatchObject({ changes: 0, steps: [] });
});

test('a token opens the API, and is of the administrator', async () => {
  const { host, token } = await json(['token', '--name', 'e2e']);
  const me = await new Api(host, token).ok('GET', '/users/me/');
  expect(me.username).toBe(admin.username);
});

test('a paused environment takes jobs again when it is resumed', async () => {
  const reason = 'the disks are changed';
  expect(await json(['environment', 'pause', 'local', '--reason', reason])).toMatchObject({
    slug: 'local',
    paused: true,
    paused_by: admin.username,
    pause_reason: reason,
  });
  expect(await json(['environment', 'resume', 'local'])).toMatchObject({ slug: 'local', paused: false });
});

test('jobs that are lost are run again as often as is said', async () => {
  expect(await json(['environment', 'retries', 'local', '2'])).toMatchObject({
    slug: 'local',
    max_retries: 2,
  });
  expect(await json(['environment', 'retries', 'local', '0'])).toMatchObject({ max_retries: 0 });
});

test('the example runs again on request', async () => {
  const run = await json(['run-example']);
  expect(run).toMatchObject({ status: 'complete', container: true });
  expect(run.metrics.validation_accuracy).toBeGreaterThan(0.9);
  expect(run.outputs.map(({ name }: { name: string }) => name).sort()).toEqual(['model.json', 'report.svg']);
});

test('a service’s log is there to read', async () => {
  const { services } = await json(['logs']);
  expect(services).toEqual(expect.arrayContaining(['api', 'postgres', 'redis', 'scheduler', 'vault']));
  const { lines } = await json(['logs', 'api', '-n', '5']);
  expect(lines.length).toBe(5);
});

test('a question without a terminal is an error that says how to answer it', async () => {
  for (const args of [['destroy'], ['password', '--reset']]) {
    const outcome = await cove(installation, args);
    expect(outcome.code).toBe(4);
    expect(outcome.stderr).toContain('--yes');
  }
  const wrong = await cove(installation, ['destroy', '--yes', '--purge', 'another']);
  expect(wrong.code).toBe(2);
});

test('another password: the old one and its sessions no longer open anything', async () => {
  const before = await administrator(installation);
  const login = (password: string) => {
    const body = new URLSearchParams({ username: before.username, password });
    return fetch(`${installation.httpUrl}/api/v0/get-token/`, { method: 'POST', body });
  };
  await coveOk(installation, ['password', '--reset', '--yes']);
  const after = await administrator(installation);
  expect(after.password).not.toBe(before.password);
  expect((await login(before.password)).status).toBe(400);
  expect((await login(after.password)).status).toBe(200);
});

test('dev restarts what a changed source belongs to, and nothing else', async () => {
  const clone = mkdtempSync(join(tmpdir(), 'cove-dev-'));
  for (const room of [
    'app',
    'components',
    'config',
    'stacks',
    'toolchain',
    'package.json',
    'package-lock.json',
  ]) {
    cpSync(join(ROOT, room), join(clone, room), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  const pids = async () =>
    Object.fromEntries(
      (await json(['status'])).services.map(({ name, pid }: { name: string; pid: number }) => [name, pid]),
    );
  const before = await pids();
  const dev = spawn(
    process.execPath,
    [join(clone, 'app/cli/main.ts'), 'dev', '--config', installation.configFile],
    {
      env: { ...process.env, COVE_HOME: installation.home },
    },
  );
  let said = '';
  dev.stdout.on('data', (data) => (said += data));
  try {
    await expect.poll(() => said, { timeout: 20_000 }).toContain('Watching');
    await appendFile(join(clone, 'app/scheduler/main.ts'), '\n');
    await expect.poll(() => said, { timeout: 20_000 }).toContain('restarted scheduler');
  } finally {
    dev.kill();
    rmSync(clone, { recursive: true, force: true });
  }
  await expect.poll(async () => (await pids()).scheduler, { timeout: 30_000 }).not.toBe(before.scheduler);
  expect(await pids()).toMatchObject({ api: before.api, postgres: before.postgres });
});
