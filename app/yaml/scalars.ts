/** What a plain scalar means under YAML 1.1 as PyYAML reads it: `yes` is true, `010` is 8, `1e-4` is text. */
import { pythonFloat } from './python.ts';

/** A value, and how Python would print it where that differs from the value's own text. */
export interface Scalar {
  value: string | number | boolean | null;
  kind: 'string' | 'integer' | 'float' | 'boolean' | 'null' | 'timestamp';
  python: string;
}

const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:(Z)|([-+])(\d\d?)(?::(\d\d))?))?$/;

const text = (value: string): Scalar => ({ value, kind: 'string', python: value });

/** Reads a plain scalar. `tag`: an explicit standard type such as `int`; null if the text does not fit it. */
export function readScalar(source: string, tag?: string): Scalar | null {
  if (tag === 'str') return text(source);
  const scalar = resolve(source);
  if (tag === undefined || scalar.kind === KIND_OF_TAG[tag]) return scalar;
  if (tag === 'float' && scalar.kind === 'integer') return float(Number(scalar.value));
  if (tag === 'float' && /^[-+]?\d+[eE][-+]?\d+$/.test(source)) return float(Number(source));
  return null;
}

const KIND_OF_TAG: Record<string, Scalar['kind']> = {
  int: 'integer',
  float: 'float',
  bool: 'boolean',
  null: 'null',
  timestamp: 'timestamp',
};

function resolve(source: string): Scalar {
  if (NULL.test(source)) return { value: null, kind: 'null', python: 'None' };
  if (TRUE.test(source)) return { value: true, kind: 'boolean', python: 'True' };
  if (FALSE.test(source)) return { value: false, kind: 'boolean', python: 'False' };
  if (FLOAT.test(source)) return float(readFloat(source.replaceAll('_', '').toLowerCase()));
  if (INTEGER.test(source)) return integer(source.replaceAll('_', '')) ?? text(source);
  if (DATE.test(source)) return { value: source, kind: 'timestamp', python: source };
  const time = TIME.exec(source);
  return time === null ? text(source) : timestamp(time);
}

/** Beyond what a number holds exactly, the digits stay text; JSON has no infinity either. */
function integer(source: string): Scalar | null {
  const negative = source.startsWith('-');
  const digits = source.replace(/^[-+]/, '');
  if (/^0[bx]?$/.test(digits) && digits !== '0') return null;
  const octal = /^0[0-7]+$/.test(digits);
  const magnitude = digits.includes(':')
    ? digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n)
    : BigInt(octal ? `0o${digits}` : digits);
  const value = negative ? -magnitude : magnitude;
  const exact = BigInt(Number(value)) === value && Number.isSafeInteger(Number(value));
  return { value: exact ? Number(value) : String(value), kind: 'integer', python: String(value) };
}

function float(value: number): Scalar {
  const python = pythonFloat(value);
  return { value: Number.isFinite(value) ? value : python, kind: 'float', python };
}

function readFloat(source: string): number {
  const sign = source.startsWith('-') ? -1 : 1;
  const digits = source.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  if (!digits.includes(':')) return sign * Number(digits);
  return sign * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** As Python prints a datetime: `2020-01-02 03:04:05.000600+02:00`. */
function timestamp(match: RegExpExecArray): Scalar {
  const [, year, month, day, hour, minute, second, fraction = '', utc, sign, zoneHour, zoneMinute] = match;
  const two = (digits: string | undefined) => (digits ?? '0').padStart(2, '0');
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const zone = utc ? '+00:00' : sign ? `${sign}${two(zoneHour)}:${two(zoneMinute)}` : '';
  const python =
    `${year}-${two(month)}-${two(day)} ${two(hour)}:${minute}:${second}` +
    `${Number(micros) === 0 ? '' : `.${micros}`}${zone}`;
  return { value: python, kind: 'timestamp', python };
}
