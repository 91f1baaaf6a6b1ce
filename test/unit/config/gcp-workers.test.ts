/** Stacks of workers in Google Cloud: what their config asks for, and what it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_FOLDER, parseConfig } from '../../../config/load.ts';
import { configs } from './configs.ts';

const { least, expectComplaint } = configs({
  joins: '{url: https://cove.example.org}',
  target: 'gcp',
  projectId: 'ml-platform-1234',
  region: 'europe-west4',
});

test('config/gcp-workers.yaml says of every key what its default is', () => {
  const text = readFileSync(join(CONFIG_FOLDER, 'gcp-workers.yaml'), 'utf8');
  expect(text.match(/REQUIRED\./g)).toHaveLength(3);
  expect(parseConfig(text, 'gcp-workers.yaml')).toEqual(parseConfig(least(), 'least.yaml'));
  // Nothing that has a default is left out of the example.
  const shown = Object.keys(parse(text));
  expect(Object.keys(parseConfig(least(), 'least.yaml')).filter((key) => !shown.includes(key))).toEqual([]);
});

test.each([
  [{ publicName: 'cove.example.org' }, 'publicName is not known'],
  [{ scaler: '{machineType: t2a-standard-1}' }, 'which has Arm processors'],
  [{ region: 'eu-nowhere' }, 'eu-nowhere'],
  [{ tags: '{Owner: Ann}' }, 'small letters'],
  [{ network: '{kind: dedicated, private: true}' }, 'machineImages.scaler is missing'],
  [
    {
      network:
        '{kind: existing, networkId: projects/ml-platform-1234/global/networks/hub, subnetIds: {scaler: projects/ml-platform-1234/regions/us-east1/subnetworks/a, workers: projects/ml-platform-1234/regions/europe-west4/subnetworks/b}}',
    },
    'which is not in region europe-west4',
  ],
])('%o: %s', (other, words) => expectComplaint(other, words));
