/** Our language host under the real engine: what a plain `pulumi up` does with a program, and with a policy pack. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensure } from '../../toolchain/programs.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'language host-'));
const project = join(folder, 'project');
let engine: string;

beforeAll(async () => {
  engine = await ensure('pulumi');
  for (const at of ['project', 'state', 'home']) mkdirSync(join(folder, at));
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  write(
    'package.json',
    JSON.stringify({ name: 'p', type: 'module', dependencies: { '@pulumi/pulumi': '*' } }),
  );
  const runtime = '{name: nodejs, options: {typescript: false}}';
  write('Pulumi.yaml', `name: p\nmain: index.ts\nruntime: ${runtime}\n`);
  write(
    'index.ts',
    `import * as pulumi from '@pulumi/pulumi';
     interface Greeting { text: string }
     const config = new pulumi.Config();
     const greeting: Greeting = { text: 'hello ' + config.require('who') };
     class Part extends pulumi.ComponentResource {
       constructor(name: string) { super('test:index:Part', name); this.registerOutputs({}); }
     }
     new Part('part');
     if (config.get('fail') === 'throw') throw new Error('deliberate');
     if (config.get('fail') === 'exit') process.exit(7);
     export const text = greeting.text;
     export const length = config.requireSecret('secret').apply((value) => value.length);
     export const node = process.version;
     export const preview = pulumi.runtime.isDryRun();\n`,
  );
  await pulumi('stack', 'init', 'dev');
  await pulumi('config', 'set', 'who', 'world');
  await pulumi('config', 'set', '--secret', 'secret', 'abc');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(project, name), text);

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    COVE_ROOT: root,
    PULUMI_HOME: join(folder, 'home'),
    PULUMI_BACKEND_URL: `file://${join(folder, 'state')}`,
    PULUMI_CONFIG_PASSPHRASE: 'test',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    // As on a machine whose own Node is older than the one that is pinned.
    PATH: '/usr/bin:/bin',
  };
}

async function pulumi(...args: string[]): Promise<string> {
  const all = [...args, '--non-interactive', '--color', 'never'];
  const { stdout } = await run(engine, all, { cwd: project, env: environment() });
  return stdout;
}
const failure = (...args: string[]): Promise<string> =>
  pulumi(...args).then(
    () => expect.fail(`pulumi ${args.join(' ')} succeeded`),
    (error) => error.stdout + error.stderr,
  );

test('a TypeScript program runs on the pinned Node, with its config', async () => {
  const output = await pulumi('up', '--yes');
  expect(output).not.toContain('from $PATH');
  const outputs = JSON.parse(await pulumi('stack', 'output', '--json', '--show-secrets'));
  expect(outputs).toEqual({ text: 'hello world', length: 3, node: process.version, preview: false });
  expect(await pulumi('stack', 'output')).toContain('[secret]');
  expect(await pulumi('up', '--yes', '--skip-preview')).toContain('2 unchanged');
});

test('a program that throws shows its error once, and changes nothing', async () => {
  await pulumi('config', 'set', 'fail', 'throw');
  const output = await failure('up', '--yes', '--skip-preview');
  expect(output.match(/Error: deliberate/g)).toHaveLength(1);
  expect(output).not.toContain('The program ended');
  expect(output).toContain('2 unchanged');
});

test('a program that just exits is told of', async () => {
  await pulumi('config', 'set', 'fail', 'exit');
  expect(await failure('preview')).toContain('The program ended with exit code 7.');
  await pulumi('config', 'rm', 'fail');
});

test('about names the runtime and the dependencies', async () => {
  const about = JSON.parse(await pulumi('about', '--json'));
  expect(about.runtime).toMatchObject({ language: 'nodejs', version: process.version });
  expect(about.dependencies).toEqual([{ name: '@pulumi/pulumi', version: '3.259.0' }]);
});

test('it ends with the engine, however sudden', async () => {
  write(
    'index.ts',
    `import { writeFileSync } from 'node:fs';
     writeFileSync('started', String(process.pid));
     await new Promise((done) => setTimeout(done, 600_000));\n`,
  );
  const child = execFile(engine, ['preview', '--non-interactive'], { cwd: project, env: environment() });
  const pid = await until(() => Number(readFileSync(join(project, 'started'), 'utf8')));
  child.kill('SIGKILL');
  await until(() => !alive(pid));
});

async function until<T>(look: () => T): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const found = look();
      if (found) return found;
    } catch {
      // Not yet.
    }
    if (Date.now() > deadline) throw new Error('it did not happen within 30 s');
    await sleep(50);
  }
}
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
