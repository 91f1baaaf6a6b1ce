import { expect, test } from 'vitest';
import { readJson } from '../../../app/core/exact-json.ts';

test('whole numbers beyond what a number holds stay digits, all else is JSON', () => {
  const text =
    '{"seed": [1234567890123456789, -98765432109876543210], "small": 9007199254740991, "wide": 1e300}';
  expect(readJson(text)).toEqual({
    seed: ['1234567890123456789', '-98765432109876543210'],
    small: 9007199254740991,
    wide: 1e300,
  });
  expect(Object.keys(readJson('{"__proto__": {"a": 1}, "b": 2}') as object)).toEqual(['b']);
});
