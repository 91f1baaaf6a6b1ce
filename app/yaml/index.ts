/** `valohai.yaml` (contract 2): parsed, checked, and in the form the platform works with. No I/O. */
import { at, complaintsOf } from './complaints.ts';
import { MAX_ERRORS, type Reading, readYaml, type YamlError } from './read.ts';
import { RawStep } from './schema.ts';
import { type Step, toStep } from './step.ts';

export { parseDuration } from './duration.ts';
export { interpolateCommand } from './interpolate.ts';
export { resolveParameters } from './parameters.ts';
export type { YamlError } from './read.ts';
export type { Atom, Input, Parameter, Step, Value, Variable } from './step.ts';

type Item = Record<string, unknown>;
export type ParsedYaml = { ok: true; config: Item[] } | { ok: false; errors: YamlError[] };

/** Kinds of items; where one object holds several, the first of this order is read. */
const KINDS = ['step', 'task', 'endpoint', 'pipeline', 'blueprint', 'deployment'];

/** Reads a file. `config` is plain JSON: a list of objects with one key each; steps are checked in full. */
export function parseYaml(text: string): ParsedYaml {
  const read = readYaml(text);
  if (!read.ok) return read;
  const { reading } = read;
  if (reading.value === null) return { ok: true, config: [] };
  if (!Array.isArray(reading.value)) {
    return refuse(reading, [], 'The file must be a list of items such as `- step:`');
  }
  const errors: YamlError[] = [];
  const config = reading.value.map((item: unknown, index) => {
    if (!isObject(item)) {
      errors.push(complain(reading, [index], 'Each item of the file must be an object such as `step: …`'));
      return {};
    }
    const kind = KINDS.find((name) => Object.hasOwn(item, name));
    if (kind === 'step') errors.push(...checkStep(reading, index));
    return kind === undefined ? item : { [kind]: item[kind] };
  });
  return errors.length > 0 ? { ok: false, errors: errors.slice(0, MAX_ERRORS) } : { ok: true, config };
}

/** The step of that name (the later one, if there are two), or null. */
export function findStep(config: Item[], name: string): Step | null {
  const found = steps(config).findLast((step) => step.name === name);
  return found === undefined ? null : toStep(found);
}

/** In the order of the file, each once. */
export function stepNames(config: Item[]): string[] {
  return [...new Set(steps(config).map((step) => step.name))];
}

const steps = (config: Item[]): RawStep[] =>
  config.flatMap((item) => (isObject(item.step) ? [item.step as unknown as RawStep] : []));

function checkStep(reading: Reading, index: number): YamlError[] {
  const step = at(reading.value, [index, 'step']);
  if (!isObject(step))
    return [complain(reading, [index, 'step'], 'A step must be an object with name, image and command')];
  const checked = RawStep.safeParse(step);
  if (checked.success) {
    keepPythonText(reading, checked.data, step);
    return [];
  }
  // `value` has the step as its only member, so that a complaint names it.
  return complaintsOf(checked.error, step).map(({ path, message }) =>
    complain(reading, [index, 'step', ...path], `${titleOf(step)}: ${message}`),
  );
}

const titleOf = (step: Item) => (typeof step.name === 'string' ? `step "${step.name}"` : 'step');

/** JSON knows no `1.0`, and `True` is not `true`: a text parameter keeps what Python would have printed. */
function keepPythonText(reading: Reading, { parameters = [] }: RawStep, step: Item): void {
  const raw = (step.parameters ?? []) as Item[];
  parameters.forEach(({ type = 'string' }, index) => {
    const parameter = raw[index];
    if (parameter === undefined || type !== 'string') return;
    for (const key of ['default', 'choices']) parameter[key] = asText(reading, parameter, key);
    for (const key of ['default', 'choices']) if (parameter[key] === undefined) delete parameter[key];
  });
}

function asText(reading: Reading, holder: Item | unknown[], key: string | number): unknown {
  const value = (holder as Item)[key];
  if (Array.isArray(value)) return value.map((_, index) => asText(reading, value, index));
  if (value === null || value === undefined) return value;
  return reading.marks.get(holder)?.get(key)?.python ?? value;
}

function complain(reading: Reading, path: (string | number)[], message: string): YamlError {
  return { ...reading.locate(offsetAt(reading, path)), message };
}

/** The place of the value at `path`, or of the nearest object around it. */
function offsetAt(reading: Reading, path: (string | number)[]): number {
  let offset = 0;
  let value = reading.value;
  for (const key of path) {
    const marks = isObject(value) || Array.isArray(value) ? reading.marks.get(value) : undefined;
    const mark = marks?.get(key);
    if (mark === undefined) return offset;
    offset = mark.offset;
    value = (value as Item)[key];
  }
  return offset;
}

function refuse(reading: Reading, path: (string | number)[], message: string): ParsedYaml {
  return { ok: false, errors: [complain(reading, path, message)] };
}

const isObject = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
