import type { Parameter, Step } from './types.ts';

/** What the form of a new execution holds: texts as typed, flags as booleans. */
export type Typed = Record<string, string | boolean>;

const text = (value: unknown) =>
  value === undefined || value === null ? '' : Array.isArray(value) ? value.join('\n') : String(value);

export const initialParameters = (step: Step): Typed =>
  Object.fromEntries(
    (step.parameters ?? []).map((p) => [p.name, p.type === 'flag' ? p.default === true : text(p.default)]),
  );

export const initialInputs = (step: Step): Record<string, string> =>
  Object.fromEntries((step.inputs ?? []).map((i) => [i.name, text(i.default)]));

const lines = (value: string) =>
  value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const isMultiple = (p: Parameter) => p.multiple === 'repeat' || p.multiple === 'separate';

/** The typed text as the API takes it: numbers as numbers, empty as null, a list where the step takes one. */
function value(parameter: Parameter, typed: string | boolean | undefined): unknown {
  if (typeof typed === 'boolean') return typed;
  if (typed === undefined || typed === '') return null;
  const one = (item: string) =>
    (parameter.type === 'integer' || parameter.type === 'float') && Number.isFinite(Number(item))
      ? Number(item)
      : item;
  return isMultiple(parameter) ? lines(typed).map(one) : one(typed);
}

export const parameterValues = (step: Step, typed: Typed) =>
  Object.fromEntries((step.parameters ?? []).map((p) => [p.name, value(p, typed[p.name])]));

export const inputValues = (typed: Record<string, string>) =>
  Object.fromEntries(Object.entries(typed).map(([name, urls]) => [name, lines(urls)]));
