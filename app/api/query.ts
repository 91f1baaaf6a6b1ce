/** Pieces of query strings and bodies, as lenient as the clients need (client-contract 1.1, 1.11). */
import { z } from 'zod';

const last = (value: unknown) => (Array.isArray(value) ? value.at(-1) : value);
const TRUE = /^(true|1|yes|on)$/i;

/** `true`, `True`, `1`; anything else is false. Bodies may be forms, hence text, too. */
export const Flag = z.preprocess(
  (value) => (typeof value === 'string' || Array.isArray(value) ? TRUE.test(String(last(value))) : value),
  z.boolean(),
);
/** `a=1&a=2`, or one, or none. */
export const Many = z
  .preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(z.string()).optional(),
  )
  .transform((values) => values ?? []);
/** `include`, `exclude`, `tags`: comma-separated, spaces allowed. */
export const Names = z.preprocess(last, z.string()).transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);
/** An empty text (a form's way of leaving out) counts as absent. */
export const Filled = z.preprocess(
  (value) => (last(value) === '' ? undefined : last(value)),
  z.string().optional(),
);

const whole = z.preprocess(last, z.coerce.number().int().min(0).optional());

/** What every list takes. Big pages are honoured, for clients do not follow `next`. */
export const ListQuery = z.object({
  limit: whole.describe('So many of them; 0: all. Left out: 100.'),
  offset: whole.describe('Passes over so many first.'),
  no_count: Flag.optional().describe('True: `count` is left out, which is quicker.'),
  ordering: Filled.describe('A field, or `-` and a field for the other way round, such as `-ctime`.'),
  include: Names.optional().describe('More fields, with commas between; what has more says so.'),
  exclude: Names.optional().describe('Leaves these fields out, with commas between.'),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** What every detail takes. */
export const DetailQuery = ListQuery.pick({ include: true, exclude: true });
export type DetailQuery = z.infer<typeof DetailQuery>;

/** Field and direction, if it is one of those allowed; a name that is not known falls back. */
export function orderingOf<T extends string>(
  text: string | undefined,
  allowed: readonly T[],
  fallback: `-${T}` | T,
): { field: T; direction: 'asc' | 'desc' } {
  const read = (value: string) => ({
    field: value.replace(/^-/, ''),
    direction: value.startsWith('-') ? 'desc' : 'asc',
  });
  const asked = read(text ?? fallback);
  return (allowed.some((name) => name === asked.field) ? asked : read(fallback)) as ReturnType<
    typeof orderingOf<T>
  >;
}

/** Leaves out what `exclude` names. Unknown names do no harm; the fields that identify an object stay. */
export function without<T extends object>(object: T, exclude: readonly string[] | undefined): T {
  if (!exclude?.length) return object;
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => name === 'id' || name === 'url' || !exclude.includes(name)),
  ) as T;
}
