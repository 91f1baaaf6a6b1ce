import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/process.ts';

const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) =>
  spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
async function result(...args: string[]) {
  const child = run(...args);
  const [out, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, out, errors };
}
async function settings(content: unknown): Promise<string> {
  const file = join(folder, `${Math.random()}.json`);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
/** A scheduler whose Vault does not answer. */
const scheduler = async () => ({
  role: 'scheduler',
  installation: 'test',
  vault: {
    address: `http://127.0.0.1:${await freePort()}`,
    appRoleFile: await settings({ role_id: 'r', secret_id: 's' }),
  },
  database: { host: '127.0.0.1', port: 1, name: 'cove', user: 'cove_scheduler' },
  queue: { host: '127.0.0.1', port: 1, user: 'scheduler' },
  storage: { kind: 'fs', folder },
});

describe('what is wrong with the settings is told in words, with exit code 2', () => {
  test.for([
    ['no file named', () => [], /usage:/],
    ['no such file', () => ['--settings', '/nowhere.json'], /\/nowhere\.json/],
    ['not JSON', async () => ['--settings', await settings('{')], /\.json is not JSON/],
    ['no such role', async () => ['--settings', await settings({ role: 'cook' })], /role/],
    [
      'a setting forgotten',
      async () => ['--settings', await settings({ ...(await scheduler()), queue: undefined })],
      /queue/,
    ],
    [
      'a setting too many',
      async () => ['--settings', await settings({ ...(await scheduler()), extra: 1 })],
      /extra/,
    ],
    ['no such option', async () => ['--settings', await settings(await scheduler()), '--all'], /--all/],
  ] as [string, () => string[] | Promise<string[]>, RegExp][])('%s', async ([, args, message]) => {
    const { code, errors, out } = await result(...(await args()));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/^\s+at /m);
  });
});

test('a service that waits for Vault says so, and ends at once when asked to', async () => {
  const child = run('--settings', await settings(await scheduler()));
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  expect(JSON.parse(line.split('\n')[0])).toMatchObject({
    msg: expect.stringMatching(/^Vault at .* does not answer/),
  });
  const began = performance.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(performance.now() - began).toBeLessThan(5_000);
});
