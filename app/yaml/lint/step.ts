import { castFloat, castInteger } from '../cast.ts';
import { pythonRepr, pythonText } from '../python.ts';
import { equal, Float, isObject, member, numeric, Timestamp, type Tree, truthy } from '../values.ts';
import { lintExpression } from './expression.ts';
import { type Item, listOf, named } from './items.ts';
import type { Report } from './report.ts';

export function lintStep(report: Report, step: Item): void {
  const { path, data } = step;
  const name = pythonText(data.name);
  for (const parameter of named(step, 'parameters').values()) {
    lintParameter(report, parameter, `Step ${name}, parameter ${pythonText(parameter.data.name)}`);
  }
  lintExpression(report, step, `Step ${name}`);
  if (truthy(member(data, 'runtime-config-preset')) && !truthy(member(data, 'environment'))) {
    report.error(
      'preset',
      [...path, 'runtime-config-preset'],
      `Step "${name}", missing "environment". ${PRESET}`,
    );
  }
}

export const PRESET = 'When specifying a runtime config preset, you must also specify an environment.';

function lintParameter(report: Report, { path, data }: Item, prefix: string): void {
  const warn = (rule: string, key: string, message: string) =>
    report.warning(rule, [...path, key], `${prefix}: ${message}`);
  const has = (key: string) => truthy(member(data, key));
  if (data.type === 'flag') {
    if (has('optional')) warn('optional', 'optional', '`optional` has no effect on flag-type parameters');
    if (has('pass-as') && (has('pass-true-as') || has('pass-false-as'))) {
      warn('pass-as', 'pass-as', '`pass-as` has no effect with `pass-true-as`/`pass-false-as`');
    }
  } else {
    for (const key of ['pass-true-as', 'pass-false-as']) {
      if (has(key)) warn(key, key, `\`${key}\` has no effect on non-flag parameters`);
    }
  }
  // What may be one of several is a list, and a list with nothing but a 0 in it is no empty one.
  const several = has('multiple') && data.multiple !== 'none';
  if (!several && !has('default')) return;
  for (const message of listOf(member(data, 'default')).flatMap((value) => complaints(data, value))) {
    warn('default', 'default', `default ${message}`);
  }
}

function complaints(parameter: Record<string, Tree>, value: Tree): string[] {
  const { type = 'string' } = parameter;
  const said: string[] = [];
  if (type === 'string' && typeof value !== 'string') {
    return [`\`default\` value ${pythonRepr(value)} is not a string (got a ${pythonType(value)})`];
  }
  let cast = value;
  if (type === 'integer' || type === 'float') {
    const read = (type === 'integer' ? castInteger : castFloat)(pythonText(value));
    if (read !== undefined) cast = type === 'float' ? new Float(Number(read)) : read;
    else {
      const kind = type === 'integer' ? 'an integer' : 'a floating-point number';
      said.push(value === '' ? 'No value supplied' : `${pythonText(value)} is not ${kind}`);
    }
  }
  const size = numeric(cast);
  const [min, max] = [limit(parameter.min), limit(parameter.max)];
  const shown = pythonText(cast);
  if (size !== null && min !== null && size < min) {
    said.push(`${shown} is less than the minimum allowed (${pythonText(parameter.min)})`);
  }
  if (size !== null && max !== null && size > max) {
    said.push(`${shown} is greater than the maximum allowed (${pythonText(parameter.max)})`);
  }
  const choices =
    type === 'flag' ? [true, false] : truthy(parameter.choices) ? listOf(parameter.choices) : null;
  if (choices && !choices.some((choice) => equal(choice, cast))) {
    said.push(`${shown} is not among the choices allowed (${pythonRepr(choices)})`);
  }
  return said;
}

const limit = (value: Tree | undefined) => (value === undefined ? null : numeric(value));

function pythonType(value: Tree): string {
  if (value === null) return "<class 'NoneType'>";
  if (value instanceof Float) return "<class 'float'>";
  if (value instanceof Timestamp) return `<class 'datetime.${value.kind}'>`;
  if (Array.isArray(value)) return "<class 'list'>";
  if (isObject(value)) return "<class 'dict'>";
  return `<class '${typeof value === 'boolean' ? 'bool' : 'int'}'>`;
}
