import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metadataOf } from '../../../../app/worker/log/metadata.ts';
import { pointsIn } from '../../../../app/worker/log/points.ts';

const TIME = '2026-01-01T00:00:00.000001';

test.each([
  ['{"loss": 0.5, "epoch": 3}', { loss: 0.5, epoch: 3, _time: `${TIME}Z` }],
  ['  {"a": "x"} ', { a: 'x', _time: `${TIME}Z` }],
  ['{"a": 1, "_time": "mine"}', { a: 1, _time: 'mine' }],
  [
    '{"loss": NaN, "b": [-Infinity], "c": "NaN, \\" NaN"}',
    { loss: null, b: [null], c: 'NaN, " NaN', _time: `${TIME}Z` },
  ],
  ['[1, 2]', null],
  ['{"a": 1} trailing', null],
  ['text {"a": 1}', null],
  ['{broken}', null],
  ['42', null],
  [`{"a": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`, null],
])('%s', (line, expected) => expect(metadataOf(line, TIME)).toEqual(expected));

test('a line that is an object is found among lines as they lie on disk', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 2 }), fc.constantFrom('', ' ', '\t'), (value, space) => {
      const text = JSON.stringify(value);
      fc.pre(text.startsWith('{'));
      const lines = [
        [1, TIME, 'stdout', 'before'],
        [2, TIME, 'stderr', text],
        [3, TIME, 'stdout', `${space}${text}`],
        [4, TIME, 'status', text],
      ];
      const found = pointsIn(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
      expect(found.map((point) => point.seq)).toEqual([3]);
      expect(found[0]?.value).toMatchObject(JSON.parse(text));
    }),
  );
});
