/** From words to a tree. What conditions may not have (subscripts, lists, named arguments …) is no part of the language. */
import { ExpressionError, type ExpressionToken, tokenize } from './tokens.ts';

export type Constant = string | number | boolean | null;
export type Expression =
  | { kind: 'value'; value: Constant }
  /** `loss`, or `metadata.loss` in two parts. */
  | { kind: 'name'; parts: string[] }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'unary'; sign: '+' | '-' | 'not'; operand: Expression }
  | { kind: 'binary'; sign: string; left: Expression; right: Expression }
  | { kind: 'compare'; sign: string; left: Expression; right: Expression }
  | { kind: 'all' | 'any'; parts: Expression[] }
  | { kind: 'tuple' | 'set'; items: Expression[] };

const COMPARISONS = ['<', '>', '==', '>=', '<=', '!=', 'in', 'is'];
/** Brackets in brackets. */
const MAX_BRACKETS = 200;

export function parseExpression(source: string): Expression {
  const parser = new ExpressionParser(tokenize(source));
  const expression = parser.tuple();
  parser.end();
  return expression;
}

class ExpressionParser {
  readonly #tokens: ExpressionToken[];
  #at = 0;
  #depth = 0;

  constructor(tokens: ExpressionToken[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#unexpected();
  }

  /** `a`, `a,` or `a, b`. */
  tuple(): Expression {
    const first = this.#or();
    if (!this.#sees(',')) return first;
    const items = [first];
    while (this.#take(',')) {
      if (this.#at === this.#tokens.length || this.#sees(')')) break;
      items.push(this.#or());
    }
    return { kind: 'tuple', items };
  }

  #or(): Expression {
    return this.#chain('any', 'or', () => this.#chain('all', 'and', () => this.#not()));
  }

  #chain(kind: 'all' | 'any', word: string, part: () => Expression): Expression {
    const first = part();
    if (!this.#sees(word)) return first;
    const parts = [first];
    while (this.#take(word)) parts.push(part());
    return { kind, parts };
  }

  #not(): Expression {
    if (!this.#take('not')) return this.#comparison();
    return this.#deeper(() => ({ kind: 'unary', sign: 'not', operand: this.#not() }));
  }

  #comparison(): Expression {
    const left = this.#sum();
    const sign = this.#comparisonSign();
    if (sign === null) return left;
    const right = this.#sum();
    if (this.#comparisonSign() !== null)
      throw new ExpressionError('only one comparison at a time is allowed');
    return { kind: 'compare', sign, left, right };
  }

  #comparisonSign(): string | null {
    if (this.#take('not')) {
      if (!this.#take('in')) throw this.#unexpected();
      return 'not in';
    }
    const sign = COMPARISONS.find((one) => this.#take(one));
    return sign === 'is' && this.#take('not') ? 'is not' : (sign ?? null);
  }

  #sum(): Expression {
    return this.#left(['+', '-'], () => this.#left(['*', '/', '//'], () => this.#signed()));
  }

  #left(signs: string[], part: () => Expression): Expression {
    let left = part();
    for (;;) {
      const sign = signs.find((one) => this.#take(one));
      if (sign === undefined) return left;
      left = { kind: 'binary', sign, left, right: part() };
    }
  }

  #signed(): Expression {
    const sign = (['+', '-'] as const).find((one) => this.#take(one));
    if (sign === undefined) return this.#primary();
    return this.#deeper(() => ({ kind: 'unary', sign, operand: this.#signed() }));
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at];
    if (token?.kind === 'value') return this.#value();
    if (token?.kind === 'name') return this.#named();
    if (this.#take('(')) {
      const inner = this.#sees(')')
        ? ({ kind: 'tuple', items: [] } as Expression)
        : this.#deeper(() => this.tuple());
      this.#need(')');
      // `(a).b` is `a.b`, `(f)(x)` is `f(x)`.
      return inner.kind === 'name' ? this.#after(inner.parts) : this.#alone(inner);
    }
    if (this.#take('{')) {
      const items = this.#deeper(() => this.#list('}'));
      if (items.length === 0) throw new ExpressionError('an empty {} is not allowed');
      return this.#alone({ kind: 'set', items });
    }
    throw this.#unexpected();
  }

  /** One text may be written in pieces. */
  #value(): Expression {
    let token = this.#tokens[this.#at] as ExpressionToken & { kind: 'value' };
    let { value } = token;
    for (;;) {
      this.#at += 1;
      token = this.#tokens[this.#at] as typeof token;
      if (token?.kind !== 'value') break;
      if (typeof value !== 'string' || typeof token.value !== 'string') throw this.#unexpected();
      value += token.value;
    }
    return this.#alone({ kind: 'value', value });
  }

  #named(): Expression {
    const { text } = this.#tokens[this.#at++] as ExpressionToken & { kind: 'name' };
    return this.#after([text]);
  }

  /** What may follow a name: `.more`, and arguments. */
  #after(parts: string[]): Expression {
    const all = [...parts];
    while (this.#take('.')) {
      const token = this.#tokens[this.#at++];
      if (token?.kind !== 'name') throw new ExpressionError('after "." a name is needed');
      all.push(token.text);
    }
    if (!this.#sees('(')) return { kind: 'name', parts: all };
    if (all.length > 1) throw new ExpressionError('only plain names can be called');
    this.#take('(');
    const args = this.#deeper(() => this.#list(')'));
    return this.#alone({ kind: 'call', name: all[0] ?? '', args });
  }

  #alone(expression: Expression): Expression {
    if (this.#sees('.') || this.#sees('(')) throw this.#unexpected();
    return expression;
  }

  /** Up to the closing bracket; a comma may follow the last. */
  #list(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#take(close)) {
      items.push(this.#or());
      if (!this.#sees(close)) this.#need(',');
    }
    return items;
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > MAX_BRACKETS) throw new ExpressionError('it is nested too deeply');
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #sees(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'sign' && token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += 1;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(`; "${text}" is needed`);
  }

  #unexpected(more = ''): ExpressionError {
    const token = this.#tokens[this.#at];
    const found =
      token === undefined
        ? 'its end'
        : token.kind === 'value'
          ? JSON.stringify(token.value)
          : `"${token.text}"`;
    return new ExpressionError(`${found} may not stand there${more}`);
  }
}
