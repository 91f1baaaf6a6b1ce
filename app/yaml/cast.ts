/** Numbers as Python reads them from text. */
import { strip } from './python.ts';

/** `int(text)`; undefined: it is none. */
export function castInteger(text: string): number | bigint | undefined {
  const digits = strip(text);
  if (!/^[-+]?\d+(?:_\d+)*$/.test(digits) || digits.length > 4300) return undefined;
  const value = BigInt(digits.replaceAll('_', '').replace(/^\+/, ''));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const DIGITS = /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/;

/** `float(text)`; undefined: it is none. */
export function castFloat(text: string): number | undefined {
  const found = strip(text).toLowerCase();
  const word = /^([-+]?)(?:(inf)(?:inity)?|nan)$/.exec(found);
  if (word) return word[2] === undefined ? Number.NaN : Number(`${word[1]}Infinity`);
  return DIGITS.test(found) ? Number(found.replaceAll('_', '')) : undefined;
}
