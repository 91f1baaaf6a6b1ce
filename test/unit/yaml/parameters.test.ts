import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findStep, parametersText, parseYaml, resolveParameters } from '../../../app/yaml/index.ts';

function resolve(parameters: Record<string, unknown>[], given: Record<string, unknown>) {
  const parsed = parseYaml(JSON.stringify([{ step: { name: 's', image: 'i', command: 'c', parameters } }]));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return resolveParameters(findStep(parsed.config, 's')!, given);
}
const one = (parameter: Record<string, unknown>, value: unknown) =>
  resolve([{ name: 'x', optional: true, ...parameter }], { x: value });

describe('values of a run', () => {
  it('are the given ones over the defaults, with all that is optional as null, and flags only where given', () => {
    const parameters = [
      { name: 'a', default: 'x' },
      { name: 'b', type: 'integer', default: 3 },
      { name: 'c', type: 'float', optional: true },
      { name: 'd', type: 'flag', default: true },
      { name: 'e', type: 'flag' },
      { name: 'f', multiple: 'repeat', optional: true },
    ];
    expect(resolve(parameters, { b: 4, e: false })).toEqual({
      ok: true,
      values: { a: 'x', b: 4, c: null, e: false, f: [] },
    });
  });

  it.each([
    [{ type: 'integer' }, '5', 5],
    [{ type: 'integer' }, ' +1_000 ', 1000],
    [{ type: 'integer' }, -7, -7],
    [{ type: 'integer' }, '12345678901234567890', '12345678901234567890'],
    [{ type: 'float' }, '1e-3', 0.001],
    [{ type: 'float' }, 2, 2],
    [{ type: 'float' }, '-Infinity', '-inf'],
    [{ type: 'float' }, 'NaN', 'nan'],
    [{}, 5, '5'],
    [{}, true, 'True'],
    [{}, 0.00001, '1e-05'],
    [{ type: 'flag' }, 'yes', true],
    [{ type: 'flag' }, 'False', false],
    [{ type: 'flag' }, 1, true],
    [{ multiple: 'repeat', type: 'integer' }, ['1', 2], [1, 2]],
    [{ multiple: 'separate' }, 'single', ['single']],
    [{}, null, null],
  ])('%o: %o is cast to %o', (parameter, given, value) => {
    expect(one(parameter, given)).toEqual({ ok: true, values: { x: value } });
  });

  it.each([
    [{ type: 'integer' }, '5.3', '"5.3" is not a whole number'],
    [{ type: 'integer' }, 5.3, '"5.3" is not a whole number'],
    [{ type: 'integer' }, true, '"true" is not a whole number'],
    [{ type: 'integer' }, '', 'A value is needed; found nothing'],
    [{ type: 'float' }, 'fast', '"fast" is not a number'],
    [{ type: 'float' }, '1.2.3', '"1.2.3" is not a number'],
    [{ type: 'flag' }, 'maybe', '"maybe" is not true or false'],
    [{ type: 'integer', min: 1 }, 0, '0 is below the minimum, 1'],
    [{ type: 'float', max: 1 }, '1.5', '1.5 is above the maximum, 1'],
    [{ type: 'float', max: 1 }, 'inf', 'inf is above the maximum, 1'],
    [{ type: 'integer', max: 9 }, '12345678901234567890', '12345678901234567890 is above the maximum, 9'],
    [{ choices: ['sgd', 'adam'] }, 'adagrad', '"adagrad" is not one of "sgd", "adam"'],
    [{}, ['a'], 'Takes one value, not a list'],
    [{ multiple: 'repeat' }, [['a']], 'Takes plain values; found ["a"]'],
    [{}, { a: 1 }, 'Takes plain values; found {"a":1}'],
    [{ optional: false }, null, 'A value is needed: this parameter is not optional'],
  ])('%o: %o is refused', (parameter, given, complaint) => {
    expect(one(parameter, given)).toEqual({ ok: false, errors: { x: [complaint] } });
  });

  it('has a word for each wrong one at once', () => {
    const parameters = [{ name: 'needed' }, { name: 'n', type: 'integer', min: 5, choices: [7] }];
    expect(resolve(parameters, { n: 3, typo: 1 })).toEqual({
      ok: false,
      errors: {
        needed: ['A value is needed: this parameter is not optional'],
        n: ['3 is below the minimum, 5', '"3" is not one of "7"'],
        typo: ['Step "s" has no parameter of this name; it has needed, n'],
      },
    });
  });

  it('are not led astray by names of object prototypes', () => {
    const parameters = [
      { name: '__proto__', default: 'a' },
      { name: 'constructor', optional: true },
    ];
    const resolved = resolve(parameters, JSON.parse('{"__proto__": "b"}'));
    expect(JSON.stringify(resolved)).toBe('{"ok":true,"values":{"__proto__":"b","constructor":null}}');
  });

  it('stay the same when they are resolved again', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean());
    const parameter = fc.record({ type: fc.constantFrom('string', 'integer', 'float', 'flag') });
    fc.assert(
      fc.property(parameter, value, (options, given) => {
        const first = one(options, given);
        if (first.ok) expect(one(options, first.values.x)).toEqual(first);
      }),
    );
  });
});

describe('values as a job reads them', () => {
  const parameters = [
    { name: 'rate', type: 'float' },
    { name: 'seed', type: 'integer' },
    { name: 'fast', type: 'flag' },
    { name: 'slow', type: 'flag' },
    { name: 'sizes', type: 'float', multiple: 'repeat' },
    { name: 'digits', optional: true },
  ];
  const parsed = parseYaml(JSON.stringify([{ step: { name: 's', image: 'i', command: 'c', parameters } }]));
  const declared = parsed.ok ? findStep(parsed.config, 's')!.parameters : [];

  it('have the types that Python tells from them: floats a point, whole numbers all their digits, flags a truth', () => {
    const values = {
      rate: 1,
      seed: '12345678901234567890',
      slow: true,
      sizes: [1, 0.00001, 1e22],
      digits: '1',
    };
    expect(parametersText(declared, { ...values, unknown: null })).toBe(`{
  "fast": false,
  "slow": true,
  "rate": 1.0,
  "seed": 12345678901234567890,
  "sizes": [1.0, 1.0e-05, 1.0e+22],
  "digits": "1",
  "unknown": null
}
`);
    expect(parametersText([], {})).toBe('{}\n');
  });

  it('are the same ones, whatever they are', () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(fc.integer()));
    fc.assert(
      fc.property(value, fc.string({ unit: 'grapheme' }), (rate, digits) => {
        const read = JSON.parse(parametersText(declared, { rate, digits }));
        expect(read).toEqual({ fast: false, slow: false, rate, digits });
      }),
    );
  });
});
