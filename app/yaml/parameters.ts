/** The values a run gets: given ones and defaults, cast to their types and checked (contract 2.3). */
import { castFloat, castInteger } from './cast.ts';
import { pythonFloat, pythonText } from './python.ts';
import type { Atom, Parameter, Step, Value } from './step.ts';

export type ResolvedParameters =
  | { ok: true; values: Record<string, Value> }
  | { ok: false; errors: Record<string, string[]> };

/**
 * Every parameter of the step with its value: null where an optional one has none; a flag nobody set is left out.
 * `errors`: by parameter name, sentences for a person.
 */
export function resolveParameters(step: Step, given: Record<string, unknown>): ResolvedParameters {
  const values = new Map<string, Value>();
  const errors = new Map<string, string[]>();
  for (const parameter of step.parameters) {
    const { name, type } = parameter;
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = own === undefined ? (type === 'flag' ? undefined : parameter.default) : own;
    if (value === undefined || (type === 'flag' && value === null)) continue;
    const complaints: string[] = [];
    const cast = castValue(parameter, value, complaints);
    if (complaints.length > 0) errors.set(name, complaints);
    else values.set(name, cast);
  }
  const known = step.parameters.map(({ name }) => name);
  for (const name of Object.keys(given).filter((key) => !known.includes(key))) {
    const others = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
    errors.set(name, [`Step "${step.name}" has no parameter of this name; ${others}`]);
  }
  return errors.size > 0
    ? { ok: false, errors: Object.fromEntries(errors) }
    : { ok: true, values: Object.fromEntries(values) };
}

function castValue(parameter: Parameter, value: unknown, complaints: string[]): Value {
  if (value === null) {
    if (!parameter.optional) complaints.push('A value is needed: this parameter is not optional');
    return null;
  }
  if (parameter.multiple !== 'none') {
    return (Array.isArray(value) ? value : [value]).map((atom) => castAtom(parameter, atom, complaints));
  }
  if (!Array.isArray(value)) return castAtom(parameter, value, complaints);
  complaints.push('Takes one value, not a list');
  return null;
}

function castAtom(parameter: Parameter, value: unknown, complaints: string[]): Atom {
  if (value === null || (typeof value === 'object' && value !== undefined)) {
    complaints.push(`Takes plain values; found ${JSON.stringify(value)}`);
    return null;
  }
  const cast = CASTS[parameter.type](value as Exclude<Atom, null>);
  if (cast === undefined) {
    complaints.push(
      value === '' ? 'A value is needed; found nothing' : `"${value}" is not ${NAMES[parameter.type]}`,
    );
    return null;
  }
  complaints.push(...limits(parameter, cast));
  return cast;
}

const NAMES = { string: 'text', integer: 'a whole number', float: 'a number', flag: 'true or false' };
const CASTS: Record<Parameter['type'], (value: string | number | boolean) => Atom | undefined> = {
  string: pythonText,
  integer,
  float,
  flag: castFlag,
};

/** Beyond what a number holds exactly, the digits stay text: a seed of 64 bits arrives unharmed. */
function integer(value: string | number | boolean): Atom | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  const cast = typeof value === 'string' ? castInteger(value) : undefined;
  return typeof cast === 'bigint' ? String(cast) : cast;
}

/** JSON has no infinity and no NaN: they stay words, as Python prints them. */
function float(value: string | number | boolean): Atom | undefined {
  if (typeof value === 'number') return value;
  const cast = typeof value === 'string' ? castFloat(value) : undefined;
  return cast === undefined || Number.isFinite(cast) ? cast : pythonFloat(cast);
}

function castFlag(value: string | number | boolean): boolean | undefined {
  const text = String(value).toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  return ['false', 'no', 'off', '0'].includes(text) ? false : undefined;
}

function limits({ type, min, max, choices }: Parameter, value: Atom): string[] {
  const number =
    type === 'integer' || type === 'float' ? Number(String(value).replace('inf', 'Infinity')) : null;
  const complaints: string[] = [];
  if (number !== null && min !== null && number < min)
    complaints.push(`${value} is below the minimum, ${min}`);
  if (number !== null && max !== null && number > max)
    complaints.push(`${value} is above the maximum, ${max}`);
  if (choices !== null && !choices.some((choice) => pythonText(choice) === pythonText(value))) {
    complaints.push(`"${value}" is not one of ${choices.map((choice) => `"${choice}"`).join(', ')}`);
  }
  return complaints;
}

/**
 * The values as the job reads them, in JSON that is YAML as well: a float has a point, as Python writes it, for its library
 * tells the type from the value; a flag that nobody set is false.
 */
export function parametersText(parameters: readonly Parameter[], values: Record<string, Value>): string {
  const types = new Map(parameters.map(({ name, type }) => [name, type]));
  const flags = parameters.filter(({ type }) => type === 'flag').map(({ name }) => [name, false] as const);
  const lines = Object.entries({ ...Object.fromEntries(flags), ...values }).map(([name, value]) => {
    const atom = (one: Atom) => atomText(types.get(name), one);
    return `  ${JSON.stringify(name)}: ${Array.isArray(value) ? `[${value.map(atom).join(', ')}]` : atom(value)}`;
  });
  return lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`;
}

function atomText(type: Parameter['type'] | undefined, value: Atom): string {
  // PyYAML takes `1e-05` for text.
  if (type === 'float' && typeof value === 'number') return pythonFloat(value).replace(/^(-?\d+)e/, '$1.0e');
  // Digits that no number holds exactly.
  if (type === 'integer' && typeof value === 'string') return value;
  return JSON.stringify(value);
}
