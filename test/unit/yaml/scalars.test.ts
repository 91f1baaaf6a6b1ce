import { describe, expect, it } from 'vitest';
import { pythonText } from '../../../app/yaml/python.ts';
import { readScalar } from '../../../app/yaml/scalars.ts';
import { Float, Timestamp, type Tree, toJson } from '../../../app/yaml/values.ts';

const FULL = '0xFFFFFFFFFFFFFFFFFF';

describe('a plain scalar means what PyYAML makes of it', () => {
  it.each<[source: string, kind: string, value: unknown, python?: string]>([
    ['yes', 'boolean', true, 'True'],
    ['No', 'boolean', false, 'False'],
    ['on', 'boolean', true, 'True'],
    ['y', 'string', 'y'],
    ['oN', 'string', 'oN'],
    ['', 'null', null, 'None'],
    ['~', 'null', null, 'None'],
    ['nULL', 'string', 'nULL'],
    ['1_000', 'integer', 1000, '1000'],
    ['010', 'integer', 8, '8'],
    ['-010', 'integer', -8, '-8'],
    ['08', 'string', '08'],
    ['0o10', 'string', '0o10'],
    ['0x_1F', 'integer', 31, '31'],
    ['0b1_0', 'integer', 2, '2'],
    ['1:30', 'integer', 90, '90'],
    ['190:20:30', 'integer', 685_230, '685230'],
    ['1:60', 'string', '1:60'],
    ['12345678901234567890', 'integer', '12345678901234567890', '12345678901234567890'],
    [FULL, 'integer', String(BigInt(FULL)), String(BigInt(FULL))],
    ['1.0', 'float', 1, '1.0'],
    ['1.', 'float', 1, '1.0'],
    ['.5', 'float', 0.5, '0.5'],
    ['-.5', 'string', '-.5'],
    ['1e5', 'string', '1e5'],
    ['1e-4', 'string', '1e-4'],
    ['1.0e5', 'string', '1.0e5'],
    ['1.0e-5', 'float', 0.00001, '1e-05'],
    ['1.5e+16', 'float', 1.5e16, '1.5e+16'],
    ['1:30.5', 'float', 90.5, '90.5'],
    ['-.inf', 'float', '-inf', '-inf'],
    ['.NaN', 'float', 'nan', 'nan'],
    ['2020-01-02', 'timestamp', '2020-01-02', '2020-01-02'],
    ['2020-1-2', 'string', '2020-1-2'],
    ['2020-1-2 3:04:05', 'timestamp', '2020-01-02 03:04:05', '2020-01-02 03:04:05'],
    ['2020-01-02T03:04:05.1Z', 'timestamp', '2020-01-02 03:04:05.100000+00:00'],
    ['2020-01-02 03:04:05.123456789 -5', 'timestamp', '2020-01-02 03:04:05.123456-05:00'],
  ])('%o is %s %o', (source, kind, value, python = String(value)) => {
    const read = readScalar(source);
    if (read === undefined) throw new Error('it was refused');
    expect({ kind: kindOf(read), value: toJson(read), python: pythonText(read) }).toEqual({
      kind,
      value,
      python,
    });
  });

  it.each(['2024-13-01', '2023-02-29', '2024-01-01 25:00:00', '0x_', '0b_'])('%o is refused', (source) => {
    expect(readScalar(source)).toBeUndefined();
  });
});

function kindOf(value: Tree): string {
  if (value === null) return 'null';
  if (value instanceof Float) return 'float';
  if (value instanceof Timestamp) return 'timestamp';
  return typeof value === 'number' || typeof value === 'bigint' ? 'integer' : typeof value;
}
