/** The full specification of one job from what the database says. Pure. */
import type { z } from 'zod';
import type { ExecutionInput } from '../../platform/tables.ts';
import type { InputFile, JobSpec } from '../../protocol/worker.ts';
import { datumIdOf } from '../executions/inputs.ts';
import type { JobRow } from './job-row.ts';
import { jobToken } from './job-token.ts';

/** Without a word from step or request, a job that has printed nothing for so long is ended (contract 3.5). */
export const NO_OUTPUT_TIMEOUT_SECONDS = 8 * 3600;

export interface Parts {
  row: JobRow;
  attempt: number;
  token: string;
  snapshot: JobSpec['snapshot'];
  registry: JobSpec['registry'];
  /** Datums of the inputs by id, objects in buckets by their address; with an address to fetch each. */
  files: ReadonlyMap<string, z.infer<typeof InputFile>>;
  /** Of groups and, where they are inherited, of the project, secret ones with their values: the later one holds. */
  variables: readonly { name: string; value: string; secret: boolean }[];
  /** Where the API is for a job. */
  baseUrl: string;
}

/** Variables of groups and project under those of the execution. `VH_*` are the worker's own to set. */
export function environmentOf({ row, variables }: Pick<Parts, 'row' | 'variables'>) {
  const own = row.environment_variables;
  const values = { ...Object.fromEntries(variables.map(({ name, value }) => [name, value])), ...own };
  const secrets = variables.filter(
    ({ name, value, secret }) => secret && value !== '' && values[name] === value,
  );
  return { values, secrets: [...new Set(secrets.map(({ value }) => value))] };
}

function inputFile(uri: string, files: Parts['files']): z.infer<typeof InputFile> {
  const known = files.get(datumIdOf(uri) ?? uri);
  if (known) return known;
  const checksums = { md5: null, sha1: null, sha256: null };
  return { name: null, uri, url: uri, size: null, checksums, datum_id: null, metadata: [] };
}

const inputOf = (files: Parts['files']) => (input: ExecutionInput) => ({
  name: input.name,
  keep_directories: input.keep_directories,
  filename: input.filename,
  files: input.urls.map((uri) => inputFile(uri, files)),
});

export function jobSpec(parts: Parts): JobSpec {
  const { row, attempt, token, baseUrl } = parts;
  const environment = environmentOf(parts);
  return {
    execution_id: row.id,
    attempt,
    token,
    project: { id: row.project_id, name: `${row.owner_name}/${row.project_name}` },
    counter: row.counter,
    image: row.image,
    registry: parts.registry,
    command: row.interpolated_command,
    environment_variables: environment.values,
    secrets: environment.secrets,
    snapshot: parts.snapshot,
    inputs: row.inputs.map(inputOf(parts.files)),
    config: {
      execution: executionConfig(row),
      parameters: row.parameters,
      api: {
        set_status_detail: {
          url: `${baseUrl}/api/v0/executions/${row.id}/status-detail/`,
          method: 'POST',
          headers: { Authorization: `Execution ${jobToken(token)}`, 'Content-Type': 'application/json' },
        },
      },
    },
    time_limit: row.time_limit,
    no_output_timeout: row.no_output_timeout ?? NO_OUTPUT_TIMEOUT_SECONDS,
  };
}

/** `execution.json` (contract 3.2). */
export function executionConfig(row: JobRow): Record<string, unknown> {
  return {
    'valohai.commit-identifier': row.commit_identifier,
    'valohai.creator-id': row.creator_id,
    'valohai.creator-name': row.creator_name,
    'valohai.creator-email': row.creator_email,
    'valohai.environment-id': row.environment_id,
    'valohai.environment-name': row.environment_name,
    'valohai.environment-slug': row.environment_slug,
    'valohai.execution-id': row.id,
    'valohai.execution-counter': row.counter,
    'valohai.execution-ctime': row.ctime.toISOString().replace('Z', '+00:00'),
    'valohai.execution-duration': null,
    'valohai.execution-qtime': null,
    'valohai.execution-image': row.image,
    'valohai.execution-status': 'created',
    'valohai.execution-step': row.step,
    'valohai.execution-tags': row.tags,
    'valohai.execution-title': row.title,
    'valohai.project-id': row.project_id,
    'valohai.project-name': `${row.owner_name}/${row.project_name}`,
  };
}
