import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepare } from '../../../toolchain/prepare.js';
import type { Progress } from '../../../toolchain/types.d.ts';
import { process_, toolchain } from './machinery.ts';

let root: string;
let events: Progress[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check out-'));
  events = [];
  // A package of this folder stands for the pinned Node, so that npm needs no network.
  mkdirSync(join(root, 'own'));
  const own = { name: 'own-node', version: '1.0.0', bin: { node: 'node.sh' } };
  writeFileSync(join(root, 'own', 'package.json'), JSON.stringify(own));
  writeFileSync(join(root, 'own', 'node.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(root, '.npmrc'), 'update-notifier=false\n');
  depend({ 'own-node': 'file:own' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function depend(dependencies: Record<string, string>): void {
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', dependencies }));
  execFileSync('npm', ['install', '--package-lock-only', '--offline', '--silent'], { cwd: root });
}
const run = (env = process.env) => prepare({ root, env, onProgress: (event) => events.push(event) });
const installs = () => events.filter((event) => event.done && !event.failed).length;

test('it installs once, and links cove', async () => {
  await run();
  expect(existsSync(join(root, 'node_modules', '.bin', 'node'))).toBe(true);
  expect(readlinkSync(join(root, 'node_modules', '.bin', 'cove'))).toBe('../../toolchain/cove.js');
  await run();
  expect(installs()).toBe(1);
});

test('another lock file means another installation', async () => {
  await run();
  mkdirSync(join(root, 'more'));
  writeFileSync(join(root, 'more', 'package.json'), JSON.stringify({ name: 'more', version: '1.0.0' }));
  depend({ 'own-node': 'file:own', more: 'file:more' });
  await run();
  expect(installs()).toBe(2);
  expect(existsSync(join(root, 'node_modules', 'more'))).toBe(true);
});

test('what npm installed by hand is left alone', async () => {
  execFileSync('npm', ['ci', '--offline', '--silent'], { cwd: root });
  await run();
  expect(installs()).toBe(0);
});

test('an installation cut short is done again', async () => {
  mkdirSync(join(root, 'node_modules', 'half'), { recursive: true });
  await run();
  expect(installs()).toBe(1);
  expect(existsSync(join(root, 'node_modules', 'half'))).toBe(false);
});

test('two at once install once', async () => {
  const text = `import { prepare } from ${JSON.stringify(join(toolchain, 'prepare.js'))};
    await prepare({ root: ${JSON.stringify(root)}, onProgress: (event) => event.done && console.log('installed') });`;
  const outputs = await Promise.all([process_(text).ended, process_(text).ended]);
  expect(outputs.join('')).toBe('installed\n');
});

test('without npm it says what to install', async () => {
  await expect(run({ PATH: join(root, 'nothing') })).rejects.toMatchObject({
    code: 'install_failed',
    message: expect.stringContaining('npm was not found on PATH'),
  });
});

test('what npm says is passed on, and nothing counts as installed', async () => {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm error code ENOTFOUND" >&2\nexit 1\n');
  chmodSync(join(bin, 'npm'), 0o755);
  await expect(run({ PATH: `${bin}:/usr/bin:/bin` })).rejects.toThrow(
    /registry does not answer[\s\S]*ENOTFOUND/,
  );
  await run();
  expect(installs()).toBe(1);
  expect(readFileSync(join(root, 'node_modules', '.cove-stamp'), 'utf8')).toMatch(/^[0-9a-f]{64} /);
});
