/** The command itself, as a shell starts it, where no installation runs. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../app/cli/main.ts', import.meta.url));
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'cove main '));
  writeFileSync(join(home, 'lab.yaml'), 'target: local\n');
  mkdirSync(join(home, 'lab', 'logs'), { recursive: true });
  const line = '{"level":30,"time":1767225600000,"msg":"hello"}\n';
  writeFileSync(join(home, 'lab', 'logs', 'api.log'), line.repeat(50_000));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}
function shell(script: string): Promise<Outcome> {
  const env = { ...process.env, COVE_HOME: home, NODE: process.execPath, MAIN, LAB: join(home, 'lab.yaml') };
  return new Promise((resolve) => {
    const child = execFile('/bin/sh', ['-c', script], { env, encoding: 'utf8' }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
const cove = (words: string) => shell(`"$NODE" "$MAIN" ${words}`);

test.concurrent.each([
  ['', /Which command/],
  ['nonsense', /nonsense/],
  ['staus', /status/],
  ['status --nonsense', /nonsense/],
  ['secret', /help/],
  ['status -s nowhere', /nowhere\.yaml/],
  ['status --config /nowhere/x.yaml', /x\.yaml/],
  ['logs nonsense --config "$LAB"', /api/],
  ['logs api -f --json --config "$LAB"', /cannot follow/],
  ['secret put a/b --config "$LAB" < /dev/null', /letters/],
])('cove %s: exit code 2 and words, no stack', async (words, told) => {
  const { code, stderr } = await cove(words);
  expect(stderr).toMatch(told);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(2);
});

test.concurrent('a reader that has seen enough is no error', async () => {
  const { stdout, stderr } = await shell('"$NODE" "$MAIN" logs api -n 50000 --config "$LAB" | head -n 1');
  expect(stdout).toBe('2026-01-01T00:00:00.000Z info  hello\n');
  expect(stderr).toBe('');
});

test.concurrent('what is not there: told as a fact, in JSON too', async () => {
  const status = await cove('status --json --config "$LAB"');
  expect(status.code).toBe(1);
  expect(JSON.parse(status.stdout)).toMatchObject({
    name: 'lab',
    complete: false,
    services: [],
    container: 'unproven',
  });
  const password = await cove('password --config "$LAB"');
  expect(password.code).toBe(1);
  expect(password.stderr).toContain("npx cove up --config '");
});

test.concurrent('a completion script for the shell', async () => {
  expect((await cove('completion')).stdout).toContain('cove');
});
