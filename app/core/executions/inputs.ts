/** Which files a step's inputs take. Pure. */
import type { ExecutionInput } from '../../platform/tables.ts';
import type { Step, Value } from '../../yaml/index.ts';
import type { FieldError } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { parseStoreUri } from '../stores/uri.ts';
import { fieldErrors } from './step.ts';

const SUPPORTED =
  'http://…, https://…, datum://<id of a file>, s3://bucket/key, gs://bucket/key and azure://account/container/blob';

/** The datum a `datum://<id>` address names, else null. */
export function datumIdOf(uri: string): string | null {
  const id = /^datum:\/\/([^/]+)\/?$/.exec(uri)?.[1];
  return id !== undefined && isUuid(id) ? id.toLowerCase() : null;
}

/** Why this address cannot be used, or null. */
function complaint(uri: string): string | null {
  if (/^https?:\/\//i.test(uri)) return URL.canParse(uri) ? null : `${uri} is not a valid address`;
  if (datumIdOf(uri) !== null || parseStoreUri(uri) !== null) return null;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1];
  const found =
    scheme === undefined ? `"${uri}" is not an address` : `${uri} is of a kind not supported here`;
  return `${found}; supported are ${SUPPORTED}`;
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
): ExecutionInput[] {
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
    return { name: input.name, urls, keep_directories: input.keepDirectories, filename: input.filename };
  });
  if (complaints.length > 0) throw fieldErrors('inputs', complaints);
  return inputs;
}
