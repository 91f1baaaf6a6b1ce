/** Which addresses a step's inputs take. Pure. */
import type { ExecutionInput } from '../../platform/tables.ts';
import type { Step, Value } from '../../yaml/index.ts';
import { addressOf, SUPPORTED } from '../data/address.ts';
import type { FieldError } from '../errors.ts';
import { fieldErrors } from './step.ts';

/** Why this address cannot be used, or null. */
function complaint(uri: string): string | null {
  if (addressOf(uri) !== null) return null;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return `"${uri}" is not an address; supported are ${SUPPORTED}`;
  const isKnown = ['http', 'https', 'datum', 'dataset', 's3', 'gs', 'azure'].includes(scheme);
  const found = isKnown ? 'is not a valid address' : 'is of a kind not supported here';
  return `${uri} ${found}; supported are ${SUPPORTED}`;
}

/** `{parameter:NAME}` in an address stands for the value (contract 2.9). */
const fill = (uri: string, values: Record<string, Value>) =>
  uri.replace(/\{parameter(?:-value)?:([^}]+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined || value === null ? placeholder : String(value);
  });

const listOf = (value: string | readonly string[]): string[] =>
  [value].flat().flatMap((uri) => (uri.trim() === '' ? [] : [uri.trim()]));

/** Every input of the step with the addresses given for it, else its defaults. */
export function inputFiles(
  step: Step,
  given: Record<string, string | string[] | null>,
  values: Record<string, Value>,
): (ExecutionInput & { download: 'always' | 'on-demand' })[] {
  const names = step.inputs.map((input) => input.name);
  const complaints: FieldError[] = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const has = names.join(', ') || 'none';
      return {
        message: `step "${step.name}" has no input "${name}"; it has: ${has}`,
        code: 'does_not_exist',
      };
    });
  const inputs = step.inputs.map((input) => {
    const own = Object.hasOwn(given, input.name) ? given[input.name] : null;
    const urls = listOf(own ?? input.default).map((uri) => fill(uri, values));
    for (const url of urls) {
      const message = complaint(url);
      if (message !== null) complaints.push({ message: `${input.name}: ${message}`, code: 'invalid' });
    }
    if (urls.length === 0 && !input.optional) {
      complaints.push({ message: `${input.name}: at least one file is needed`, code: 'required' });
    }
    const { name, keepDirectories: keep_directories, filename, download } = input;
    return { name, urls, keep_directories, filename, download };
  });
  if (complaints.length > 0) throw fieldErrors('inputs', complaints);
  return inputs;
}
