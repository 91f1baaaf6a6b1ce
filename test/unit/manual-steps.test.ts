/** What the pages ask of an operator: few steps, at most ten values, and commands that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { effortRows, efforts, VENDOR } from '../support/manual-steps.ts';

const root = new URL('../../', import.meta.url);
const all = efforts();

test.each(all)('$target: at most ten values, and far fewer steps than the vendor', ({ steps, values }) => {
  expect(values?.length ?? 0).toBeLessThanOrEqual(10);
  expect(steps?.length ?? 0).toBeLessThan(VENDOR.steps / 2);
});

test('every command in a step is one of `cove` or of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  for (const step of all.flatMap(({ steps }) => steps ?? [])) {
    for (const [, verb] of step.matchAll(/npx cove ([\w-]+)/g))
      expect(existsSync(new URL(`app/cli/verbs/${verb}.ts`, root)), step).toBe(true);
    for (const [, script] of step.matchAll(/npm run ([\w-]+)/g))
      expect(scripts, step).toHaveProperty(script!);
  }
});

test('what the table of the benchmarks says is so', () => {
  const page = readFileSync(new URL('test/bench/README.md', root), 'utf8');
  const [, section = ''] = /\n## steps\n([\s\S]*?)\n## /.exec(page) ?? [];
  const told = section.split('\n').filter((line) => /^\| .* \| \d+ \|$/.test(line));
  expect(told.length).toBeGreaterThan(2);
  expect(effortRows(all)).toEqual(expect.arrayContaining(told));
});
