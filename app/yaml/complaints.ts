/** Turns violations of the schema into complaints a person can act on: what was found, what is needed. */
import type { Found } from './finding.ts';
import type { Path } from './read.ts';
import type { Schema, TypeName } from './schema/types.ts';
import { nearest } from './suggest.ts';
import type { Violation } from './validate.ts';
import { at, isObject, member, type Tree, toJson } from './values.ts';

const KINDS: Record<TypeName, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** `root`: the whole file; names in it make the place clear. */
export function complaint(violation: Violation, root: Tree): Found {
  const { path, rule, names } = violation;
  const at = rule === 'additionalProperties' ? [...path, names[0] ?? ''] : path;
  return { level: 'error', rule, path, at, message: sentence(violation, root) };
}

function sentence(violation: Violation, root: Tree): string {
  const { path, rule, names, schema, value } = violation;
  if (path.length === 0) return 'The file must be a list of items such as `- step:`';
  if (path.length === 1) return 'Each item of the file must be an object such as `step: …`';
  if (rule === 'required') return `${nameOf(root, path)}needs "${names[0]}", which is missing`;
  if (rule === 'additionalProperties') {
    const known = Object.keys(schema.properties ?? {});
    return `${nameOf(root, path)}has no property ${names.map((name) => said(name, known)).join(', and none ')}`;
  }
  const inner = closest(violation);
  if (inner) return sentence(inner, root);
  const last = path.at(-1) ?? '';
  const place =
    typeof last === 'number' || isObject(value)
      ? nameOf(root, path)
      : `${nameOf(root, path.slice(0, -1))}${last}: `;
  return `${place}${needed(violation)}; found ${show(value)}`;
}

function said(name: string, known: string[]): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `"${name}"; did you mean "${meant}"?`;
  return known.length > 0 ? `"${name}"; it may have ${known.join(', ')}` : `"${name}"`;
}

function needed({ rule, schema }: Violation): string {
  if (schema.description !== undefined) return schema.description;
  if (rule === 'enum') return `must be one of ${schema.enum?.join(', ')}`;
  if (rule === 'const') return `must be ${schema.const}`;
  if (rule === 'maxLength') return `may have at most ${schema.maxLength} characters`;
  if (rule === 'minimum') return `must be at least ${schema.minimum}`;
  if (rule === 'maximum') return `must be at most ${schema.maximum}`;
  if (rule === 'items') return `may have at most ${schema.prefixItems?.length} items`;
  if (rule === 'pattern') return `must match ${schema.pattern}`;
  const asked = lacking(schema);
  if (rule === 'anyOf' && asked.length > 0) return `needs ${asked.map((name) => `"${name}"`).join(' or ')}`;
  if (rule === 'not') return `may have only one of ${(schema.not?.required ?? []).join(', ')}`;
  return `must be ${kindOf(schema)}`;
}

/** `text`, `a list of texts`, `text or a list of texts`. */
function kindOf(schema: Schema): string {
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches) return [...new Set(branches.map(kindOf))].join(' or ');
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  if (schema.type === 'array' && schema.items && schema.items.type === 'string') return 'a list of texts';
  return [schema.type ?? []]
    .flat()
    .map((type) => KINDS[type])
    .join(' or ');
}

/** Where the forms that a value may have differ in nothing but a property that must be there: those. */
const lacking = ({ anyOf = [] }: Schema): string[] =>
  anyOf.every((form) => form.properties === undefined) ? anyOf.flatMap(({ required }) => required ?? []) : [];

/** Of several forms that a value may have, the first complaint about the one that was meant. */
function closest({ schema, branches, value }: Violation): Violation | undefined {
  if (
    schema.description !== undefined ||
    !isObject(value) ||
    branches.length === 0 ||
    lacking(schema).length > 0
  )
    return undefined;
  const type = member(value, 'type');
  const forms = schema.anyOf ?? [];
  const index = forms.findIndex((form) => form.properties?.type?.const === type);
  return branches[index]?.[0];
}

/** `step "train": parameters "rate": `: the named objects on the way, so that the place is clear without counting. */
export function nameOf(root: Tree, path: Path): string {
  const parts: string[] = [];
  for (let end = 2; end <= path.length; end++) {
    const last = path[end - 1];
    const object = at(root, path.slice(0, end));
    const name = isObject(object) ? member(object, 'name') : undefined;
    const label = typeof last === 'number' ? String(path[end - 2]) : String(last);
    if (typeof name === 'string') parts.push(`${label} "${name}"`);
    else if (typeof last === 'number') parts.push(`${label} ${last + 1}`);
    else if (typeof path[end] !== 'number') parts.push(label);
  }
  return parts.map((part) => `${part}: `).join('');
}

function show(value: Tree): string {
  const text = JSON.stringify(toJson(value)) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
