/**
 * Rules of a type: what the SDK's declarations say, the clouds' published models (`rules/*.generated.json`), and what is
 * written by hand.
 */
import { readFileSync } from 'node:fs';
import type { Properties } from '../../../components/provider/kind.ts';
import { behaviourOf } from './behaviour.ts';
import { shapeOf } from './shape.ts';
import { isKnown } from './values.ts';

export interface Failure {
  property: string;
  reason: string;
}

export interface Limits {
  enum?: (string | number)[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

/** A type's row from a published model. */
export interface ModelRules {
  /** Its name there. */
  model: string;
  required: string[];
  createOnly: string[];
  /** By path; lists are passed through: `defaultActions.type`. */
  values: Record<string, Limits>;
}

const files = ['aws', 'azure', 'gcp'].map((name) => new URL(`rules/${name}.generated.json`, import.meta.url));

/** Every type that a model describes. */
export const modelRules: Record<string, ModelRules> = Object.assign(
  {},
  ...files.map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { types: object }).types),
);

/** What must be given: what the SDK asks for, and what the model does unless the provider has a value of its own. */
export function requiredOf(type: string): string[] {
  const shape = shapeOf(type);
  const asked = Object.keys(shape).filter((name) => shape[name]?.required);
  const model = (modelRules[type]?.required ?? []).filter((name) => shape[name]?.always === false);
  return [...new Set([...asked, ...model])];
}

/** What a cloud would not take. Unknown values are passed over. */
export function failuresOf(type: string, inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  const given = (name: string) => inputs[name] !== undefined && inputs[name] !== null;
  for (const property of requiredOf(type))
    if (!given(property)) failures.push({ property, reason: `Missing required property '${property}'` });
  for (const [property, { input }] of Object.entries(shapeOf(type)))
    if (!input && given(property))
      failures.push({ property, reason: `'${property}' is computed; it cannot be given` });
  for (const [path, limits] of Object.entries(modelRules[type]?.values ?? {}))
    for (const value of valuesAt(inputs, path.split('.'))) {
      const reason = refusal(value, limits);
      if (reason !== undefined) failures.push({ property: path, reason: `${String(value)} ${reason}` });
    }
  const { longestName, autoName } = behaviourOf(type);
  const name = inputs[autoName ?? 'name'];
  if (longestName !== undefined && typeof name === 'string' && isKnown(name) && name.length > longestName)
    failures.push({
      property: autoName ?? 'name',
      reason: `${name} has ${name.length} characters; at most ${longestName} are allowed`,
    });
  return failures;
}

/** A change of this property makes another resource. */
export function replacesOn(type: string, property: string): boolean {
  const { immutable, forcesNew } = behaviourOf(type);
  return (
    immutable === true ||
    forcesNew?.includes(property) === true ||
    modelRules[type]?.createOnly.includes(property) === true
  );
}

function valuesAt(value: unknown, path: string[]): unknown[] {
  if (!isPresent(value)) return [];
  if (Array.isArray(value)) return value.flatMap((part) => valuesAt(part, path));
  const [first, ...rest] = path;
  if (first === undefined) return isKnown(value) ? [value] : [];
  return typeof value === 'object' ? valuesAt((value as Properties)[first], rest) : [];
}

const isPresent = (value: unknown) => value !== undefined && value !== null;

function refusal(value: unknown, limits: Limits): string | undefined {
  const word = String(value);
  if (limits.enum !== undefined && !limits.enum.map(String).includes(word))
    return `is none of ${limits.enum.join(', ')}`;
  if (typeof value === 'string') {
    if (limits.maxLength !== undefined && value.length > limits.maxLength)
      return `has ${value.length} characters; at most ${limits.maxLength} are allowed`;
    if (limits.minLength !== undefined && value.length < limits.minLength)
      return `has ${value.length} characters; at least ${limits.minLength} are needed`;
    if (limits.pattern !== undefined && !new RegExp(limits.pattern.replaceAll('\\Z', '$')).test(value))
      return `does not fit ${limits.pattern}`;
  }
  if (typeof value === 'number') {
    if (limits.minimum !== undefined && value < limits.minimum) return `is below ${limits.minimum}`;
    if (limits.maximum !== undefined && value > limits.maximum) return `is above ${limits.maximum}`;
  }
  return undefined;
}
