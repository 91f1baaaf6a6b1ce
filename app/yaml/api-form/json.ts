/** Small steps between the file's JSON and the API's. */
export type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list; none where there is no list. */
export const objects = (list: unknown): Json[] => (Array.isArray(list) ? list.filter(isJson) : []);

/** A value as a list: nothing is none, one is a list of one. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** By name: of two with one name the later holds, at the first one's place. */
export function byName(list: unknown): Map<string, Json> {
  return new Map(objects(list).map((item) => [String(item.name), item]));
}

/** Without what has no value. */
export function present(object: Json): Json {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== null),
  );
}

/** What Python takes for nothing becomes null. */
export function orNull(value: unknown): unknown {
  const nothing =
    value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
  return nothing ? null : (value ?? null);
}
