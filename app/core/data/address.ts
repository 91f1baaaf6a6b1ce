/** What an input's address names (contract 3.3). Pure. */
import { invalid } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { parseStoreUri } from '../stores/uri.ts';

export type Address =
  | { kind: 'web' }
  | { kind: 'datum'; id: string }
  /** Of the execution's project. */
  | { kind: 'alias'; name: string }
  | { kind: 'dataset'; dataset: string; version: string }
  /** An object in a bucket. */
  | { kind: 'object'; key: string };

export const SUPPORTED =
  'http://…, https://…, datum://<id or alias of a file>, dataset://<name>/<version or alias>, s3://bucket/key, gs://bucket/key and azure://account/container/blob';

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Null: not an address of a kind that is known. */
export function addressOf(uri: string): Address | null {
  if (/^https?:\/\//i.test(uri)) return URL.canParse(uri) ? { kind: 'web' } : null;
  const datum = /^datum:\/\/([^/]+)\/?$/.exec(uri)?.[1];
  if (datum !== undefined) {
    return isUuid(datum)
      ? { kind: 'datum', id: datum.toLowerCase() }
      : { kind: 'alias', name: decoded(datum) };
  }
  const object = parseStoreUri(uri);
  return object === null ? datasetOf(uri) : { kind: 'object', key: object.key };
}

/** `dataset://<name>/<version or alias>`, else null. */
export function datasetOf(uri: string): { kind: 'dataset'; dataset: string; version: string } | null {
  const [, dataset, version] = /^dataset:\/\/([^/]+)\/([^/]+)\/?$/.exec(uri) ?? [];
  if (dataset === undefined || version === undefined) return null;
  return { kind: 'dataset', dataset: decoded(dataset), version: decoded(version) };
}

export const datumUri = (id: string): string => `datum://${id}`;
export const datasetUri = (dataset: string, version: string): string => `dataset://${dataset}/${version}`;

/** Why an alias, a dataset or a version cannot be called so, or null: names stand in addresses as they are. */
export function nameProblem(name: string): string | null {
  if (name.trim() !== name || name === '') return 'must not be empty, or begin or end with a space';
  if (name.length > 200) return `has ${name.length} characters; at most 200 are allowed`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these are refused.
  if (/[\u0000-\u001f\u007f/?#%\\*]/.test(name))
    return 'must not have any of / ? # % \\ * or control characters';
  return isUuid(name) ? 'must not look like the id of a file' : null;
}

/** The name as it is. Throws where it cannot be one. */
export function checkName(name: string): string {
  const problem = nameProblem(name);
  if (problem !== null) throw invalid('name', `The name ${JSON.stringify(name.slice(0, 220))} ${problem}.`);
  return name;
}
