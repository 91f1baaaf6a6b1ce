/** Metadata: every line of standard output that is one whole JSON object (contract 3.5). Pure. */

/** The metadata point a line makes, or null. `_time` is added where the job gave none. */
export function metadataOf(line: string, time: string): Record<string, unknown> | null {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  const value = pythonJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  if (nestedBeyond(value, MAX_DEPTH)) return null;
  const point = value as Record<string, unknown>;
  return Object.hasOwn(point, '_time') ? point : { ...point, _time: `${time}Z` };
}

/** Deeper ones are a line like any other: whoever copies them step by step runs out of stack. */
export const MAX_DEPTH = 100;

export function nestedBeyond(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => nestedBeyond(inner, depth - 1));
}

/** JSON as Python writes it; null: it is none. */
export function pythonJson(text: string): unknown {
  for (const candidate of [text, withoutNonNumbers(text)]) {
    try {
      return JSON.parse(candidate);
    } catch {}
  }
  return null;
}

/** Python writes `NaN` and `Infinity`, which JSON does not know; a loss that went astray must not vanish with them. */
function withoutNonNumbers(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
    found.startsWith('"') ? found : 'null',
  );
}
