/** The `cove` command of a checkout of its own, whose app/cli/main.ts shows what it was given. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTime } from '../../../toolchain/lock.js';
import { toolchain } from './machinery.ts';

const root = mkdtempSync(join(tmpdir(), 'a check out-'));

beforeAll(() => {
  cpSync(toolchain, join(root, 'toolchain'), { recursive: true });
  mkdirSync(join(root, 'own'));
  const own = { name: 'own-node', version: '1.0.0', bin: { node: 'node' } };
  writeFileSync(join(root, 'own', 'package.json'), JSON.stringify(own));
  symlinkSync(process.execPath, join(root, 'own', 'node'));
  const manifest = {
    name: 'x',
    type: 'module',
    dependencies: { 'own-node': 'file:own' },
    bin: { cove: 'toolchain/cove.js' },
  };
  writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
  execFileSync('npm', ['install', '--package-lock-only', '--offline', '--silent'], { cwd: root });
  mkdirSync(join(root, 'app', 'cli'), { recursive: true });
  writeFileSync(
    join(root, 'app', 'cli', 'main.ts'),
    `interface Answers { [name: string]: () => void }
     const [verb = '', ...args]: string[] = process.argv.slice(2);
     const answers: Answers = {
       show: () => console.log(JSON.stringify({ args, cwd: process.cwd(), node: process.version })),
       fail: () => process.exit(Number(args[0])),
       echo: () => process.stdin.pipe(process.stdout),
       stay: () => { console.log('stays'); setInterval(() => {}, 1000); },
       obey: () => {
         process.on('SIGTERM', () => { console.log('told to end'); process.exit(3); });
         answers.stay();
       },
     };
     answers[verb]();\n`,
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function cove(...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'toolchain', 'cove.js'), ...args], { cwd: tmpdir() });
  const output = text(child.stdout);
  return {
    child,
    async end() {
      const [code, signal] = await once(child, 'exit');
      return { code, signal, output: await output };
    },
  };
}

test('it installs, then hands over arguments, folder and exit code', async () => {
  const shown = cove('show', 'a b', '--yes', '');
  const words = text(shown.child.stderr);
  const { output, code } = await shown.end();
  expect(JSON.parse(output)).toEqual({ args: ['a b', '--yes', ''], cwd: tmpdir(), node: process.version });
  expect(code).toBe(0);
  expect(await words).toMatch(/^Installing npm packages/);
  expect(await cove('fail', '4').end()).toMatchObject({ code: 4 });
});

test('a signal while npm installs ends npm too', async () => {
  const fresh = mkdtempSync(join(tmpdir(), 'check out-'));
  try {
    cpSync(toolchain, join(fresh, 'toolchain'), { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(root, name), join(fresh, name));
    const pidFile = join(fresh, 'npm.pid');
    writeFileSync(
      join(fresh, 'npm'),
      `#!/bin/sh\necho $$ > '${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'\nexec sleep 60\n`,
      { mode: 0o755 },
    );
    const child = spawn(process.execPath, [join(fresh, 'toolchain', 'cove.js'), 'status'], {
      env: { ...process.env, PATH: `${fresh}:${process.env.PATH}` },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await vi.waitUntil(() => existsSync(pidFile), { timeout: 20_000 });
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    const npm = Number(readFileSync(pidFile, 'utf8'));
    await vi.waitUntil(() => startTime(npm) === undefined, { timeout: 20_000 });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
});

test('npx finds it', () => {
  const output = execFileSync('npx', ['--offline', 'cove', 'show', 'x'], { cwd: root, encoding: 'utf8' });
  expect(JSON.parse(output).args).toEqual(['x']);
});

test('standard input goes through', async () => {
  const running = cove('echo');
  running.child.stdin.end('from a pipe');
  expect((await running.end()).output).toBe('from a pipe');
});

test('a signal reaches the program, whose way of ending becomes ours', async () => {
  const obedient = cove('obey');
  await once(obedient.child.stdout, 'data');
  obedient.child.kill('SIGTERM');
  expect(await obedient.end()).toMatchObject({ code: 3, output: 'stays\ntold to end\n' });

  const deaf = cove('stay');
  await once(deaf.child.stdout, 'data');
  deaf.child.kill('SIGINT');
  expect(await deaf.end()).toMatchObject({ code: null, signal: 'SIGINT' });
});
