/** Whether a text is a condition at all (contract 2.10); whether its names mean anything shows when it runs. */
import { type Expression, parseExpression } from './parse.ts';
import { ExpressionError } from './tokens.ts';

const MAX_DEPTH = 7;

/** What is wrong with it, or null. */
export function checkExpression(source: string): string | null {
  try {
    check(parseExpression(source), 1);
    return null;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

function check(expression: Expression, depth: number): void {
  if (depth > MAX_DEPTH) throw new ExpressionError(`it is nested more than ${MAX_DEPTH} levels deep`);
  for (const part of partsOf(expression)) check(part, depth + 1);
  if (expression.kind === 'unary' && expression.sign !== 'not' && !isNumeric(expression.operand)) {
    throw new ExpressionError(`"${expression.sign}" needs a number`);
  }
  if (expression.kind === 'set' && expression.items.some(holdsSet)) {
    throw new ExpressionError('a set may not hold a set');
  }
}

function partsOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'value':
    case 'name':
      return [];
    case 'call':
      return expression.args;
    case 'unary':
      return [expression.operand];
    case 'binary':
    case 'compare':
      return [expression.left, expression.right];
    case 'all':
    case 'any':
      return expression.parts;
    default:
      return expression.items;
  }
}

/** May be a number, for all that is known. */
function isNumeric(expression: Expression): boolean {
  if (expression.kind === 'value')
    return typeof expression.value === 'number' || typeof expression.value === 'boolean';
  return expression.kind !== 'tuple' && expression.kind !== 'set';
}

const holdsSet = (expression: Expression): boolean =>
  expression.kind === 'set' || (expression.kind === 'tuple' && expression.items.some(holdsSet));
