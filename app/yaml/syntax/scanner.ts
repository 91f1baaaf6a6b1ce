/** From text to tokens, as far as the parser asks: nothing is read ahead but what a key on one line may need. */
import { anchor, directive, tag } from './marks.ts';
import { END, isBlankBreakOrEnd, Refusal, Source } from './source.ts';
import { blockText, plainText, quotedText } from './text.ts';
import type { Kind, Plain, Token } from './tokens.ts';

/** A place where a key may turn out to begin, once a `:` follows on its line. */
interface PossibleKey {
  token: number;
  required: boolean;
  at: number;
  points: number;
  line: number;
  column: number;
}

const MAX_KEY = 1024;

export class Scanner {
  readonly #source: Source;
  readonly #tokens: Token[] = [];
  #taken = 0;
  #done = false;
  #flow = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #keyAllowed = true;
  /** By flow level. */
  readonly #keys = new Map<number, PossibleKey>();

  constructor(text: string) {
    this.#source = new Source(text);
  }

  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    const [token] = this.#tokens;
    if (token === undefined) throw new Error('read beyond the end of the file');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#tokens.shift();
    this.#taken += 1;
    return token;
  }

  is(...kinds: Kind[]): boolean {
    return kinds.includes(this.peek().kind);
  }

  #needsMore(): boolean {
    if (this.#done) return false;
    if (this.#tokens.length === 0) return true;
    this.#dropStaleKeys();
    // The first of the waiting tokens may be a key: then its `:` has to be looked for.
    for (const key of this.#keys.values()) if (key.token === this.#taken) return true;
    return false;
  }

  #fetch(): void {
    const source = this.#source;
    this.#toNextToken();
    this.#dropStaleKeys();
    this.#unwind(source.column);
    const char = source.peek();
    const spaced = isBlankBreakOrEnd(source.peek(1));
    if (char === END) this.#end();
    else if (source.column === 0 && char === '%') {
      this.#leaveBlocks();
      this.#add(directive(source));
    } else if (source.column === 0 && source.atSeparator()) {
      this.#leaveBlocks();
      this.#sign(char === '-' ? 'document start' : 'document end', 3);
    } else if (char === '[' || char === '{') this.#open(char);
    else if (char === ']' || char === '}') this.#close(char);
    else if (char === ',') {
      this.#keyAllowed = true;
      this.#dropKey();
      this.#sign(',');
    } else if (char === '-' && spaced) this.#item();
    else if (char === '?' && (this.#flow !== 0 || spaced)) this.#key();
    else if (char === ':' && (this.#flow !== 0 || spaced)) this.#value();
    else if (char === '*' || char === '&') this.#content(() => anchor(source));
    else if (char === '!') this.#content(() => tag(source));
    else if ((char === '|' || char === '>') && this.#flow === 0) {
      this.#keyAllowed = true;
      this.#dropKey();
      this.#add(blockText(source, this.#indent));
    } else if (char === "'" || char === '"') this.#content(() => quotedText(source));
    else if (this.#plainBegins(char)) this.#content(() => this.#plain());
    else throw new Refusal(source.index, begins(char));
  }

  #plainBegins(char: string): boolean {
    if (!isBlankBreakOrEnd(char) && !'-?:,[]{}#&*!|>\'"%@`'.includes(char)) return true;
    if (isBlankBreakOrEnd(this.#source.peek(1))) return false;
    return char === '-' || (this.#flow === 0 && (char === '?' || char === ':'));
  }

  #plain(): Token {
    return plainText(this.#source, this.#indent + 1, this.#flow !== 0, {
      lineBroken: () => {
        this.#keyAllowed = true;
      },
      begun: () => {
        this.#keyAllowed = false;
      },
    });
  }

  #add(token: Token): void {
    this.#tokens.push(token);
  }

  #sign(kind: Plain, length = 1): void {
    const at = this.#source.index;
    this.#source.forward(length);
    this.#add({ kind, at, end: this.#source.index });
  }

  #here(kind: Plain, at = this.#source.index): Token {
    return { kind, at, end: at };
  }

  /** Something that may be a key. */
  #content(scan: () => Token): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#add(scan());
  }

  #end(): void {
    this.#leaveBlocks();
    this.#keys.clear();
    this.#add(this.#here('stream end'));
    this.#done = true;
  }

  #leaveBlocks(): void {
    this.#unwind(-1);
    this.#dropKey();
    this.#keyAllowed = false;
  }

  #open(char: '[' | '{'): void {
    this.#saveKey();
    this.#flow += 1;
    this.#keyAllowed = true;
    this.#sign(char);
  }

  #close(char: ']' | '}'): void {
    this.#dropKey();
    this.#flow -= 1;
    this.#keyAllowed = false;
    this.#sign(char);
  }

  #item(): void {
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw new Refusal(this.#source.index, 'No list item may begin here');
      if (this.#deepen(this.#source.column)) this.#add(this.#here('block sequence start'));
    }
    this.#keyAllowed = true;
    this.#dropKey();
    this.#sign('-');
  }

  #key(): void {
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw new Refusal(this.#source.index, 'No key may begin here');
      if (this.#deepen(this.#source.column)) this.#add(this.#here('block mapping start'));
    }
    this.#keyAllowed = this.#flow === 0;
    this.#dropKey();
    this.#sign('?');
  }

  #value(): void {
    const key = this.#keys.get(this.#flow);
    if (key) {
      this.#keys.delete(this.#flow);
      const place = key.token - this.#taken;
      this.#tokens.splice(place, 0, this.#here('?', key.at));
      if (this.#flow === 0 && this.#deepen(key.column)) {
        this.#tokens.splice(place, 0, this.#here('block mapping start', key.at));
      }
      this.#keyAllowed = false;
    } else {
      if (this.#flow === 0) {
        if (!this.#keyAllowed)
          throw new Refusal(
            this.#source.index,
            'A ":" may not stand here: look at the indentation of this line and the one before',
          );
        if (this.#deepen(this.#source.column)) this.#add(this.#here('block mapping start'));
      }
      this.#keyAllowed = this.#flow === 0;
      this.#dropKey();
    }
    this.#sign(':');
  }

  #saveKey(): void {
    const { index: at, points, line, column } = this.#source;
    if (!this.#keyAllowed) return;
    this.#dropKey();
    const required = this.#flow === 0 && this.#indent === column;
    this.#keys.set(this.#flow, {
      token: this.#taken + this.#tokens.length,
      required,
      at,
      points,
      line,
      column,
    });
  }

  #dropKey(): void {
    const key = this.#keys.get(this.#flow);
    if (key?.required) throw new Refusal(this.#source.index, 'The line before needs a ":"');
    this.#keys.delete(this.#flow);
  }

  /** A key ends on its line, and within 1024 characters. */
  #dropStaleKeys(): void {
    for (const [level, key] of this.#keys) {
      if (key.line === this.#source.line && this.#source.points - key.points <= MAX_KEY) continue;
      if (key.required) throw new Refusal(this.#source.index, 'The line before needs a ":"');
      this.#keys.delete(level);
    }
  }

  #unwind(column: number): void {
    if (this.#flow !== 0) return;
    while (this.#indent > column) {
      this.#indent = this.#indents.pop() ?? -1;
      this.#add(this.#here('block end'));
    }
  }

  #deepen(column: number): boolean {
    if (this.#indent >= column) return false;
    this.#indents.push(this.#indent);
    this.#indent = column;
    return true;
  }

  #toNextToken(): void {
    const source = this.#source;
    if (source.index === 0 && source.peek() === '\ufeff') source.forward();
    for (;;) {
      source.spaces();
      source.comment();
      if (source.lineBreak() === '') return;
      if (this.#flow === 0) this.#keyAllowed = true;
    }
  }
}

const begins = (char: string): string =>
  char === '\t' ? 'A tab may not stand here: indent with spaces' : `Nothing may begin with "${char}" here`;
