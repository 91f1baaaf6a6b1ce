import { describe, expect, test } from 'vitest';
import { trusts } from '../../../app/platform/guarded-connect.ts';

describe('a trusted host', () => {
  test.each<[string[], string, number, boolean]>([
    [['data.corp.internal'], 'data.corp.internal', 443, true],
    [['Data.corp.internal'], 'data.corp.internal', 443, true],
    [['data.corp.internal:8080'], 'data.corp.internal', 8080, true],
    [['data.corp.internal:8080'], 'data.corp.internal', 80, false],
    [['corp.internal'], 'data.corp.internal', 80, false],
    [['10.0.0.5'], '10.0.0.50', 80, false],
    [['[fd00::1]'], 'fd00::1', 80, true],
    [['fd00::1'], 'fd00::1', 80, true],
    [['[fd00::1]:90'], 'fd00::1', 90, true],
    [[], '127.0.0.1', 80, false],
  ])('%j: %s:%i is %s', (list, host, port, expected) => expect(trusts(list, host, port)).toBe(expected));
});
