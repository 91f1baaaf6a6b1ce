import { describe, expect, test } from 'vitest';
import { bytes, duration, plain } from '../../../app/web/src/data/format.ts';
import { initialParameters, inputValues, parameterValues } from '../../../app/web/src/data/run-form.ts';
import { newRow, scalingChange } from '../../../app/web/src/data/scaling.ts';
import { behind, SAMPLE, toSeries } from '../../../app/web/src/data/series.ts';

describe('what a person reads', () => {
  test.each([
    [0, '0 B'],
    [512, '512 B'],
    [1536, '1.5 kB'],
    [1024 ** 3, '1.0 GB'],
    [1024 ** 6, '1048576 TB'],
  ])('%d bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

  test.each([
    [null, '–'],
    [4.23, '4.2 s'],
    [59.6, '60 s'],
    [187, '3 min 07 s'],
    [3720, '1 h 02 min'],
  ])('%s seconds are %s', (value, text) => expect(duration(value)).toBe(text));

  test('numbers are cut, texts stay, lists are shown as they are', () => {
    expect([0.123456789, 42, 'adam', [1, 2]].map(plain)).toEqual(['0.12346', '42', 'adam', '[1,2]']);
  });
});

describe('charts', () => {
  const point = (value: Record<string, unknown>, attempt = 1, seq = 1) => ({
    attempt,
    seq,
    time: '2026-01-01T00:00:00Z',
    value,
  });

  test('one line per number, over the epoch where there is one', () => {
    const { axis, series } = toSeries([
      point({ epoch: 1, loss: 0.9, note: 'x' }),
      point({ epoch: 2, loss: 0.5, _time: 'y' }),
      point({ done: true }),
    ]);
    expect(axis).toBe('epoch');
    expect(series).toEqual([{ name: 'loss', x: [1, 2], y: [0.9, 0.5] }]);
  });

  test('of a run that was run again only the last attempt is drawn', () => {
    const before = [point({ step: 1, loss: 3 }), point({ step: 2, loss: 2 })];
    const after = [point({ step: 1, loss: 4 }, 2), point({ step: 2, loss: 1 }, 2)];
    expect(toSeries([...before, ...after]).series).toEqual([{ name: 'loss', x: [1, 2], y: [4, 1] }]);
  });

  test('what comes next is asked for by the last point there is', () => {
    expect(behind([])).toEqual({ sample: SAMPLE });
    expect(behind([point({ a: 1 }, 1, 90), point({ a: 2 }, 2, 7)])).toEqual({ after: '2-7' });
  });

  test('without a common axis points are numbered, and a single value makes no chart', () => {
    expect(toSeries([point({ a: 1 }), point({ a: 2, b: 1 })])).toEqual({
      axis: 'point',
      series: [{ name: 'a', x: [1, 2], y: [1, 2] }],
    });
  });
});

describe('the form of a new execution', () => {
  const step = {
    name: 's',
    image: 'i',
    command: 'c',
    parameters: [
      { name: 'rate', type: 'float' as const, default: 0.1 },
      { name: 'fast', type: 'flag' as const, default: true },
      { name: 'layers', type: 'integer' as const, multiple: 'repeat', default: [1, 2] },
      { name: 'name' },
    ],
  };
  test('shows defaults and sends typed values; what is left empty is null', () => {
    const typed = { ...initialParameters(step), rate: '1e-3' };
    expect(parameterValues(step, typed)).toEqual({ rate: 0.001, fast: true, layers: [1, 2], name: null });
  });
  test('what is no number is sent as it was typed, so that the server can say so', () => {
    expect(parameterValues(step, { rate: 'abc' })).toMatchObject({ rate: 'abc' });
  });
  test('one address a line', () => {
    expect(inputValues({ data: ' https://a \n\nhttps://b' })).toEqual({ data: ['https://a', 'https://b'] });
  });
});

describe('how machines come and go', () => {
  const row = { cron: '0 8 * * *', timezone: 'UTC', minutes: 60, min: 1, max: '' } as const;

  test('an empty number is left out, and a maximum at the ceiling follows the ceiling', () => {
    const form = { min: 0, max: 4, graceMinutes: 5, schedule: [row] };
    expect(scalingChange(form, 4)).toEqual({
      scale_min: 0,
      scale_max: null,
      scale_down_grace_period: 5,
      scale_schedule: [{ cron: '0 8 * * *', timezone: 'UTC', minutes: 60, min: 1 }],
    });
    expect(scalingChange({ ...form, max: 3 }, 4).scale_max).toBe(3);
    expect(newRow()).toMatchObject({ min: '', max: '' });
  });
});
