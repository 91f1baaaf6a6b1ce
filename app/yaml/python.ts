/** The few habits of Python that users' commands depend on: how values print, what counts as blank, shell quoting. */

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

/** `str(value)`: text as it is, everything else as `repr`. */
export const pythonText = (value: unknown): string => (typeof value === 'string' ? value : pythonRepr(value));

/** `repr(value)` of what JSON can hold. A whole number prints as an integer. */
export function pythonRepr(value: unknown): string {
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
