import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputNames, safeName } from '../../../app/protocol/input-names.ts';

const names = (
  keep: 'none' | 'suffix' | 'full',
  files: [name: string | null, uri: string][],
  filename: string | null = null,
) => inputNames({ keep_directories: keep, filename, files: files.map(([name, uri]) => ({ name, uri })) });

test('the name comes from the datum or the address', () => {
  expect(names('none', [['deep/a.csv', 'datum://x']])).toEqual(['a.csv']);
  expect(names('full', [['deep/a.csv', 'datum://x']])).toEqual(['deep/a.csv']);
  expect(names('none', [[null, 'https://example.com/data/b%20c.csv?x=1']])).toEqual(['b c.csv']);
  expect(names('full', [[null, 'https://example.com/data/b.csv']])).toEqual(['data/b.csv']);
  expect(names('suffix', [['part/a.csv', 's3://bucket/x/part/a.csv']])).toEqual(['part/a.csv']);
});
test('a filename of the step names a single file, not several', () => {
  expect(names('none', [['a.csv', 'u:1']], 'given.csv')).toEqual(['given.csv']);
  expect(
    names(
      'none',
      [
        ['a.csv', 'u:1'],
        ['b.csv', 'u:2'],
      ],
      'given.csv',
    ),
  ).toEqual(['a.csv', 'b.csv']);
});
test('equal names are told apart', () => {
  expect(
    names('none', [
      ['x/a.csv', ''],
      ['y/a.csv', ''],
      ['a', ''],
    ]),
  ).toEqual(['a.csv', 'a-2.csv', 'a']);
  expect(
    names('full', [
      ['a', ''],
      ['a/b', ''],
    ]),
  ).toEqual(['a', 'a/b-2'].map((n) => (n === 'a/b-2' ? expect.any(String) : n)));
});
test('names that would leave the folder, or break it, are mended', () => {
  expect(safeName('../../etc/passwd')).toBe('etc/passwd');
  expect(safeName('a\r\nb')).toBe('a__b');
  expect(safeName('..')).toBe('file');
  expect(Buffer.byteLength(safeName(`${'ü'.repeat(300)}.csv`))).toBeLessThanOrEqual(255);
  expect(safeName(`${'ü'.repeat(300)}.csv`)).toMatch(/\.csv$/);
});
test('whatever they are called, files of one input never clash and stay inside', () => {
  const file = fc.record({
    name: fc.option(fc.string()),
    uri: fc.string().map((s) => `https://example.com/${s}`),
  });
  const wild = fc.array(fc.constantFrom('a', 'b', '..', '/', '.', 'a.x')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(file, fc.record({ name: wild, uri: fc.constant('u:') })), { maxLength: 12 }),
      fc.constantFrom('none' as const, 'suffix' as const, 'full' as const),
      (files, keep_directories) => {
        const given = inputNames({ keep_directories, filename: null, files });
        expect(new Set(given).size).toBe(files.length);
        for (const name of given) {
          expect(name.split('/')).not.toContain('..');
          expect(name.startsWith('/')).toBe(false);
          expect(given.some((other) => other.startsWith(`${name}/`))).toBe(false);
        }
      },
    ),
  );
});
