import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireStorable, textProblem } from '../../../app/api/storable-text.ts';

const fieldsOf = (...parts: unknown[]) => {
  try {
    requireStorable(...parts);
  } catch (error) {
    return Object.keys((error as { fields: object }).fields);
  }
  return [];
};

describe('what PostgreSQL cannot keep is refused by the name of its field', () => {
  test.each<[string, unknown[], string[]]>([
    ['a zero character', [{ name: 'a\0b' }], ['name']],
    ['half of a pair', [{ note: 'x\ud800' }], ['note']],
    ['within', [{ tags: ['ok', { deep: '\0' }] }], ['tags']],
    ['a key', [{ inputs: { 'a\0': 1 } }], ['inputs']],
    ['in a query and in a body', [{ q: '\0' }, { b: '\0' }], ['q', 'b']],
    ['nothing', [{ name: 'ünïcödé 🎉\n', n: 1, x: null, list: [true] }, undefined, null, 'text'], []],
  ])('%s', (_, parts, fields) => expect(fieldsOf(...parts)).toEqual(fields));

  test('so is what is nested without end, in little time', () => {
    let value: unknown = 'x';
    for (let level = 0; level < 100_000; level++) value = [value];
    expect(fieldsOf({ parameters: value })).toEqual(['parameters']);
  });

  test('whatever passes is text that PostgreSQL takes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        if (textProblem(value) !== null) return;
        expect(JSON.stringify(value)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      }),
    );
  });
});
