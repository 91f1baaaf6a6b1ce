/** Stacks of workers: what their config asks for, and what it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_FOLDER, parseConfig } from '../../../config/load.ts';
import { configs } from './configs.ts';

const { least, expectComplaint } = configs({
  joins: '{url: https://cove.example.org}',
  target: 'aws',
  accountId: "'123456789012'",
  region: 'eu-north-1',
});

test('config/aws-workers.yaml says of every key what its default is', () => {
  const text = readFileSync(join(CONFIG_FOLDER, 'aws-workers.yaml'), 'utf8');
  expect(text.match(/REQUIRED\./g)).toHaveLength(3);
  expect(parseConfig(text, 'aws-workers.yaml')).toEqual(parseConfig(least(), 'least.yaml'));
  // Nothing that has a default is left out of the example.
  const shown = Object.keys(parse(text));
  expect(Object.keys(parseConfig(least(), 'least.yaml')).filter((key) => !shown.includes(key))).toEqual([]);
});

test('what has no default is asked for', () => {
  expect(() => parseConfig(least({ accountId: undefined }), 'x.yaml')).toThrow(/accountId is missing/);
  expect(() => parseConfig(least({ region: undefined }), 'x.yaml')).toThrow(/region is missing/);
  expect(() => parseConfig(least({ joins: '{}' }), 'x.yaml')).toThrow(/joins\.url is missing/);
});

test.each([
  [{ joins: '{url: http://cove.example.org}' }, 'joins.url is "http://cove.example.org"'],
  [{ joins: '{url: https://cove.example.org/api}' }, 'an address without a path'],
  [{ target: 'local' }, 'target is "local"; allowed: aws, azure, gcp, kubernetes'],
  [{ publicName: 'cove.example.org' }, 'publicName is not known'],
  [{ scaler: '{machineType: t4g.small}' }, 'which has Arm processors'],
  [{ region: 'eu-nowhere' }, 'eu-nowhere'],
  [{ network: '{kind: dedicated, private: true}' }, 'machineImages.scaler is missing'],
  [
    { environments: '[{slug: a, name: A, machineType: m7i.large, serviceAccount: none}]' },
    'serviceAccounts does not name',
  ],
])('%o: %s', (other, words) => expectComplaint(other, words));
