/** Anchors, aliases, tags and directives. */
import {
  isBlankBreakOrEnd,
  isBreakOrEnd,
  isHexDigit,
  isSpaceBreakOrEnd,
  isWordChar,
  Refusal,
  type Source,
} from './source.ts';
import type { TokenOf } from './tokens.ts';

/** `&name` and `*name`. */
export function anchor(source: Source): TokenOf<'alias' | 'anchor'> {
  const at = source.index;
  const kind = source.peek() === '*' ? 'alias' : 'anchor';
  source.forward();
  const name = word(source);
  if (!isBlankBreakOrEnd(source.peek()) && !'?:,]}%@`'.includes(source.peek())) {
    throw new Refusal(source.index, `An ${kind}'s name has letters, digits, "-" and "_"`);
  }
  return { kind, name, at, end: source.index };
}

function word(source: Source): string {
  let length = 0;
  while (isWordChar(source.peek(length))) length++;
  const found = source.prefix(length);
  if (length === 0) throw new Refusal(source.index, 'Here a name of letters, digits, "-" and "_" is needed');
  source.forward(length);
  return found;
}

/** `!name`, `!!name`, `!handle!name`, `!<address>`. */
export function tag(source: Source): TokenOf<'tag'> {
  const at = source.index;
  const next = source.peek(1);
  let handle: string | null = null;
  let suffix = '!';
  if (next === '<') {
    source.forward(2);
    suffix = uri(source);
    if (source.peek() !== '>') throw new Refusal(source.index, 'The tag needs a ">" at its end');
    source.forward();
  } else if (isBlankBreakOrEnd(next)) source.forward();
  else {
    let length = 1;
    while (!isSpaceBreakOrEnd(source.peek(length)) && source.peek(length) !== '!') length++;
    if (source.peek(length) === '!') handle = tagHandle(source);
    else {
      handle = '!';
      source.forward();
    }
    suffix = uri(source);
  }
  if (!isSpaceBreakOrEnd(source.peek())) throw new Refusal(source.index, 'After a tag a space is needed');
  return { kind: 'tag', handle, suffix, at, end: source.index };
}

function tagHandle(source: Source): string {
  if (source.peek() !== '!') throw new Refusal(source.index, 'A tag begins with "!"');
  let length = 1;
  if (source.peek(1) !== ' ') {
    while (isWordChar(source.peek(length))) length++;
    if (source.peek(length) !== '!') {
      source.forward(length);
      throw new Refusal(source.index, 'The name of a kind of tags ends with "!"');
    }
    length++;
  }
  const handle = source.prefix(length);
  source.forward(length);
  return handle;
}

const URI = /^[0-9A-Za-z\-;/?:@&=+$,_.!~*'()[\]%]$/;

function uri(source: Source): string {
  let found = '';
  let length = 0;
  while (URI.test(source.peek(length))) {
    if (source.peek(length) !== '%') length++;
    else {
      found += source.prefix(length);
      source.forward(length);
      length = 0;
      found += uriEscapes(source);
    }
  }
  found += source.prefix(length);
  source.forward(length);
  if (found === '') throw new Refusal(source.index, 'Here the address of a tag is needed');
  return found;
}

function uriEscapes(source: Source): string {
  const at = source.index;
  const bytes: number[] = [];
  while (source.peek() === '%') {
    source.forward();
    for (const digit of [0, 1]) {
      if (!isHexDigit(source.peek(digit))) {
        throw new Refusal(source.index, '"%" needs two hexadecimal digits');
      }
    }
    bytes.push(Number.parseInt(source.prefix(2), 16));
    source.forward(2);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    throw new Refusal(at, 'These bytes are not UTF-8');
  }
}

/** `%YAML 1.1`, `%TAG ! …`; others are passed over. */
export function directive(source: Source): TokenOf<'directive'> {
  const at = source.index;
  source.forward();
  const name = word(source);
  needSpace(source);
  let value: [string, string] | null = null;
  let end = source.index;
  if (name === 'YAML') {
    source.spaces();
    const major = number(source);
    if (source.peek() !== '.') throw new Refusal(source.index, 'Here a digit or "." is needed');
    source.forward();
    value = [major, number(source)];
    needSpace(source);
    end = source.index;
  } else if (name === 'TAG') {
    source.spaces();
    const handle = tagHandle(source);
    if (source.peek() !== ' ') throw new Refusal(source.index, 'Here a space is needed');
    source.spaces();
    value = [handle, uri(source)];
    needSpace(source);
    end = source.index;
  } else while (!isBreakOrEnd(source.peek())) source.forward();
  source.spaces();
  source.comment();
  if (!isBreakOrEnd(source.peek())) throw new Refusal(source.index, 'Here the line must end');
  source.lineBreak();
  return { kind: 'directive', name, value, at, end };
}

function needSpace(source: Source): void {
  if (!isSpaceBreakOrEnd(source.peek())) throw new Refusal(source.index, 'Here a space is needed');
}

function number(source: Source): string {
  let length = 0;
  while (/^\d$/.test(source.peek(length))) length++;
  if (length === 0) throw new Refusal(source.index, 'Here a digit is needed');
  const digits = source.prefix(length);
  source.forward(length);
  return digits;
}
