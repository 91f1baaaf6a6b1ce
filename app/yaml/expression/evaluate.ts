/** Whether a condition holds, by what is known now (contract 2.10). */
import { type Constant, type Expression, parseExpression } from './parse.ts';

export type Known = Constant | Known[];
type Result = Constant | Result[] | Set<Constant>;

/** A name without a value, or an operation that these values do not have: the condition does not hold. */
class NoAnswer extends Error {}

/**
 * True where the condition holds. `lookUp`: what a name such as `metadata.loss` stands for; undefined: nothing yet.
 * Throws an `ExpressionError` where the text is no condition.
 */
export function conditionHolds(source: string, lookUp: (name: string) => Known | undefined): boolean {
  const expression = parseExpression(source);
  try {
    return isTrue(evaluate(expression, lookUp));
  } catch (error) {
    if (error instanceof NoAnswer) return false;
    throw error;
  }
}

type Lookup = (name: string) => Known | undefined;

function evaluate(expression: Expression, lookUp: Lookup): Result {
  const part = (inner: Expression) => evaluate(inner, lookUp);
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name': {
      const value = lookUp(expression.parts.join('.'));
      if (value === undefined) throw new NoAnswer(expression.parts.join('.'));
      return value;
    }
    case 'call':
      throw new NoAnswer(`there is no function ${expression.name}`);
    case 'unary': {
      if (expression.sign === 'not') return !isTrue(orMissing(expression.operand, part, false));
      const value = numberOf(part(expression.operand));
      return expression.sign === '-' ? -value : value;
    }
    case 'binary':
      return calculate(expression.sign, numberOf(part(expression.left)), numberOf(part(expression.right)));
    case 'compare': {
      const { sign, left, right } = expression;
      if (sign !== 'is' && sign !== 'is not') return compare(sign, part(left), part(right));
      const same = orMissing(left, part, null) === orMissing(right, part, null);
      return same === (sign === 'is');
    }
    case 'all':
      return expression.parts.every((inner) => isTrue(part(inner)));
    case 'any':
      return expression.parts.some((inner) => isTrue(part(inner)));
    case 'tuple':
      return expression.items.map(part);
    default:
      return new Set(expression.items.map((item) => part(item) as Constant));
  }
}

/** The value, or what stands for one that is missing. */
function orMissing(inner: Expression, part: (inner: Expression) => Result, missing: Constant): Result {
  try {
    return part(inner);
  } catch (error) {
    if (error instanceof NoAnswer && inner.kind === 'name') return missing;
    throw error;
  }
}

function isTrue(value: Result): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof Set ? value.size > 0 : Boolean(value) || Number.isNaN(value);
}

function numberOf(value: Result): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw new NoAnswer('only numbers can be calculated with');
}

function calculate(sign: string, left: number, right: number): number {
  if (sign === '+') return left + right;
  if (sign === '-') return left - right;
  if (sign === '*') return left * right;
  if (right === 0) throw new NoAnswer('nothing can be divided by zero');
  return sign === '/' ? left / right : Math.floor(left / right);
}

function compare(sign: string, left: Result, right: Result): boolean {
  if (sign === '==') return equal(left, right);
  if (sign === '!=') return !equal(left, right);
  if (sign === 'in') return holds(right, left);
  if (sign === 'not in') return !holds(right, left);
  if (typeof left === 'string' && typeof right === 'string')
    return ordered(sign, left < right, left === right);
  const [a, b] = [numberOf(left), numberOf(right)];
  return Number.isNaN(a) || Number.isNaN(b) ? false : ordered(sign, a < b, a === b);
}

function ordered(sign: string, less: boolean, same: boolean): boolean {
  if (sign === '<') return less;
  if (sign === '<=') return less || same;
  return sign === '>' ? !less && !same : !less;
}

function holds(container: Result, value: Result): boolean {
  if (typeof container === 'string') {
    if (typeof value === 'string') return container.includes(value);
  } else if (Array.isArray(container)) return container.some((item) => equal(item, value));
  else if (container instanceof Set) return [...container].some((item) => equal(item, value));
  throw new NoAnswer('only texts, tuples and sets hold something');
}

function equal(left: Result, right: Result): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index] ?? null));
  }
  const plain = (value: Result) => (typeof value === 'boolean' ? Number(value) : value);
  return plain(left) === plain(right);
}
