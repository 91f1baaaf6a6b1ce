import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../app/yaml/duration.ts';

describe('a duration', () => {
  it.each([
    [72, 72],
    ['90s', 90],
    ['1h 30m 5s', 5405],
    ['1h10m', 4200],
    ['60 minutes  ', 3600],
    ['2 weeks', 1_209_600],
    ['1.5d', 129_600],
    ['.5h', 1800],
    ['1 hour and 30 min', 5400],
    ['2 hours', 7200],
    [0, null],
    [-5, null],
    ['', null],
    ['   ', null],
    [null, null],
    [undefined, null],
  ])('%o is %o seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['90', '1h 30', '5 parsecs', 'soon', '1.2.3h', '0s', '2 Hours', 1e300])(
    '%o is refused, and told how to write it',
    (text) => {
      expect(() => parseDuration(text)).toThrow(`"${text}" is no duration: write seconds`);
    },
  );
});
