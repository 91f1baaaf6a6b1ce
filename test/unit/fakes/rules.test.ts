/** Every rule that the fake clouds hold is broken once, and refused. */
import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../components/provider/kind.ts';
import { failuresOf, type Limits, modelRules, replacesOn, requiredOf } from '../../fakes/cloud/rules.ts';
import { shapeOf } from '../../fakes/cloud/shape.ts';

const types = Object.keys(modelRules);
const refused = (type: string, inputs: Properties) =>
  failuresOf(type, inputs).map(({ property }) => property);

/** Nested as the path says. */
const at = (path: string, value: unknown): Properties =>
  path
    .split('.')
    .reverse()
    .reduce<unknown>((inner, name) => ({ [name]: inner }), value) as Properties;

/** One value for each limit that it breaks. */
function offenders(limits: Limits): unknown[] {
  const { maxLength, minLength, minimum, maximum, pattern } = limits;
  return [
    ...(limits.enum === undefined ? [] : ['no such value']),
    ...(maxLength === undefined ? [] : ['a'.repeat(maxLength + 1)]),
    ...(minLength === undefined || minLength === 0 ? [] : ['']),
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(pattern === undefined
      ? []
      : ['', '\u0007', '*'.repeat(9999)].filter((word) => !new RegExp(pattern).test(word)).slice(0, 1)),
  ];
}

describe.each(types)('%s', (type) => {
  it('has a shape in the SDK', () => {
    expect(Object.keys(shapeOf(type))).not.toEqual([]);
  });

  it('asks for what is required', () => {
    expect(refused(type, {})).toEqual(expect.arrayContaining(requiredOf(type)));
  });

  it('takes nothing that it computes', () => {
    const computed = Object.keys(shapeOf(type)).filter((name) => shapeOf(type)[name]?.input === false);
    const given = Object.fromEntries(computed.map((name) => [name, 'mine']));
    expect(refused(type, given)).toEqual(expect.arrayContaining(computed));
  });

  it('takes no value outside its limits', () => {
    const taken = Object.entries(modelRules[type]?.values ?? {}).flatMap(([path, limits]) =>
      offenders(limits)
        .filter((value) => !refused(type, at(path, value)).includes(path))
        .map((value) => `${path}: ${String(value).slice(0, 40)}`),
    );
    expect(taken).toEqual([]);
  });

  it('replaces what cannot be changed, and is described by the SDK', () => {
    const createOnly = modelRules[type]?.createOnly ?? [];
    expect(createOnly.filter((name) => !replacesOn(type, name))).toEqual([]);
    expect(createOnly.filter((name) => shapeOf(type)[name]?.input !== true)).toEqual([]);
  });
});
