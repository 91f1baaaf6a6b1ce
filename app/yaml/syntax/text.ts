/** Scalars: plain, quoted and block text. */
import {
  END,
  isBlankBreakOrEnd,
  isBreak,
  isBreakOrEnd,
  isHexDigit,
  isSpaceBreakOrEnd,
  Refusal,
  type Source,
} from './source.ts';
import type { TokenOf } from './tokens.ts';

type Text = TokenOf<'scalar'>;

/** `indent`: the least column a next line may have. It tells when words were read, and when a line was broken. */
export function plainText(
  source: Source,
  indent: number,
  inFlow: boolean,
  tell: { begun: () => void; lineBroken: () => void },
): Text {
  const at = source.index;
  let end = at;
  let text = '';
  let spaces = '';
  while (source.peek() !== '#') {
    const length = plainLength(source, inFlow);
    if (length === 0) break;
    tell.begun();
    text += spaces + source.prefix(length);
    source.forward(length);
    end = source.index;
    const found = plainSpaces(source, tell.lineBroken);
    if (!found || (!inFlow && source.column < indent)) break;
    spaces = found;
  }
  return { kind: 'scalar', text, plain: true, at, end };
}

function plainLength(source: Source, inFlow: boolean): number {
  for (let length = 0; ; length++) {
    const char = source.peek(length);
    if (isBlankBreakOrEnd(char)) return length;
    if (inFlow && ',?[]{}'.includes(char)) return length;
    if (char !== ':') continue;
    const next = source.peek(length + 1);
    if (isBlankBreakOrEnd(next) || (inFlow && ',[]{}'.includes(next))) return length;
  }
}

/** What stands between two words of plain text: spaces, or folded line breaks. Undefined: the text is over. */
function plainSpaces(source: Source, lineBroken: () => void): string | undefined {
  let length = 0;
  while (source.peek(length) === ' ') length++;
  const spaces = source.prefix(length);
  source.forward(length);
  if (!isBreak(source.peek())) return spaces;
  const first = source.lineBreak();
  lineBroken();
  if (source.atSeparator()) return undefined;
  let breaks = '';
  while (source.peek() === ' ' || isBreak(source.peek())) {
    if (source.peek() === ' ') source.forward();
    else {
      breaks += source.lineBreak();
      if (source.atSeparator()) return undefined;
    }
  }
  return fold(first, breaks);
}

/** One line break is a space; of more, the first is dropped. */
const fold = (first: string, more: string): string =>
  first !== '\n' ? first + more : more === '' ? ' ' : more;

export function quotedText(source: Source): Text {
  const at = source.index;
  const quote = source.peek();
  const line = source.line + 1;
  source.forward();
  let text = quotedRun(source, quote);
  while (source.peek() !== quote) {
    text += quotedSpaces(source, line);
    text += quotedRun(source, quote);
  }
  source.forward();
  return { kind: 'scalar', text, plain: false, at, end: source.index };
}

/** Text up to the next blank, break or end. */
function quotedRun(source: Source, quote: string): string {
  const double = quote === '"';
  let text = '';
  for (;;) {
    let length = 0;
    while (!`'"\\`.includes(source.peek(length)) && !isBlankBreakOrEnd(source.peek(length))) length++;
    text += source.prefix(length);
    source.forward(length);
    const char = source.peek();
    if (!double && char === "'" && source.peek(1) === "'") {
      text += "'";
      source.forward(2);
    } else if (double ? char === "'" : char === '"' || char === '\\') {
      text += char;
      source.forward();
    } else if (double && char === '\\') text += escaped(source);
    else return text;
  }
}

