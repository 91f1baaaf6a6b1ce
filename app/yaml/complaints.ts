/** Turns schema issues into complaints a person can act on: what was found, what is needed. */
import type { z } from 'zod';
import { propertiesAt } from './schema.ts';
import { nearest } from './suggest.ts';

/** One complaint about the value at `path`. */
export interface Complaint {
  path: (string | number)[];
  message: string;
}

/** `value`: what was checked; names in it make the place clear. */
export function complaintsOf(error: z.ZodError, value: unknown): Complaint[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `${nameOf(value, path)}has no property "${key}"${suggestion(key, propertiesAt(path))}`,
      }));
    }
    const found = at(value, path);
    const subject = nameOf(value, path.slice(0, -1));
    const last = path.at(-1) ?? '';
    if (found === undefined) return [{ path, message: `${subject}needs "${last}", which is missing` }];
    const place = typeof last === 'number' ? nameOf(value, path) : `${subject}${last}: `;
    return [{ path, message: `${place}${issue.message}; found ${show(found)}` }];
  });
}

function suggestion(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  return known.length > 0 ? `; it may have ${known.join(', ')}` : '';
}

/** What is found by following a path; undefined where it leads nowhere. */
export function at(value: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | null | undefined)?.[key],
    value,
  );
}

/** `step "train", parameters "rate" `: the named objects on the way, so that the place is clear without counting. */
function nameOf(value: unknown, path: (string | number)[]): string {
  const parts: string[] = [];
  for (let end = 1; end <= path.length; end++) {
    const last = path[end - 1];
    if (typeof last === 'number' && end === 1) continue;
    const object = at(value, path.slice(0, end));
    const name = (object as { name?: unknown } | null | undefined)?.name;
    const label = typeof last === 'number' ? String(path[end - 2]) : String(last);
    if (typeof name === 'string') parts.push(`${label} "${name}"`);
    else if (typeof last === 'number') parts.push(`${label} ${last + 1}`);
    else if (typeof path[end] !== 'number') parts.push(label);
  }
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
