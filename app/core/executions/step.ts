/** What a step of a commit's stored configuration becomes with the values given. Pure. */
import {
  findStep,
  interpolateCommand,
  resolveParameters,
  type Step,
  stepNames,
  type Value,
} from '../../yaml/index.ts';
import { CoveError, type FieldError, invalid } from '../errors.ts';
import { MAX_VALUE } from './request.ts';

interface Configured {
  identifier: string;
  config: Record<string, unknown>[] | null;
  config_error: string | null;
}

/** The step of that name, or a complaint that says which there are. */
export function stepOf(commit: Configured, name: string): Step {
  const short = commit.identifier.slice(0, 12);
  if (commit.config_error !== null) {
    throw invalid('commit', `the configuration of commit ${short} is not valid: ${commit.config_error}`);
  }
  if (commit.config === null) throw invalid('commit', `commit ${short} has no valohai.yaml`);
  const step = findStep(commit.config, name);
  if (step) return step;
  const has = stepNames(commit.config).join(', ') || 'none';
  throw invalid('step', `commit ${short} has no step "${name}"; it has: ${has}`, 'does_not_exist');
}

/** Typed values of all parameters; throws every complaint at once. */
export function parameterValues(step: Step, given: Record<string, unknown>): Record<string, Value> {
  const resolved = resolveParameters(step, given);
  if (resolved.ok) return resolved.values;
  const complaints: FieldError[] = Object.entries(resolved.errors).flatMap(([name, messages]) =>
    messages.map((message) => ({ message: `${name}: ${message}`, code: 'invalid' })),
  );
  throw fieldErrors('parameters', complaints);
}

/** The YAML's defaults under what was given; a variable that must have a value and has none is a complaint. */
export function variableValues(
  step: Step,
  given: Record<string, string | null>,
  inherited: readonly string[],
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const variable of step.environmentVariables) {
    if (variable.default !== null) values[variable.name] = variable.default;
  }
  for (const [name, value] of Object.entries(given)) if (value !== null) values[name] = value;
  const complaints = step.environmentVariables
    .filter(({ name, optional }) => !optional && !Object.hasOwn(values, name) && !inherited.includes(name))
    .map(({ name }) => ({
      message: `${name}: a value is needed, from the project or with the execution`,
      code: 'required',
    }));
  complaints.push(...badNames(given), ...tooMuch(values));
  if (complaints.length > 0) throw fieldErrors('environment_variables', complaints);
  return values;
}

/** The variables of a request that has no step. */
export function givenVariables(given: Record<string, string | null>): Record<string, string> {
  const set = Object.entries(given).filter((one): one is [string, string] => one[1] !== null);
  const values = Object.fromEntries(set);
  const complaints = [...badNames(given), ...tooMuch(values)];
  if (complaints.length > 0) throw fieldErrors('environment_variables', complaints);
  return values;
}

/** Linux starts no program with more than some 2 MiB of variables and arguments; project and groups add theirs. */
const MAX_TOGETHER = 1024 * 1024;
function tooMuch(values: Record<string, string>): FieldError[] {
  const bytes = Object.entries(values).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + value),
    0,
  );
  if (bytes <= MAX_TOGETHER) return [];
  const message = `together they have ${bytes} bytes; at most ${MAX_TOGETHER} are passed on. Large values are inputs.`;
  return [{ message, code: 'too_large' }];
}

const badNames = (given: Record<string, unknown>): FieldError[] =>
  Object.keys(given)
    .filter((name) => name === '' || /[=\0]/.test(name))
    .map((name) => ({ message: `"${name}" cannot name a variable`, code: 'invalid' }));

/** The step's command, or another one given with the request, with the values in it. */
export function commandOf(step: Step, values: Record<string, Value>, command: string | string[] | undefined) {
  const written = command === undefined ? step.command : [command].flat();
  const interpolated = interpolateCommand({ ...step, command: written }, values);
  const bytes = Buffer.byteLength(interpolated);
  if (bytes <= MAX_VALUE) return { written, interpolated };
  const isOwn = Buffer.byteLength(written.join(' && ')) > MAX_VALUE;
  const field = isOwn ? (command === undefined ? 'step' : 'command') : 'parameters';
  const message = `with its values the command has ${bytes} bytes; at most ${MAX_VALUE} can be run. Large values are read from parameters.json, or are inputs.`;
  throw fieldErrors(field, [{ message, code: 'too_large' }]);
}

/** All complaints about one field. */
export function fieldErrors(field: string, complaints: FieldError[]): CoveError {
  const message = `${field}: ${complaints.map((complaint) => complaint.message).join('; ')}`;
  return new CoveError('invalid', message, { fields: { [field]: complaints } });
}
