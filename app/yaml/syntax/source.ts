/**
 * The text being read, and where the reader stands.
 *
 * The files of this folder follow PyYAML's reader, scanner and parser rule for rule, so that a file means here what
 * it means to the official library, and a mistake is told at the same place. PyYAML is MIT licensed,
 * © 2017–2021 Ingy döt Net, © 2006–2016 Kirill Simonov.
 */

/** Something that cannot be read, and where: `offset` counts the text's UTF-16 units. */
export class Refusal extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Stands after the last character. */
export const END = '\0';
/** What ends a line, what stands between words, and both with the end of the text. */
export const isBreak = (char: string): boolean => '\r\n\x85\u2028\u2029'.includes(char);
export const isBreakOrEnd = (char: string): boolean => '\0\r\n\x85\u2028\u2029'.includes(char);
export const isSpaceBreakOrEnd = (char: string): boolean => '\0 \r\n\x85\u2028\u2029'.includes(char);
export const isBlankBreakOrEnd = (char: string): boolean => '\0 \t\r\n\x85\u2028\u2029'.includes(char);
export const isWordChar = (char: string): boolean => /^[0-9A-Za-z_-]$/.test(char);
export const isHexDigit = (char: string): boolean => /^[0-9A-Fa-f]$/.test(char);

const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export class Source {
  readonly text: string;
  index = 0;
  line = 0;
  column = 0;
  /** Characters before this place, a pair of surrogates being one. */
  points = 0;

  constructor(text: string) {
    const bad = UNPRINTABLE.exec(text);
    if (bad) {
      const code = (bad[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0');
      throw new Refusal(bad.index, `The character U+${code} may not stand in YAML`);
    }
    this.text = `${text}${END}`;
  }

  peek(ahead = 0): string {
    return this.text.charAt(this.index + ahead) || END;
  }

  prefix(length: number): string {
    return this.text.slice(this.index, this.index + length);
  }

  forward(length = 1): void {
    for (let left = length; left > 0; left--) {
      const char = this.text.charAt(this.index);
      this.index += 1;
      if (isLow(char)) continue;
      this.points += 1;
      if ('\n\x85\u2028\u2029'.includes(char) || (char === '\r' && this.text.charAt(this.index) !== '\n')) {
        this.line += 1;
        this.column = 0;
      } else if (char !== '\ufeff') this.column += 1;
    }
  }

  /** Steps over one line break and gives it as text; nothing where none is. */
  lineBreak(): string {
    const char = this.peek();
    if (char === '\u2028' || char === '\u2029') {
      this.forward();
      return char;
    }
    if (!'\r\n\x85'.includes(char)) return '';
    this.forward(this.prefix(2) === '\r\n' ? 2 : 1);
    return '\n';
  }

  /** Steps over spaces. */
  spaces(): void {
    while (this.peek() === ' ') this.forward();
  }

  comment(): void {
    if (this.peek() === '#') while (!isBreakOrEnd(this.peek())) this.forward();
  }

  /** `---` or `...` stands here, as a line's only word. */
  atSeparator(): boolean {
    const prefix = this.prefix(3);
    return (prefix === '---' || prefix === '...') && isBlankBreakOrEnd(this.peek(3));
  }
}

/** The second half of a pair of surrogates. */
const isLow = (char: string): boolean => char >= '\udc00' && char <= '\udfff';

/** Line and column, both from 1, of places in a text. */
export function locator(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (const { index, 0: found } of text.matchAll(/\r\n|[\n\r\x85\u2028\u2029]/g)) {
    starts.push(index + found.length);
  }
  return (offset) => {
    let low = 0;
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    const before = text.slice(starts[low], offset).replaceAll('\ufeff', '');
    return { line: low + 1, column: Array.from(before).length + 1 };
  };
}
