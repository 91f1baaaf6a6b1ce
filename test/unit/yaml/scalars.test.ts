import { describe, expect, it } from 'vitest';
import { readScalar } from '../../../app/yaml/scalars.ts';

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
    expect(readScalar(source)).toEqual({ kind, value, python });
  });
});
