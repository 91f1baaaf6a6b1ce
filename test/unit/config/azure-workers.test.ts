/** Stacks of workers in Azure: what their config asks for, and what it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_FOLDER, parseConfig } from '../../../config/load.ts';
import { configs } from './configs.ts';

const { least, expectComplaint } = configs({
  joins: '{url: https://cove.example.org}',
  target: 'azure',
  subscriptionId: '01234567-89ab-cdef-0123-456789abcdef',
  tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
  region: 'westeurope',
});

test('config/azure-workers.yaml says of every key what its default is', () => {
  const text = readFileSync(join(CONFIG_FOLDER, 'azure-workers.yaml'), 'utf8');
  expect(text.match(/REQUIRED\./g)).toHaveLength(4);
  expect(parseConfig(text, 'azure-workers.yaml')).toEqual(parseConfig(least(), 'least.yaml'));
  // Nothing that has a default is left out of the example.
  const shown = Object.keys(parse(text));
  expect(Object.keys(parseConfig(least(), 'least.yaml')).filter((key) => !shown.includes(key))).toEqual([]);
});

test.each([
  [{ publicName: 'cove.example.org' }, 'publicName is not known'],
  [{ scaler: '{machineType: Standard_D2ps_v5}' }, 'which has Arm processors'],
  [{ region: 'eu-nowhere' }, 'eu-nowhere'],
  [{ region: 'westus' }, 'which has no availability zones'],
  [{ network: '{kind: dedicated, private: true}' }, 'machineImages.scaler is missing'],
])('%o: %s', (other, words) => expectComplaint(other, words));
