/** What is wrong with a config file, in words: what was found, what is allowed, and which key was perhaps meant. */
import { z } from 'zod';
import { closest } from './closest.ts';
import { schemaOf } from './schema.ts';

export interface Problem {
  path: PropertyKey[];
  /** The key itself is wrong, not its value. */
  atKey: boolean;
  message: string;
}

type Json = { [key: string]: unknown };

/** Turns zod's issues into problems; one issue may name several keys. */
export function problemsOf(issues: z.core.$ZodIssue[], found: unknown): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(issue.path, key, found));
    }
    const value = at(found, issue.path);
    const name = issue.path.join('.') || 'the file';
    if (issue.code === 'custom')
      return [{ path: issue.path, atKey: false, message: `${name} ${issue.message}` }];
    if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
      return [badDiscriminator(issue.path, issue.discriminator, found)];
    }
    if (value === undefined) return [{ path: issue.path, atKey: false, message: `${name} is missing` }];
    return [
      { path: issue.path, atKey: false, message: `${name} is ${show(value)}; ${needed(issue, value)}` },
    ];
  });
}

function unknownKey(path: PropertyKey[], key: string, found: unknown): Problem {
  const allowed = allowedKeys(path, found);
  const meant = closest(key, allowed);
  const place = path.length === 0 ? '' : ` in ${path.join('.')}`;
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return {
    path: [...path, key],
    atKey: true,
    message: `${key} is not known${place}.${hint} Allowed: ${allowed.join(', ')}`,
  };
}

function badDiscriminator(path: PropertyKey[], discriminator: string, found: unknown): Problem {
  const own = path.at(-1) === discriminator ? path : [...path, discriminator];
  const value = at(found, own);
  const schemas = branches(schemaAt(own.slice(0, -1), found));
  const allowed = schemas.flatMap((schema) => constantOf((schema.properties as Json)?.[discriminator]));
  const seen = value === undefined ? 'is missing' : `is ${show(value)}`;
  return { path: own, atKey: false, message: `${own.join('.')} ${seen}; allowed: ${allowed.join(', ')}` };
}

function needed(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value !== 'object')
    return 'needed is text: put it in quotes';
  if (issue.code === 'invalid_type') return `needed is ${TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `allowed: ${issue.values.join(', ')}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum} ${UNITS[issue.origin] ?? ''}`.trim();
  if (issue.code === 'too_small') return `at least ${issue.minimum} ${UNITS[issue.origin] ?? ''}`.trim();
  return `needed is ${issue.message.replace(/^Invalid (\w)/, 'a valid $1')}`;
}
const TYPES: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  object: 'a mapping of keys to values',
  array: 'a list',
};
const UNITS: Record<string, string> = { string: 'characters', array: 'entries' };

const show = (value: unknown) =>
  typeof value === 'string' ? `"${value}"` : (JSON.stringify(value)?.slice(0, 60) ?? String(value));

const at = (value: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

const told = new Map<object, Json>();
function jsonSchema(found: unknown): Json {
  const schema = schemaOf(found);
  const json = told.get(schema) ?? (z.toJSONSchema(schema, { io: 'input' }) as Json);
  told.set(schema, json);
  return json;
}
const branches = (part: Json): Json[] => (part.oneOf ?? part.anyOf ?? [part]) as Json[];
const constantOf = (part: unknown): unknown[] => ('const' in Object(part) ? [(part as Json).const] : []);

/** The JSON Schema of the value at a path; of a union, the member that fits the constants found. */
function schemaAt(path: PropertyKey[], found: unknown): Json {
  let part = jsonSchema(found);
  path.forEach((key, index) => {
    const member = memberFor(part, at(found, path.slice(0, index)));
    part = ((typeof key === 'number' ? member.items : (member.properties as Json)?.[String(key)]) ??
      {}) as Json;
  });
  return part;
}

function memberFor(part: Json, value: unknown): Json {
  const fits = (member: Json) =>
    Object.entries((member.properties ?? {}) as Json).every(([key, property]) =>
      constantOf(property).every((constant) => (value as Json | undefined)?.[key] === constant),
    );
  const members = branches(part);
  return members.find(fits) ?? members[0] ?? {};
}

function allowedKeys(path: PropertyKey[], found: unknown): string[] {
  return Object.keys((memberFor(schemaAt(path, found), at(found, path)).properties ?? {}) as Json);
}
