import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pythonFloat, pythonRepr, quote, splitWords, strip } from '../../../app/yaml/python.ts';

describe('as Python prints it', () => {
  it.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [0.1, '0.1'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [0.000123, '0.000123'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [123456789.125, '123456789.125'],
    [1e22, '1e+22'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [5e-324, '5e-324'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('the float %d is %s', (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });

  it('a float reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(pythonFloat(value))).toBe(value);
        expect(pythonFloat(value)).toMatch(/[.e]/);
      }),
    );
  });

  it.each<[unknown, string]>([
    [null, 'None'],
    [true, 'True'],
    [5, '5'],
    [1e21, '1000000000000000000000'],
    [0.5, '0.5'],
    ['a', "'a'"],
    ["it's", `"it's"`],
    [`both ' and "`, `'both \\' and "'`],
    ['line\nbreak\ttab\\', "'line\\nbreak\\ttab\\\\'"],
    ['\u00a0\u200b\u{e0001}é', "'\\xa0\\u200b\\U000e0001é'"],
    [[1, 'x', null, [true]], "[1, 'x', None, [True]]"],
    [{ a: 1 }, "{'a': 1}"],
  ])('%o is %s', (value, text) => {
    expect(pythonRepr(value)).toBe(text);
  });
});

describe('white space', () => {
  it('is what Python takes for it', () => {
    expect(strip('\u00a0\x1c\v text \u2028')).toBe('text');
    expect(strip('\ufefftext')).toBe('\ufefftext');
    expect(splitWords(' a \u00a0 b\tc\n')).toEqual(['a', 'b', 'c']);
    expect(splitWords('  ')).toEqual([]);
  });
});

describe('a quoted word', () => {
  it.each([
    ['', "''"],
    ['plain-1.0_%+=:,./@', 'plain-1.0_%+=:,./@'],
    ['two words', "'two words'"],
    ["it's", `'it'"'"'s'`],
    ['$HOME', "'$HOME'"],
    ['é', "'é'"],
  ])('%o is %s', (word, quoted) => {
    expect(quote(word)).toBe(quoted);
  });
});
