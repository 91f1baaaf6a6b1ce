/** What a plain scalar means under YAML 1.1 as PyYAML reads it: `yes` is true, `010` is 8, `1e-4` is text. */
import { type Atom, Float, Timestamp } from './values.ts';

const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE = /^(\d{4})-(\d\d?)-(\d\d?)$/;
const TIME =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:(Z)|([-+])(\d\d?)(?::(\d\d))?))?$/;

/** Reads a plain scalar; undefined: it looks like a number or a date and is none, as `2024-13-01`. */
export function readScalar(source: string): Atom | undefined {
  if (NULL.test(source)) return null;
  if (TRUE.test(source)) return true;
  if (FALSE.test(source)) return false;
  if (FLOAT.test(source)) return readFloat(source);
  if (INTEGER.test(source)) return readInteger(source);
  const isDate = /^\d{4}-\d\d-\d\d$/.test(source);
  return isDate || TIME.test(source) ? readTimestamp(source) : source;
}

/** With a written tag, such as `int` of `!!int`; undefined where the text does not fit it. */
export function readTagged(source: string, tag: string): Atom | undefined {
  if (tag === 'str') return source;
  if (tag === 'null') return null;
  if (tag === 'bool') {
    const word = source.toLowerCase();
    return TRUE.test(word) ? true : FALSE.test(word) ? false : undefined;
  }
  if (tag === 'int') return readInteger(source);
  if (tag === 'float') return readFloat(source);
  return tag === 'timestamp' ? readTimestamp(source) : undefined;
}

function readInteger(source: string): number | bigint | undefined {
  const text = source.replaceAll('_', '');
  const negative = text.startsWith('-');
  const magnitude = readDigits(text.replace(/^[-+]/, ''));
  if (magnitude === undefined) return undefined;
  const value = negative ? -magnitude : magnitude;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function readDigits(digits: string): bigint | undefined {
  if (digits === '0') return 0n;
  if (digits.startsWith('0b')) return /^0b[01]+$/.test(digits) ? BigInt(digits) : undefined;
  if (digits.startsWith('0x')) return /^0x[\da-fA-F]+$/.test(digits) ? BigInt(digits) : undefined;
  if (digits.startsWith('0')) return /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : undefined;
  if (!/^\d+(?::\d+)*$/.test(digits)) return undefined;
  // Python reads no more digits at once.
  if (digits.length > 4300 && !digits.includes(':')) return undefined;
  return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}

function readFloat(source: string): Float | undefined {
  const text = source.replaceAll('_', '').toLowerCase();
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits === '.inf') return new Float(sign * Number.POSITIVE_INFINITY);
  if (digits === '.nan') return new Float(Number.NaN);
  const parts = digits.split(':');
  if (!parts.every((part) => /^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(part))) return undefined;
  let value = 0;
  let base = 1;
  for (const part of parts.reverse()) {
    value += Number(part) * base;
    base *= 60;
  }
  return new Float(sign * value);
}

/** A datetime prints as `2020-01-02 03:04:05.000600+02:00`. */
function readTimestamp(source: string): Timestamp | undefined {
  const date = DATE.exec(source);
  if (date) return isDay(date) ? new Timestamp(dayOf(date), 'date') : undefined;
  const time = TIME.exec(source);
  if (!time || !isDay(time)) return undefined;
  const [, , , , hour, minute, second, fraction = '', utc, sign, zoneHour, zoneMinute] = time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const zone = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * (sign === '-' ? -1 : 1);
  if (Math.abs(zone) >= 24 * 60) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const away = Math.abs(zone);
  const offset = `${zone < 0 ? '-' : '+'}${two(Math.floor(away / 60))}:${two(away % 60)}`;
  const text =
    `${dayOf(time)} ${two(Number(hour))}:${minute}:${second}` +
    `${Number(micros) === 0 ? '' : `.${micros}`}${utc || sign ? offset : ''}`;
  return new Timestamp(text, 'datetime');
}

const two = (number: number): string => String(number).padStart(2, '0');
const dayOf = ([, year, month, day]: RegExpExecArray): string =>
  `${year}-${two(Number(month))}-${two(Number(day))}`;

function isDay([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return Number(year) > 0 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
