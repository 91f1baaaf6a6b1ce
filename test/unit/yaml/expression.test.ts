import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../../app/yaml/expression/check.ts';
import { conditionHolds, type Known } from '../../../app/yaml/expression/evaluate.ts';

const KNOWN: Record<string, Known> = {
  'metadata.loss': 0.25,
  'metadata.epoch': 12,
  'metadata.phase': 'train',
  'parameter.names': ['a', 'b'],
  done: true,
  nothing: null,
};
const holds = (condition: string) => conditionHolds(condition, (name) => KNOWN[name]);

describe('a condition', () => {
  it.each([
    'metadata.loss < 0.5 and metadata.epoch >= 10',
    'not metadata.accuracy',
    'metadata.accuracy is None',
    'nothing is None',
    'metadata.loss is not None',
    "metadata.phase in ('train', 'test')",
    "'rai' in metadata.phase",
    "'a' in parameter.names and 'c' not in parameter.names",
    'metadata.epoch // 5 == 2',
    'metadata.epoch / 5 * 2 - 1 == 3.8',
    '-metadata.loss < 0',
    'done == 1',
    "metadata.phase != 'test'",
    '(metadata).loss == 0.25',
    '{1, 2} and (1, 2) == (1, 2)',
  ])('holds: %s', (condition) => {
    expect(holds(condition)).toBe(true);
  });

  it.each([
    'metadata.loss > 0.5',
    'metadata.accuracy > 0.9',
    'missing or done',
    'metadata.phase < 3',
    'metadata.epoch / 0 > 1',
    "metadata.phase + 'x' == 'trainx'",
    'unknown(1)',
    'not done',
    '()',
  ])('does not hold: %s', (condition) => {
    expect(holds(condition)).toBe(false);
  });
});

it.each([
  ['', 'its end may not stand there'],
  ['a[0]', '"[" is not allowed'],
  ['a < b < c', 'only one comparison at a time is allowed'],
  ['f(x=1)', '"=" is not allowed'],
  ['a.b()', 'only plain names can be called'],
  ['"x', 'a text does not end'],
  ['-"x"', '"-" needs a number'],
  ['1 + (2 + (3 + (4 + (5 + (6 + (7 + 8))))))', 'it is nested more than 7 levels deep'],
  ['{{1}}', 'a set may not hold a set'],
])('%s is no condition: %s', (condition, complaint) => {
  expect(checkExpression(condition)).toBe(complaint);
});

it('a hostile condition costs little', () => {
  expect(checkExpression('('.repeat(50_000))).toBe('it is nested too deeply');
  expect(checkExpression('-'.repeat(90_000))).toBe('it is nested too deeply');
  expect(checkExpression(`a${' or a'.repeat(30_000)}`)).toBe('it is too long');
});
