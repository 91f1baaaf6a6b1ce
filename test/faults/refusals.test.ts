/** What an operator may find in the way of `up`: one clear message and exit code each, never a stack trace. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { cove, coveOk, type Installation, type Outcome, planInstallation } from '../support/installation.ts';

const made: Installation[] = [];
const plan = async (name: string, config?: string) => {
  const at = await planInstallation(name, config);
  made.push(at);
  return at;
};
afterEach(async () => {
  for (const at of made.splice(0)) {
    await cove(at, ['destroy', '--yes', '--purge', at.name]);
    await rm(at.home, { recursive: true, force: true });
  }
});
const told = (outcome: Outcome, code: number, words: RegExp) => {
  expect(outcome.stdout + outcome.stderr).toMatch(words);
  expect(outcome.stderr).not.toMatch(/\n\s+at \S+ \(/);
  expect(outcome.code).toBe(code);
};

test('a port that is taken is named, with who might hold it', async () => {
  const at = await plan('taken');
  const port = Number(new URL(at.httpUrl).port);
  const holder = createServer().listen(port, '127.0.0.1');
  told(await cove(at, ['up', '--yes']), 4, new RegExp(String(port)));
  holder.close();
});

test('a wrong config: file, line, what was found, a suggestion', async () => {
  const at = await plan('wrong', 'htpPort: 1\n');
  told(await cove(at, ['up', '--yes']), 2, /wrong\.yaml:4.*htpPort[\s\S]*httpPort/);
});

test('a passphrase that was lost or changed', async () => {
  const at = await plan('passphrase');
  await coveOk(at, ['up', '--yes']);
  await writeFile(join(at.home, at.name, 'keys/passphrase'), 'another one');
  told(await cove(at, ['up', '--yes']), 4, /passphrase/);
  told(await cove(at, ['preview']), 4, /passphrase/);
});

test('a lock of a living process is respected, one of a dead process is taken', async () => {
  const at = await plan('locked');
  await coveOk(at, ['up', '--yes']);
  const locks = join(at.home, at.name, 'state/.pulumi/locks/organization/cove', at.name);
  await mkdir(locks, { recursive: true });
  const lock = {
    pid: 2 ** 22 - 1,
    username: 'root',
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
  await writeFile(join(locks, 'dead.json'), JSON.stringify(lock));
  told(await cove(at, ['up'], { input: '' }), 4, /lock/i);
  await coveOk(at, ['up', '--yes']);
});

test('no container engine: the platform comes up, and the last line says that containers are unproven', async () => {
  const at = await plan('engineless', 'dockerSocket: /nonexistent/docker.sock\n');
  const up = await coveOk(at, ['up', '--yes']);
  expect(up.stdout.trim().split('\n').at(-1)).toMatch(/unproven/);
  const status = JSON.parse((await coveOk(at, ['status', '--json'])).stdout);
  expect(status.container).toBe('unproven');
});

test('two installations side by side do not disturb each other', async () => {
  const [one, two] = [await plan('one'), await plan('two')];
  await coveOk(one, ['up', '--yes']);
  await coveOk(two, ['up', '--yes']);
  await coveOk(two, ['destroy', '--yes', '--purge', 'two']);
  const status = JSON.parse((await coveOk(one, ['status', '--json'])).stdout);
  expect(status.services.every((s: { health: string }) => s.health === 'ok')).toBe(true);
});

test('a folder that may not be written to', async () => {
  const at = await plan('readonly');
  await rm(join(at.home, at.name), { recursive: true, force: true });
  await writeFile(join(at.home, at.name), 'a file where a folder should be');
  const outcome = await cove(at, ['up', '--yes']);
  told(outcome, outcome.code === 1 ? 1 : 4, /readonly/);
  await rm(join(at.home, at.name));
  await chmod(at.home, 0o700);
});
