/** Text that PostgreSQL cannot keep is refused at the door, by the name of its field. */
import { CoveError, type FieldError } from '../core/errors.ts';

const MESSAGE = 'holds a zero character or half of a surrogate pair, which cannot be stored';
/** Deeper than any request has a use for. */
export const MAX_DEPTH = 100;

/** What is wrong with a value, by the place within it; null: nothing. Pure. */
export function textProblem(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? MESSAGE : null;
  if (!isPlain(value)) return null;
  if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
  for (const [key, item] of Object.entries(value)) {
    const problem = textProblem(key) ?? textProblem(item, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

/** Throws with the fields of a query, of a path or of a body that cannot be kept. */
export function requireStorable(...parts: unknown[]): void {
  const fields: Record<string, FieldError[]> = {};
  for (const part of parts) {
    if (!isPlain(part)) continue;
    for (const [key, value] of Object.entries(part)) {
      const problem = textProblem(key) ?? textProblem(value);
      const name = key.replaceAll('\0', '\ufffd').toWellFormed();
      if (problem !== null) fields[name] = [{ message: `The value ${problem}.`, code: 'invalid' }];
    }
  }
  if (Object.keys(fields).length > 0)
    throw new CoveError('invalid', 'The request cannot be stored.', { fields });
}

/** Bodies that flow are no values. A query has a prototype of its own, with nothing in it. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}
