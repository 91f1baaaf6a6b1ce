/** From the addresses of an execution's inputs to the files behind them, once and for all (contract 3.3). */
import { posix } from 'node:path';
import type { Kysely } from 'kysely';
import type { Database, ExecutionInput } from '../../platform/tables.ts';
import { inputNames, pathOf } from '../../protocol/input-names.ts';
import type { Context } from '../context.ts';
import { CoveError, type FieldError } from '../errors.ts';
import type { ProjectOfInputs } from '../stores/inputs.ts';
import { unreadable } from '../stores/open.ts';
import { type FoundObject, type Searched, searchBuckets } from '../stores/search.ts';
import { addressOf, datasetUri, datumUri } from './address.ts';
import { type Found, lookUp } from './look-up.ts';
import { rootOf } from './pattern.ts';

/** More files than this are better packed into an archive. */
const MAX_FILES = 10_000;

/** A row of `execution_inputs` to be. */
export interface ResolvedFile {
  input: string;
  name: string;
  uri: string;
  asked: string;
  datum_id: string | null;
  dataset_version_id: string | null;
}
export interface Resolved<Input> {
  /** With addresses that always lead to the same files, but for wildcards. */
  inputs: Input[];
  files: ResolvedFile[];
}

/** Throws every complaint at once: what is not there, may not be read, or was purged. */
export async function resolveInputs<Input extends ExecutionInput>(
  db: Kysely<Database>,
  context: Context,
  project: ProjectOfInputs,
  inputs: readonly Input[],
): Promise<Resolved<Input>> {
  const addresses = inputs.flatMap(({ urls }) => urls.flatMap((url) => addressOf(url) ?? []));
  const urls = inputs.flatMap((input) => input.urls);
  const found = await lookUp(db, context, project.id, addresses);
  const searched = await searchBuckets(context, project, urls);
  const complaints: FieldError[] = [];
  const resolved = inputs.map((input) => {
    const parts = input.urls.map((url) => filesAt(url, found, searched));
    for (const { problem } of parts) {
      if (problem) complaints.push({ ...problem, message: `${input.name}: ${problem.message}` });
    }
    const files = named(
      input,
      parts.flatMap((part) => part.files),
    );
    return { input: { ...input, urls: parts.map(({ url }) => url) }, files };
  });
  const files = resolved.flatMap((one) => one.files);
  if (files.length > MAX_FILES) {
    const message = `There are ${files.length} files; an execution takes ${MAX_FILES} at most. Pack them into archives.`;
    complaints.push({ message, code: 'too_many' });
  }
  if (complaints.length > 0) {
    const message = `inputs: ${complaints.map((complaint) => complaint.message).join('; ')}`;
    throw new CoveError('invalid', message, { fields: { inputs: complaints } });
  }
  return { inputs: resolved.map(({ input }) => input), files };
}

/** One file before it has its name. `path`: whole; `below`: without the folders of where it was found. */
interface Placed extends Omit<ResolvedFile, 'input' | 'name'> {
  path: string;
  below: string;
}
interface Part {
  url: string;
  files: Placed[];
  problem?: FieldError;
}

function filesAt(asked: string, found: Found, searched: Searched): Part {
  const address = addressOf(asked);
  const missing = (what: string) => ({
    url: asked,
    files: [],
    problem: { message: `${asked} does not exist${what}`, code: 'does_not_exist' },
  });
  const objects = searched.get(asked);
  if (objects && 'problem' in objects) return { url: asked, files: [], problem: objects.problem };
  if (objects && address?.kind === 'object') return matched(asked, rootOf(address.key), objects);
  if (address === null || address.kind === 'web' || address.kind === 'object') {
    const path = address?.kind === 'object' ? address.key : pathOf(asked);
    const file = { uri: asked, asked, datum_id: null, dataset_version_id: null };
    return { url: asked, files: [{ ...file, path, below: posix.basename(path) }] };
  }
  if (address.kind === 'dataset') {
    const version = found.versions.get(datasetUri(address.dataset, address.version));
    if (version === undefined) return missing(': the project has no such dataset, version or alias of one');
    const url = datasetUri(address.dataset, version.name);
    if (version.files.length === 0)
      return { url, files: [], problem: { message: `${url} has no files`, code: 'empty' } };
    return datums(asked, url, version.files, found, version.id);
  }
  const id = address.kind === 'datum' ? address.id : found.aliases.get(address.name);
  if (id === undefined) return missing(': the project has no such alias');
  return datums(asked, datumUri(id), [id], found, null);
}

/** `root`: what stands before the wildcards, up to the folder. The address stays as it is: a copy looks again. */
function matched(asked: string, root: string, objects: readonly FoundObject[]): Part {
  const from = { asked, datum_id: null, dataset_version_id: null };
  const files = objects.map(({ uri, key }) => ({ ...from, uri, path: key, below: key.slice(root.length) }));
  return { url: asked, files };
}

function datums(
  asked: string,
  url: string,
  ids: readonly string[],
  found: Found,
  dataset_version_id: string | null,
): Part {
  const files: Placed[] = [];
  const problems: FieldError[] = [];
  for (const id of ids) {
    const datum = found.datums.get(id);
    if (datum === undefined)
      problems.push({ message: `${datumUri(id)} does not exist`, code: 'does_not_exist' });
    else if (datum.purged)
      problems.push({ message: `${datumUri(id)} (${datum.name}) was purged`, code: 'purged' });
    else if (!datum.allow_read) {
      const message = `${datumUri(id)} (${datum.name}): ${unreadable(datum.store)}`;
      problems.push({ message, code: 'not_readable' });
    } else {
      const file = { uri: datumUri(id), asked, datum_id: id, dataset_version_id };
      files.push({ ...file, path: datum.name, below: datum.name });
    }
  }
  const [problem] = problems;
  if (problem === undefined) return { url, files };
  const more = problems.length > 1 ? `, and ${problems.length - 1} more of its files cannot be had` : '';
  const of = asked === datumUri(ids[0] ?? '') ? '' : `${asked}: `;
  return { url, files, problem: { ...problem, message: `${of}${problem.message}${more}` } };
}

function named(
  { name: input, keep_directories: keep, filename }: ExecutionInput,
  files: readonly Placed[],
): ResolvedFile[] {
  const wanted = files.map(({ path, below, uri }) => {
    const name = keep === 'full' ? path : keep === 'suffix' ? below : posix.basename(path);
    return { name, uri };
  });
  const names = inputNames({ keep_directories: 'full', filename, files: wanted });
  return files.map(({ uri, asked, datum_id, dataset_version_id }, i) => ({
    input,
    name: names[i] as string,
    uri,
    asked,
    datum_id,
    dataset_version_id,
  }));
}
