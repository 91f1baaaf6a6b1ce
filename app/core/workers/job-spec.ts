/** The full specification of one job from what the database says. Pure. */
import type { z } from 'zod';
import type { ExecutionInput } from '../../platform/tables.ts';
import type { InputFile, JobSpec } from '../../protocol/worker.ts';
import { findStep, parametersText, type Value } from '../../yaml/index.ts';
import type { InputFileOfRun } from '../executions/input-files.ts';
import { notebookToken } from '../executions/notebook.ts';
import { remoteDebug } from '../executions/remote-debug.ts';
import { forWorker } from '../executions/runtime-config.ts';
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
  inputFiles: readonly InputFileOfRun[];
  /** Datums of the inputs by id, objects in buckets by their address; with an address to fetch each. */
  data: ReadonlyMap<string, z.infer<typeof InputFile>>;
  /** Of the project, where they are inherited, then of groups, secret ones with their values: the later one holds. */
  variables: readonly { name: string; value: string; secret: boolean }[];
  /** Where the API is for a job. */
  baseUrl: string;
}

/** Variables of environment, project and groups under those of the execution (contract 3.1). `VH_*` are the worker's own to set. */
export function environmentOf({ row, variables }: Pick<Parts, 'row' | 'variables'>) {
  const own = row.environment_variables;
  const shared = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  const values = { ...row.variables_there, ...shared, ...own };
  const secrets = variables.filter(
    ({ name, value, secret }) => secret && value !== '' && values[name] === value,
  );
  return { values, secrets: [...new Set(secrets.map(({ value }) => value))] };
}

function inputFile({ name, uri, datum_id }: InputFileOfRun, data: Parts['data']): z.infer<typeof InputFile> {
  const known = data.get(datum_id ?? uri);
  if (known) return { ...known, name: name ?? known.name };
  const checksums = { md5: null, sha1: null, sha256: null };
  return { name, uri, url: uri, size: null, checksums, datum_id: null, metadata: [] };
}

const inputOf =
  ({ inputFiles, data }: Parts) =>
  ({ name, keep_directories, filename, download }: ExecutionInput) => {
    const files = inputFiles.filter(({ input }) => input === name).map((file) => inputFile(file, data));
    // Names of files are worked out when an execution is made; those of older versions left it to the worker.
    if (download === undefined)
      return { name, keep_directories, filename, download: 'always' as const, files };
    return { name, keep_directories: 'full' as const, filename: null, download, files };
  };

export function jobSpec(parts: Parts): JobSpec {
  const { row, attempt, token, baseUrl } = parts;
  const environment = environmentOf(parts);
  const notebook = row.commit_id === null ? notebookVariables(row.id, token) : {};
  return {
    execution_id: row.id,
    attempt,
    token,
    project: { id: row.project_id, name: `${row.owner_name}/${row.project_name}` },
    counter: row.counter,
    image: row.image,
    registry: parts.registry,
    command: row.interpolated_command,
    environment_variables: { ...environment.values, ...notebook },
    secrets: [
      ...environment.secrets,
      ...(notebook.JUPYTER_TOKEN === undefined ? [] : [notebook.JUPYTER_TOKEN]),
    ],
    notebook: row.commit_id === null,
    snapshot: parts.snapshot,
    inputs: row.inputs.map(inputOf(parts)),
    config: {
      execution: executionConfig(row),
      parameters: row.parameters,
      parameters_text: parametersText(
        findStep(row.step_config, row.step)?.parameters ?? [],
        row.parameters as Record<string, Value>,
      ),
      api: apiConfig(row.id, token, baseUrl),
    },
    time_limit: row.time_limit,
    no_output_timeout: row.no_output_timeout ?? NO_OUTPUT_TIMEOUT_SECONDS,
    remote_debug: remoteDebug(row.runtime_config),
    ...forWorker(row.runtime_config),
  };
}

/** `api.json` (contract 3.2): calls that are ready but for what the job adds. */
function apiConfig(executionId: string, token: string, baseUrl: string) {
  const url = (call: string) => `${baseUrl}/api/v0/executions/${executionId}/${call}/`;
  const Authorization = `Execution ${jobToken(token)}`;
  return {
    set_status_detail: {
      url: url('status-detail'),
      method: 'POST',
      headers: { Authorization, 'Content-Type': 'application/json' },
    },
    input_request: { url: url('input-request'), method: 'POST', headers: { Authorization } },
  };
}
/** Read by Jupyter, and by programs that want to know whether they run in a notebook (contract 3.1). */
const notebookVariables = (id: string, token: string): Record<string, string> => ({
  JUPYTER_TOKEN: notebookToken(token),
  VALOHAI_NOTEBOOK_INSTANCE_ID: id,
});

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