const ESCAPES: Record<string, string> = {
  0: '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '\\': '\\',
  '/': '/',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const CODES: Record<string, number> = { x: 2, u: 4, U: 8 };

function escaped(source: Source): string {
  source.forward();
  const char = source.peek();
  // The end of the text is no written zero.
  const atEnd = char === END;
  const replacement = atEnd || !Object.hasOwn(ESCAPES, char) ? undefined : ESCAPES[char];
  if (replacement !== undefined) {
    source.forward();
    return replacement;
  }
  if (isBreak(char)) {
    source.lineBreak();
    return quotedBreaks(source);
  }
  const length = CODES[char];
  if (length === undefined)
    throw new Refusal(source.index, `"\\${atEnd ? '' : char}" is no escape of quoted text`);
  source.forward();
  for (let digit = 0; digit < length; digit++) {
    if (!isHexDigit(source.peek(digit))) {
      throw new Refusal(source.index, `"\\${char}" needs ${length} hexadecimal digits`);
    }
  }
  const code = Number.parseInt(source.prefix(length), 16);
  if (code > 0x10ffff) throw new Refusal(source.index, 'There is no such character');
  source.forward(length);
  return String.fromCodePoint(code);
}

function quotedSpaces(source: Source, line: number): string {
  let length = 0;
  while (' \t'.includes(source.peek(length))) length++;
  const spaces = source.prefix(length);
  source.forward(length);
  if (source.peek() === END)
    throw new Refusal(source.index, `The quoted text that begins on line ${line} does not end`);
  if (!isBreak(source.peek())) return spaces;
  const first = source.lineBreak();
  return fold(first, quotedBreaks(source));
}

function quotedBreaks(source: Source): string {
  let breaks = '';
  for (;;) {
    if (source.atSeparator()) throw new Refusal(source.index, 'The document ends within quoted text');
    while (' \t'.includes(source.peek())) source.forward();
    if (!isBreak(source.peek())) return breaks;
    breaks += source.lineBreak();
  }
}

/** `|` and `>`. `parent`: the column of the block around it. */
export function blockText(source: Source, parent: number): Text {
  const at = source.index;
  const folded = source.peek() === '>';
  source.forward();
  const { keep, increment } = blockIndicators(source);
  source.spaces();
  source.comment();
  if (!isBreakOrEnd(source.peek()))
    throw new Refusal(source.index, 'Text may not begin on the line of "|" or ">"');
  source.lineBreak();

  const least = Math.max(parent + 1, 1);
  const head = increment === null ? blockIndentation(source) : null;
  const indent = head ? Math.max(least, head.widest) : least + (increment ?? 0) - 1;
  let { breaks, end } = head ?? blockBreaks(source, indent);
  let text = '';
  let lineBreak = '';
  while (source.column === indent && source.peek() !== END) {
    text += breaks;
    const indented = ' \t'.includes(source.peek());
    let length = 0;
    while (!isBreakOrEnd(source.peek(length))) length++;
    text += source.prefix(length);
    source.forward(length);
    lineBreak = source.lineBreak();
    ({ breaks, end } = blockBreaks(source, indent));
    if (source.column !== indent || source.peek() === END) break;
    const joins = folded && lineBreak === '\n' && !indented && !' \t'.includes(source.peek());
    text += joins ? (breaks === '' ? ' ' : '') : lineBreak;
  }
  if (keep !== 'none') text += lineBreak;
  if (keep === 'all') text += breaks;
  return { kind: 'scalar', text, plain: false, at, end };
}

function blockIndicators(source: Source): { keep: 'one' | 'all' | 'none'; increment: number | null } {
  let keep: 'one' | 'all' | 'none' = 'one';
  let increment: number | null = null;
  const chomping = () => {
    if (!'+-'.includes(source.peek())) return false;
    keep = source.peek() === '+' ? 'all' : 'none';
    source.forward();
    return true;
  };
  const before = chomping();
  if (/^\d$/.test(source.peek())) {
    increment = Number(source.peek());
    if (increment === 0) throw new Refusal(source.index, 'The indentation after "|" or ">" is 1 to 9');
    source.forward();
    if (!before) chomping();
  }
  if (!isSpaceBreakOrEnd(source.peek())) {
    throw new Refusal(source.index, 'After "|" or ">" stand only "+", "-", a digit or a comment');
  }
  return { keep, increment };
}

function blockIndentation(source: Source): { breaks: string; widest: number; end: number } {
  let breaks = '';
  let widest = 0;
  let end = source.index;
  while (source.peek() === ' ' || isBreak(source.peek())) {
    if (source.peek() === ' ') {
      source.forward();
      widest = Math.max(widest, source.column);
    } else {
      breaks += source.lineBreak();
      end = source.index;
    }
  }
  return { breaks, widest, end };
}

function blockBreaks(source: Source, indent: number): { breaks: string; end: number } {
  let breaks = '';
  let end = source.index;
  const indentation = () => {
    while (source.column < indent && source.peek() === ' ') source.forward();
  };
  indentation();
  while (isBreak(source.peek())) {
    breaks += source.lineBreak();
    end = source.index;
    indentation();
  }
  return { breaks, end };
}
