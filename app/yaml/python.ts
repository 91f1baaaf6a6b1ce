/** The few habits of Python that users' commands depend on: how values print, what counts as blank, shell quoting. */
import { Float, Timestamp } from './values.ts';

/** What `str.strip()` and `str.split()` take for white space. */
const BLANK = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const ENDS = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, 'g');
const BLANKS = new RegExp(`[${BLANK}]+`);

export const strip = (text: string): string => text.replace(ENDS, '');
/** Words between white space; none for blank text. */
export const splitWords = (text: string): string[] => strip(text).split(BLANKS).filter(Boolean);

/** One word for a POSIX shell, in the form of `shlex.quote`. */
export function quote(word: string): string {
  if (word === '') return "''";
  return /[^\w@%+=:,./-]/.test(word) ? `'${word.replaceAll("'", `'"'"'`)}'` : word;
}

/** `1` → `1.0`, `0.00001` → `1e-05`, `1e16` → `1e+16`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 16)) {
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const plain = power < 0 ? value.toFixed(mantissa.replace(/^-?\d\.?/, '').length - power) : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** `str(value)`: text and times as they are, everything else as `repr`. */
export function pythonText(value: unknown): string {
  if (value instanceof Timestamp) return value.text;
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** `repr(value)` of what a file can hold. A whole number prints as an integer. */
export function pythonRepr(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Float) return pythonFloat(value.value);
  if (value instanceof Timestamp) return reprTime(value);
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return reprString(value);
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Object.is(value, -0) ? String(BigInt(value)) : pythonFloat(value);
  }
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, item]) => `${reprString(key)}: ${pythonRepr(item)}`);
  return `{${pairs.join(', ')}}`;
}

/** `datetime.date(2024, 1, 2)`, `datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)`. */
function reprTime({ text, kind }: Timestamp): string {
  const zone = /([-+])(\d\d):(\d\d)$/.exec(kind === 'date' ? '' : text);
  const local = zone ? text.slice(0, zone.index) : text;
  const [year, month, day, hour, minute, second, micros] = (local.match(/\d+/g) ?? []).map(Number);
  if (kind === 'date') return `datetime.date(${year}, ${month}, ${day})`;
  const small = [second, micros].filter((_, index, all) => all.slice(index).some(Boolean));
  const parts = [year, month, day, hour, minute, ...small].join(', ');
  if (!zone) return `datetime.datetime(${parts})`;
  const seconds = (Number(zone[2]) * 60 + Number(zone[3])) * 60;
  return `datetime.datetime(${parts}, tzinfo=${reprZone(zone[1] === '-' ? -seconds : seconds)})`;
}

/** Python counts time before zero in days before it and seconds after. */
function reprZone(seconds: number): string {
  if (seconds === 0) return 'datetime.timezone.utc';
  const delta = seconds < 0 ? `days=-1, seconds=${86_400 + seconds}` : `seconds=${seconds}`;
  return `datetime.timezone(datetime.timedelta(${delta}))`;
}

const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function reprString(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = Array.from(text, (char) => {
    if (char === mark) return `\\${char}`;
    const escaped = ESCAPES[char];
    if (escaped !== undefined) return escaped;
    return char !== ' ' && /[\p{C}\p{Z}]/u.test(char) ? escapeCode(char.codePointAt(0) ?? 0) : char;
  }).join('');
  return mark + body + mark;
}

function escapeCode(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
