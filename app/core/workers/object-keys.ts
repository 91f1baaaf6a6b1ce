/** Where a run's files lie in its store, and what a worker's word on that is worth. Pure. */
import { isUuid } from '../ids.ts';
import type { Run } from './guard.ts';

interface File {
  kind: 'output' | 'log';
  name: string;
}

/** Why a name may not become part of a key, or null. */
export function nameProblem({ kind, name }: File): string | null {
  if (kind === 'log')
    return /^\d{1,15}-\d{1,15}\.ndjson\.gz$/.test(name) ? null : 'must be <first>-<last>.ndjson.gz';
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'has an empty part, "." or ".."';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these are looked for.
  return /[\u0000-\u001f\u007f\\]/.test(name) ? 'has a control character or a backslash' : null;
}

/** Where a file of a run lies. Every output has a folder of its own: nothing is ever overwritten. */
export const keyOf = (run: Run, { kind, name }: File, unique: string): string =>
  kind === 'log'
    ? `logs/${run.executionId}/${run.attempt}/${name}`
    : `projects/${run.projectId}/outputs/${run.executionId}/${unique}/${name}`;

/** The id a file gets: the unique part of its key, so that reporting it twice makes one datum. Null: not a key of this run. */
export function datumIdOfKey(
  run: Pick<Run, 'projectId' | 'executionId'>,
  key: string,
  name: string,
): string | null {
  const prefix = `projects/${run.projectId}/outputs/${run.executionId}/`;
  if (!key.startsWith(prefix)) return null;
  const [id = '', ...rest] = key.slice(prefix.length).split('/');
  const isName = rest.join('/') === name && nameProblem({ kind: 'output', name }) === null;
  return isUuid(id) && isName ? id : null;
}
