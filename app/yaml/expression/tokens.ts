/** The words of a condition such as `metadata.loss < 0.1 and not metadata.failed`. Python's, as far as conditions go. */

export type ExpressionToken =
  | { kind: 'name' | 'sign'; text: string }
  | { kind: 'value'; value: string | number | boolean | null };

/** What is wrong with an expression, in words. */
export class ExpressionError extends Error {}

const MAX_LENGTH = 100_000;
const NUMBER =
  /^(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?[eE][-+]?\d(?:_?\d)*|\d(?:_?\d)*\.|[1-9](?:_?\d)*|0(?:_?0)*)/;
const NAME = /^[\p{XID_Start}_][\p{XID_Continue}]*/u;
const STRING = /^(?<prefix>[rRuU]?)(?<quote>'''|"""|'|")/;
const SIGN = /^(?:\/\/|[<>=!]=|[-+*/<>(){},.])/;
/** Python's own words; all others that Python reserves are names here. */
const WORDS = new Set(['and', 'for', 'in', 'is', 'not', 'or']);
const CONSTANTS: Record<string, boolean | null> = { True: true, False: false, None: null };

export function tokenize(expression: string): ExpressionToken[] {
  if (Array.from(expression).length > MAX_LENGTH) throw new ExpressionError('it is too long');
  if (/^(?:[ \t\f]*\n)*[ \t]+[^\s#]/.test(expression))
    throw new ExpressionError('it may not begin with a space');
  const tokens: ExpressionToken[] = [];
  let rest = expression;
  let open = 0;
  let ended = false;
  while (rest !== '') {
    const blank = /^(?:[ \t\f]+|#[^\n]*|\\\r?\n)/.exec(rest)?.[0];
    const lineBreak = blank === undefined ? /^\r?\n/.exec(rest)?.[0] : undefined;
    if (lineBreak !== undefined && open === 0 && tokens.length > 0) ended = true;
    if (blank !== undefined || lineBreak !== undefined) {
      rest = rest.slice((blank ?? lineBreak ?? '').length);
      continue;
    }
    if (ended) throw new ExpressionError('it must be one line');
    const [token, length] = next(rest);
    if (token.kind === 'sign' && '({'.includes(token.text)) open += 1;
    if (token.kind === 'sign' && ')}'.includes(token.text)) open -= 1;
    tokens.push(token);
    rest = rest.slice(length);
  }
  return tokens;
}

function next(rest: string): [ExpressionToken, number] {
  const text = STRING.exec(rest);
  if (text?.groups) return readText(rest, text.groups.prefix ?? '', text.groups.quote ?? '');
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined) {
    const after = rest.slice(number.length);
    const wordFollows = /^(?:and|in|is|or|not)/.test(after);
    if (/^\d/.test(after) || (NAME.test(after) && !wordFollows)) {
      throw new ExpressionError(`"${number}${after.slice(0, 5)}" is no number`);
    }
    return [{ kind: 'value', value: toNumber(number) }, number.length];
  }
  const name = NAME.exec(rest)?.[0];
  if (name !== undefined) {
    if (Object.hasOwn(CONSTANTS, name))
      return [{ kind: 'value', value: CONSTANTS[name] ?? null }, name.length];
    if (/^['"]/.test(rest.slice(name.length))) throw new ExpressionError('only plain text is allowed');
    return [{ kind: WORDS.has(name) ? 'sign' : 'name', text: name }, name.length];
  }
  const sign = SIGN.exec(rest)?.[0];
  if (sign === undefined) throw new ExpressionError(`"${Array.from(rest)[0]}" is not allowed`);
  return [{ kind: 'sign', text: sign }, sign.length];
}

function toNumber(source: string): number {
  const digits = source.replaceAll('_', '');
  if (/^\d+$/.test(digits) && digits.length > 4300) throw new ExpressionError('a number is too long');
  return Number(digits);
}

/** Text between quotes; in raw text (`r'…'`) a backslash is itself. */
function readText(rest: string, prefix: string, quote: string): [ExpressionToken, number] {
  const raw = prefix.toLowerCase() === 'r';
  let value = '';
  let at = prefix.length + quote.length;
  for (;;) {
    if (at >= rest.length || (quote.length === 1 && rest.charAt(at) === '\n')) {
      throw new ExpressionError('a text does not end');
    }
    if (rest.startsWith(quote, at)) return [{ kind: 'value', value }, at + quote.length];
    if (rest.charAt(at) !== '\\') value += rest.charAt(at++);
    else if (raw) {
      value += rest.slice(at, at + 2);
      at += 2;
    } else {
      const [text, length] = escaped(rest.slice(at));
      value += text;
      at += length;
    }
  }
}

const SHORT: Record<string, string> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function escaped(rest: string): [string, number] {
  const octal = /^\\[0-7]{1,3}/.exec(rest)?.[0];
  if (octal !== undefined) return [String.fromCodePoint(Number.parseInt(octal.slice(1), 8)), octal.length];
  const code = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/.exec(rest);
  if (code) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    if (point > 0x10ffff) throw new ExpressionError('there is no such character');
    return [String.fromCodePoint(point), code[0].length];
  }
  const letter = rest.charAt(1);
  if ('xuUN'.includes(letter)) throw new ExpressionError(`"\\${letter}" is no escape of text`);
  return [SHORT[letter] ?? `\\${letter}`, 2];
}
