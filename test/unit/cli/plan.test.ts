/** What a preview tells, what is refused, and how long things take: from the engine's events alone. */
import { expect, test } from 'vitest';
import { remaining } from '../../../app/cli/plan/data.ts';
import { changeOf, planLines, refuseDataLoss } from '../../../app/cli/plan/plan.ts';
import { Progress } from '../../../app/cli/plan/progress.ts';
import { cureOf } from '../../../app/cli/plan/refusal.ts';

const metadata = (op: string, type: string, name: string, more: object = {}) => ({
  op,
  type,
  urn: `urn:pulumi:prod::cove::${type}::${name}`,
  provider: '',
  new: { custom: true },
  ...more,
});
const pre = (...args: Parameters<typeof metadata>) =>
  ({ resourcePreEvent: { metadata: metadata(...args) } }) as never;
const VPC = 'aws:ec2/vpc:Vpc';
const RDS = 'aws:rds/instance:Instance';

test('a plan names the gravest first, and a replaced database loses its data', () => {
  const changes = [
    changeOf(pre('create', VPC, 'network')),
    changeOf(pre('replace', RDS, 'database', { keys: ['engineVersion'], diffs: ['engineVersion', 'tags'] })),
    changeOf(pre('create-replacement', RDS, 'database')),
    changeOf(pre('same', VPC, 'network')),
  ].filter((change) => change !== undefined);
  expect(planLines(changes, false)).toEqual([
    '+- replace Instance database (engineVersion)   ITS DATA IS LOST',
    '+  create  Vpc network',
    '2 changes: 1 to create, 1 to replace.',
  ]);
  expect(planLines(changes, true)[0]).toContain('\u001b[31m');
  expect(refuseDataLoss(changes, [])).toMatchObject({
    exitCode: 4,
    todo: expect.stringContaining('--allow-data-loss database'),
  });
  expect(refuseDataLoss(changes, ['database'])).toBeUndefined();
  expect(planLines([], true)).toEqual(['No change.']);
});

test('what is protected counts as data, whatever its type; a component never does', () => {
  expect(
    changeOf(pre('delete', VPC, 'network', { new: undefined, old: { custom: true, protect: true } }))
      ?.losesData,
  ).toBe(true);
  expect(changeOf(pre('delete', 'cove:aws:Network', 'network', { new: { custom: false } }))).toBeUndefined();
});

test('progress tells what is under way and how long it took, and a note once', () => {
  const progress = new Progress();
  expect(progress.take(pre('create', VPC, 'network'), 0)).toEqual([]);
  progress.take(pre('create', RDS, 'database'), 1000);
  expect(progress.underWay(61_000)).toEqual([
    '0 done, 2 under way',
    'making Vpc network (1 min)',
    'making Instance database (1 min)',
  ]);
  const done = { resOutputsEvent: { metadata: metadata('create', VPC, 'network') } } as never;
  expect(progress.take(done, 12_000)).toEqual(['made Vpc network (12 s)']);
  const note = {
    diagnosticEvent: { severity: 'info', message: 'Make this DNS record: a', color: 'never' },
  } as never;
  expect(progress.take(note, 0)).toEqual(['Make this DNS record: a']);
  expect(progress.take(note, 0)).toEqual([]);
});

test('a refusal of the cloud comes with what to do', () => {
  expect(cureOf('AddressLimitExceeded: too many')).toContain('limit');
  expect(cureOf('AccessDenied: no')).toContain('grant');
  expect(cureOf('something new')).toBeUndefined();
});

test('what stays after destroy: the protected, and what it stands on', () => {
  const of = (name: string, more: object) => ({ urn: name, type: VPC, custom: true, ...more });
  const resources = [
    of('vpc', {}),
    of('subnet', { dependencies: ['vpc'] }),
    of('database', { protect: true, dependencies: ['subnet'] }),
    of('host', { dependencies: ['subnet'] }),
  ];
  const { kept, stoodOn } = remaining(resources);
  expect(kept.map(({ urn }) => urn)).toEqual(['database']);
  expect(stoodOn.map(({ urn }) => urn).sort()).toEqual(['subnet', 'vpc']);
});
