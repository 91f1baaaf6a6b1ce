/** Checks values against a schema, counting as `jsonschema` counts: one complaint for each keyword that fails. */
import type { Path } from './read.ts';
import type { Schema, TypeName } from './schema/types.ts';
import { equal, Float, isObject, member, numeric, type Tree } from './values.ts';

/** What failed: `path` in the values, the keyword, and the schema that has it. */
export interface Violation {
  path: Path;
  rule: keyof Schema;
  schema: Schema;
  value: Tree;
  /** Names of the properties that are missing (`required`) or too many (`additionalProperties`). */
  names: string[];
  /** Of `anyOf` and `oneOf`: what each branch found. */
  branches: Violation[][];
}

export function validate(value: Tree, schema: Schema, path: Path = []): Violation[] {
  const found: Violation[] = [];
  const fail = (rule: keyof Schema, more: Partial<Violation> = {}) =>
    found.push({ path, rule, schema, value, names: [], branches: [], ...more });

  const { type, enum: words, const: word } = schema;
  if (type !== undefined && ![type].flat().some((name) => isOf(name, value))) fail('type');
  if (words && !words.some((one) => one === value)) fail('enum');
  if (word !== undefined && !equal(word, value)) fail('const');
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !matches(schema.pattern, value)) fail('pattern');
    if (schema.maxLength !== undefined && Array.from(value).length > schema.maxLength) fail('maxLength');
  }
  const size = typeof value === 'boolean' ? null : numeric(value);
  if (size !== null) {
    if (schema.minimum !== undefined && size < schema.minimum) fail('minimum');
    if (schema.maximum !== undefined && size > schema.maximum) fail('maximum');
  }
  if (isObject(value)) {
    const { required = [], properties = {}, patternProperties = {} } = schema;
    for (const name of required) if (!Object.hasOwn(value, name)) fail('required', { names: [name] });
    for (const [name, inner] of Object.entries(properties)) {
      const item = member(value, name);
      if (item !== undefined) found.push(...validate(item, inner, [...path, name]));
    }
    for (const [pattern, inner] of Object.entries(patternProperties)) {
      for (const [name, item] of Object.entries(value)) {
        if (matches(pattern, name)) found.push(...validate(item, inner, [...path, name]));
      }
    }
    if (schema.additionalProperties === false) {
      const names = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
      if (names.length > 0) fail('additionalProperties', { names });
    }
  }
  if (Array.isArray(value)) {
    const { prefixItems = [], items } = schema;
    for (const [index, item] of value.entries()) {
      const inner = prefixItems[index] ?? (items === false ? undefined : items);
      if (inner) found.push(...validate(item, inner, [...path, index]));
    }
    if (items === false && value.length > prefixItems.length) fail('items');
  }
  for (const rule of ['anyOf', 'oneOf'] as const) {
    const branches = schema[rule]?.map((inner) => validate(value, inner, path));
    if (!branches) continue;
    const fitting = branches.filter((branch) => branch.length === 0).length;
    if (rule === 'anyOf' ? fitting === 0 : fitting !== 1) fail(rule, { branches });
  }
  if (schema.not && validate(value, schema.not, path).length === 0) fail('not');
  return found;
}

function isOf(type: TypeName, value: Tree): boolean {
  if (type === 'string' || type === 'boolean') return typeof value === type;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (typeof value === 'number' || typeof value === 'bigint') return true;
  return value instanceof Float && (type === 'number' || Number.isInteger(value.value));
}

const compiled = new Map<string, RegExp>();

/** As Python searches: `.` is all but a line feed, `$` also stands before a last one. */
function matches(pattern: string, value: string): boolean {
  let regexp = compiled.get(pattern);
  if (!regexp) {
    regexp = new RegExp(pattern.replaceAll('.', '[^\\n]').replace(/\$$/, '(?=\\n?$)'), 'u');
    compiled.set(pattern, regexp);
  }
  return regexp.test(value);
}
