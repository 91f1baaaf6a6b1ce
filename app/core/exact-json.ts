/** JSON as people send it. Pure. */

/**
 * Reads it. A whole number that no number holds exactly stays the text of its digits: rounded, a seed of 64 bits would be
 * another one. `__proto__` as a key has no honest use, and can turn objects inside out.
 */
export const readJson = (text: string): unknown =>
  JSON.parse(text, exactly as (key: string, value: unknown) => unknown);

function exactly(key: string, value: unknown, { source = '' }: { source?: string }): unknown {
  if (key === '__proto__') return undefined;
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source);
  return isRounded ? source : value;
}
