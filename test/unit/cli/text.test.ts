import { expect, test } from 'vitest';
import { addressed, referenceOf } from '../../../app/cli/addressed.ts';
import { duration, shellWord, size, table } from '../../../app/cli/table.ts';

test('plain words are left alone', () => {
  expect(shellWord('/home/me/.cove')).toBe('/home/me/.cove');
  expect(shellWord('a b')).toBe("'a b'");
  expect(shellWord('')).toBe("''");
});

test('sizes and durations are read at a glance', () => {
  expect([0, 999, 1000, 1_536, 99_960, 1_234_567, 5e12].map(size)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.5 kB',
    '100 kB',
    '1.2 MB',
    '5.0 TB',
  ]);
  expect([5, 61, 3_700, 200_000].map(duration)).toEqual(['5 s', '1 min', '1 h 1 min', '2 d 7 h']);
});

test('columns are as wide as their longest cell', () => {
  expect(
    table([
      ['api', 'ok'],
      ['scheduler', 'down', 'exit code 1'],
    ]),
  ).toEqual(['api        ok', 'scheduler  down  exit code 1']);
});

test('a hint names the installation that it is about', () => {
  const hint = 'run `npx cove up` or npx cove run-example';
  expect(addressed(hint, referenceOf({ stack: 'lab' }))).toBe(
    'run `npx cove up -s lab` or npx cove run-example -s lab',
  );
  expect(addressed(hint, referenceOf({ config: '/etc/my lab.yaml' }))).toContain(
    "npx cove up --config '/etc/my lab.yaml'",
  );
  expect(addressed(hint, referenceOf({}))).toBe(hint);
});
