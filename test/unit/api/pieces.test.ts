/** The small decisions of the API, by themselves. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cookie, credentialOf } from '../../../app/api/auth.ts';
import { typeName } from '../../../app/api/docs-page.ts';
import { bodyOf, fieldsOf } from '../../../app/api/errors.ts';
import { windowOf } from '../../../app/api/pagination.ts';
import { Flag, ListQuery, Many, Names, orderingOf } from '../../../app/api/query.ts';
import { rangeOf } from '../../../app/api/range.ts';
import { time } from '../../../app/api/shapes/time.ts';
import { CoveError } from '../../../app/core/errors.ts';

test('a range lies within the body, or is refused, or is none', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.option(fc.nat(60), { nil: '' }),
      fc.option(fc.nat(60), { nil: '' }),
      (size, a, b) => {
        const range = rangeOf(`bytes=${a}-${b}`, size);
        if (range === null || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      },
    ),
  );
});
test.each([
  ['bytes=0-99', 10, { start: 0, end: 9 }],
  ['bytes=5-', 10, { start: 5, end: 9 }],
  ['bytes=-3', 10, { start: 7, end: 9 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=3-1', 10, null],
  ['bytes=0-1,3-4', 10, null],
  ['items=0-1', 10, null],
  [undefined, 10, null],
])('%j of %d bytes is %j', (header, size, expected) => expect(rangeOf(header, size)).toEqual(expected));

describe('credentials', () => {
  test.each([
    ['Token abc', { kind: 'api', secret: 'abc' }],
    ['token abc', { kind: 'api', secret: 'abc' }],
    ['Bearer abc', { kind: 'api', secret: 'abc' }],
    ['abc', { kind: 'api', secret: 'abc' }],
    ['Worker abc', { kind: 'worker', secret: 'abc' }],
    ['Basic abc', { kind: 'none' }],
  ])('%s', (authorization, expected) => expect(credentialOf({ authorization })).toEqual(expected));
  test('a header wins over a cookie', () => {
    expect(credentialOf({ authorization: 'Token a', cookie: 'cove_session=b' })).toEqual({
      kind: 'api',
      secret: 'a',
    });
    expect(credentialOf({ cookie: 'x=1; cove_session=b' })).toEqual({ kind: 'session', secret: 'b' });
  });
  test('a cookie is found by its whole name', () => {
    expect(cookie('xcove_session=1; cove_session=a=b', 'cove_session')).toBe('a=b');
    expect(cookie(undefined, 'x')).toBeUndefined();
  });
});

describe('queries', () => {
  test.each([
    ['true', true],
    ['True', true],
    ['1', true],
    ['false', false],
    ['False', false],
    ['', false],
    [true, true],
  ])('the flag %j is %j', (text, expected) => expect(Flag.parse(text)).toBe(expected));
  test('one, several or no values', () => {
    expect([Many.parse(undefined), Many.parse('a'), Many.parse(['a', 'b'])]).toEqual([[], ['a'], ['a', 'b']]);
    expect(Names.parse('a, b,,c ')).toEqual(['a', 'b', 'c']);
  });
  test('the window: a default, everything, or what was asked for', () => {
    expect(windowOf(ListQuery.parse({}))).toEqual({ limit: 100, offset: 0, count: true });
    expect(windowOf(ListQuery.parse({ limit: '0', no_count: 'true' }))).toEqual({
      limit: null,
      offset: 0,
      count: false,
    });
    expect(windowOf(ListQuery.parse({ limit: '9001', offset: '5' }))).toEqual({
      limit: 9001,
      offset: 5,
      count: true,
    });
  });
  test('an ordering that is not known falls back', () => {
    const of = (text?: string) => orderingOf(text, ['name', 'ctime'], '-ctime');
    expect(of('name')).toEqual({ field: 'name', direction: 'asc' });
    expect(of('-name')).toEqual({ field: 'name', direction: 'desc' });
    for (const text of [undefined, 'password', '-'])
      expect(of(text)).toEqual({ field: 'ctime', direction: 'desc' });
  });
});

test('complaints go to their field, deep ones with their place, general ones to none', () => {
  const schema = z.object({ a: z.string(), b: z.object({ c: z.number() }) });
  const issues = schema.safeParse({ b: { c: 'x' } }, { reportInput: true }).error!.issues;
  const fields = fieldsOf(issues);
  expect(fields.a).toEqual([{ message: 'This field is required.', code: 'required' }]);
  expect(fields.b?.[0]?.message).toMatch(/^c: /);
  expect(fieldsOf(schema.safeParse('text').error!.issues)).toHaveProperty('non_field_errors');
});

test('an error’s body is its fields, or message and the finest code there is', () => {
  expect(bodyOf(new CoveError('conflict', 'm'))).toEqual({ message: 'm', code: 'conflict' });
  expect(bodyOf(new CoveError('conflict', 'm', { reason: 'not_claimable' })).code).toBe('not_claimable');
  const fields = { x: [{ message: 'm', code: 'c' }] };
  expect(bodyOf(new CoveError('invalid', 'm', { fields }))).toEqual(fields);
});

test('times have six fraction digits', () => {
  expect(time(new Date(1_700_000_000_123))).toBe('2023-11-14T22:13:20.123000Z');
});

test('a schema in one line', () => {
  const schema = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string' }, b: { type: 'array', items: { $ref: '#/x/Y' } } },
  };
  expect(typeName(schema)).toBe('{a: string, b?: Y[]}');
});
