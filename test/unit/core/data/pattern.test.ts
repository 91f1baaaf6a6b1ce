import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf } from '../../../../app/core/data/address.ts';
import { matcher, rootOf } from '../../../../app/core/data/pattern.ts';
import { versionWishes } from '../../../../app/core/datasets/wish.ts';

test.each([
  ['*.jpg', ['a.jpg', '.jpg'], ['a/b.jpg', 'a.jpeg', 'ajpg']],
  ['a/*', ['a/b', 'a/'], ['a/b/c', 'ab']],
  ['a/**/*.jpg', ['a/x.jpg', 'a/b/c/x.jpg'], ['a/bx/', 'ax.jpg', 'b/a/x.jpg']],
  ['**.jpg', ['x.jpg', 'a/b/x.jpg'], ['x.png']],
  ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'a/bx']],
  ['?.txt', ['a.txt', 'ü.txt'], ['ab.txt', '/.txt']],
  ['plain.(1).txt', ['plain.(1).txt'], ['plainx(1).txt']],
])('%s', (pattern, those, others) => {
  expect(those.filter((name) => !matcher(pattern)(name))).toEqual([]);
  expect(others.filter(matcher(pattern))).toEqual([]);
});
test('no pattern takes long', () => {
  const began = performance.now();
  expect(matcher(`${'**/*a'.repeat(100)}b`)('a'.repeat(1000))).toBe(false);
  expect(performance.now() - began).toBeLessThan(2_000);
});
test('a name without wildcards matches itself alone, and its root is its folder', () => {
  const name = fc.string().filter((text) => !/[*?]/.test(text));
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(matcher(a)(b)).toBe(a === b);
      expect(a.startsWith(rootOf(`${a}*`))).toBe(true);
    }),
  );
  expect(rootOf('a/b*/c/*.jpg')).toBe('a/');
  expect(rootOf('*.jpg')).toBe('');
});

test('addresses', () => {
  const id = '0B0E3C5E-6c2f-4c52-9a61-1d2c6b1d8a11';
  expect(addressOf(`datum://${id}`)).toEqual({ kind: 'datum', id: id.toLowerCase() });
  expect(addressOf('datum://best%20model')).toEqual({ kind: 'alias', name: 'best model' });
  expect(addressOf('dataset://a/b')).toEqual({ kind: 'dataset', dataset: 'a', version: 'b' });
  expect(addressOf('s3://b/k')).toEqual({ kind: 'object', key: 'k' });
  for (const odd of ['datum://', 'datum://a/b', 'dataset://a', 'dataset://a/b/c', 'https://', 'x'])
    expect([odd, addressOf(odd)]).toEqual([odd, null]);
});

test('what metadata asks of datasets is read whole or complained about', () => {
  const complaints: string[] = [];
  const read = (value: unknown) => versionWishes(value, (message) => complaints.push(message));
  const plain = { from: null, exclude: [], aliases: [], tags: [], metadata: {} };
  expect(
    read([
      'dataset://a/1',
      { uri: 'dataset://a/2', from: 'dataset://a/1', exclude: 'x', start_fresh: false },
    ]),
  ).toEqual([
    { dataset: 'a', version: '1', ...plain },
    { dataset: 'a', version: '2', ...plain, from: 'dataset://a/1', exclude: ['x'] },
  ]);
  expect(complaints).toEqual([]);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const before = complaints.length;
      const asked = value === undefined || value === null ? 0 : [value].flat().length;
      expect(read(value).length + (complaints.length - before)).toBeGreaterThanOrEqual(asked);
    }),
  );
});
