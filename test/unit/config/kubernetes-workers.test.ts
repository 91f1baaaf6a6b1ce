/** Worker stacks in a cluster: what their config asks for, and what it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_FOLDER, parseConfig } from '../../../config/load.ts';
import { configs } from './configs.ts';

const { least, expectComplaint } = configs({
  joins: '{url: https://cove.example.org}',
  target: 'kubernetes',
  context: 'cove',
  state: '{url: s3://cove-state?region=eu-central-1}',
  registry: '{repository: registry.example.org/cove}',
});

test('config/kubernetes-workers.yaml says of every key what its default is', () => {
  const text = readFileSync(join(CONFIG_FOLDER, 'kubernetes-workers.yaml'), 'utf8');
  expect(text.match(/REQUIRED\./g)).toHaveLength(4);
  expect(parseConfig(text, 'kubernetes-workers.yaml')).toEqual(parseConfig(least(), 'least.yaml'));
  const shown = Object.keys(parse(text));
  expect(Object.keys(parseConfig(least(), 'least.yaml')).filter((key) => !shown.includes(key))).toEqual([]);
});

test.each([
  [{ joins: '{url: http://cove.example.org}' }, 'joins.url is "http://cove.example.org"'],
  [{ context: undefined }, 'context is missing'],
  [{ database: '{kind: own}' }, 'database is not known'],
  [{ budget: '{monthlyUsd: 1}' }, 'budget is not known'],
  [{ serviceAccounts: '[{name: worker}]' }, 'one of the installation'],
  [{ given: '{namespaces: {platform: a, jobs: a}}' }, 'need a namespace of their own'],
])('%o is refused in words', (change, words) => {
  expectComplaint(change, words);
});
