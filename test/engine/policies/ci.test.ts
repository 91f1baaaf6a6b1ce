/** The commands of docs/ci, as a CI job runs them: a bad config blocks with exit code 3, a good one passes. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../toolchain/root.js';

const folder = mkdtempSync(join(tmpdir(), 'policies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = (name: string) => parse(readFileSync(join(root, 'docs', 'ci', name), 'utf8'));
const github: string[] = example('github.yaml').jobs.policies.steps.flatMap(
  ({ run }: { run?: string }) => run ?? [],
);
const gitlab: string[] = example('gitlab.yaml').policies.script;

test('both begin with the packages, and end with the policies', () => {
  expect(github).toEqual(gitlab);
  expect(github).toEqual(['npm ci --ignore-scripts', 'npm run policies']);
});

/** The last command of the example on files of our own; the packages are here already. */
function inCi(...files: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      'sh',
      ['-c', `${github.at(-1)} -- ${files.map((file) => `'${file}'`).join(' ')}`],
      { cwd: root },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr }),
    );
  });
}
function config(name: string, text: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}
const aws = readFileSync(join(root, 'config', 'aws.yaml'), 'utf8');
const exception = (until: string) =>
  `policyExceptions:\n  - policy: NET-03\n    reason: We try what an exception does\n    until: ${until}\n`;

test('a good config passes, a bad one blocks, a wrong one is told', async () => {
  const good = await inCi(config('good', `target: local\n${exception('2999-12-31')}`));
  expect(good).toMatchObject({ code: 0, output: expect.stringContaining('ok ') });

  const ended = await inCi(config('ended', `target: local\n${exception('2020-01-31')}`));
  expect(ended.output).toMatch(/exception from NET-03 .*ended on 2020-01-31/);
  expect(ended.code).toBe(3);

  const bad = await inCi(config('bad', without(aws, 'budget')));
  expect(bad.output).toMatch(/OPS-03: there is no budget\. Needed: .* To do: /);
  expect(bad.code).toBe(3);

  const wrong = await inCi(config('wrong', 'target: local\nhttpPort: none\n'));
  expect(wrong.output).toMatch(/wrong\.yaml:2: httpPort/);
  expect(wrong.code).toBe(2);
});

/** The YAML without one of its keys. */
function without(text: string, key: string): string {
  const { [key]: _, ...rest } = parse(text);
  return JSON.stringify(rest);
}
