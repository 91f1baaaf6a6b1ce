/** AWS as the command line sees it: what the facts of an account mean, and the config that `init` writes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { awsFounder } from '../../../app/cli/clouds/aws/founder.ts';
import {
  judgeImages,
  judgeMachines,
  judgeNetworks,
  judgePermissions,
  judgeQuotas,
  judgeZone,
  needsOf,
} from '../../../app/cli/clouds/aws/judge.ts';
import { principalOf } from '../../../app/cli/clouds/aws/login.ts';
import { secretsProvider, stateBucket, stateUrl } from '../../../app/cli/clouds/aws/names.ts';
import { awsQuestions, awsWorkerQuestions } from '../../../app/cli/clouds/aws/questions.ts';
import { configText } from '../../../app/cli/init/write-config.ts';
import { parseConfig } from '../../../config/load.ts';
import type { AwsConfig } from '../../../config/schema.ts';

const BASE = {
  target: 'aws',
  accountId: '123456789012',
  region: 'eu-central-1',
  publicName: 'cove.example.org',
  dns: { kind: 'zone', zoneId: 'Z0123456789ABCDEFGHIJ' },
  administrator: { email: 'a@example.org' },
};
const configOf = (more: object = {}) => parseConfig(JSON.stringify({ ...BASE, ...more }), 'x') as AwsConfig;
const levels = (findings: { level: string }[]) => findings.map(({ level }) => level);
const machines = new Map([['m7i.xlarge', { vcpus: 4 }]]);

test('names are derived from installation, account and region', () => {
  const place = { accountId: '123456789012', region: 'eu-central-1' };
  expect(stateBucket('prod', place)).toBe('cove-prod-state-123456789012-eu-central-1');
  expect(stateBucket('a'.repeat(40), place).length).toBeLessThanOrEqual(63);
  expect(stateUrl('prod', place, {})).toBe(
    's3://cove-prod-state-123456789012-eu-central-1?region=eu-central-1&awssdk=v2',
  );
  expect(secretsProvider('prod', place)).toContain('awskms:///alias/cove-prod-state?');
  expect(principalOf('arn:aws:sts::1:assumed-role/ops/ann')).toBe('arn:aws:iam::1:role/ops');
});

test('a machine type, a quota, a zone, a network, an image or a right that is missing is told with a cure', () => {
  const config = configOf();
  expect(levels(judgeMachines(config, machines))).toEqual(['ok']);
  expect(levels(judgeMachines(config, new Map()))).toContain('fail');
  const need = needsOf(config, machines).find(({ quota }) => quota === 'standard')!;
  expect(need).toMatchObject({ least: 8, most: 44 });
  expect(levels(judgeQuotas([{ ...need, limit: 5, used: 0 }]))).toEqual(['fail']);
  expect(levels(judgeQuotas([{ ...need, limit: 32, used: 0 }]))).toEqual(['warn']);
  expect(levels(judgeQuotas([{ ...need, limit: 64, used: 0 }]))).toEqual(['ok']);
  expect(levels(judgeZone(config, null))).toEqual(['fail']);
  expect(levels(judgeZone(config, { name: 'other.org.', isPrivate: false }))).toEqual(['fail']);
  expect(levels(judgeZone(config, { name: 'example.org.', isPrivate: false }))).toEqual(['ok']);
  expect(levels(judgeNetworks(config, { others: [{ id: 'vpc-1', cidrs: ['10.20.4.0/24'] }] }))).toEqual([
    'warn',
  ]);
  const own = configOf({ machineImages: { worker: 'ami-0a1b2c3d4e5f60718' } });
  expect(levels(judgeImages(own, new Map()))).toEqual(['fail']);
  expect(judgePermissions(['ec2:CreateVpc'])[0]).toMatchObject({ level: 'fail' });
});

test('init asks no more than ten values, checks each, and writes a config that loads', () => {
  const questions = awsQuestions({});
  expect(questions.length).toBeLessThanOrEqual(10);
  const of = (key: string) => questions.find((question) => question.key === key)!;
  expect(of('accountId').problem('12')).toContain('12 digits');
  expect(of('region').problem('eu-nowhere')).toContain('no region');
  expect(of('zoneId').problem('')).toBeNull();
  const example = readFileSync(new URL('../../../config/aws.yaml', import.meta.url), 'utf8');
  const { target: _, ...values } = BASE;
  const text = configText(example, 'prod', { what: 'Installation', example: 'aws', page: 'aws' }, values);
  expect(parseConfig(text, 'prod.yaml')).toMatchObject(BASE);
  expect(text).toContain('# The name people type into their browser.');
  expect(text).not.toContain('REQUIRED');
});

test('init of a stack of workers asks where it belongs, and writes a config that loads', () => {
  const questions = awsWorkerQuestions({});
  expect(questions.map(({ key }) => key)).toEqual(['joins', 'accountId', 'region']);
  const joins = questions[0]!;
  expect(joins.problem('https://cove.example.org')).toBeNull();
  for (const wrong of ['http://cove.example.org', 'https://cove.example.org/x', 'cove.example.org'])
    expect(joins.problem(wrong)).toContain('joins.url');
  const answers = { joins: 'https://cove.acme.com', accountId: '210987654321', region: 'eu-north-1' };
  const example = readFileSync(new URL('../../../config/aws-workers.yaml', import.meta.url), 'utf8');
  const kind = { what: 'Stack of workers', example: 'aws-workers', page: 'worker-stacks' } as const;
  const text = configText(example, 'north', kind, awsFounder.workers.config(answers));
  const { accountId, region } = answers;
  expect(parseConfig(text, 'north.yaml')).toMatchObject({ accountId, region, joins: { url: answers.joins } });
  expect(text).not.toContain('REQUIRED');
});
