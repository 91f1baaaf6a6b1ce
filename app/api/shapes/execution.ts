import { z } from 'zod';
import type { ExecutionRecord, OutputRecord } from '../../core/executions/record.ts';
import type { Links } from '../urls.ts';
import { Time, time, timeOrNull } from './time.ts';

const Output = z.object({
  id: z.string(),
  name: z.string(),
  size: z.int(),
  ctime: Time,
  file_ctime: Time.nullable(),
  file_mtime: Time.nullable(),
  purged: z.boolean(),
});
const Values = z.record(z.string(), z.unknown());

export const Execution = z
  .object({
    id: z.string(),
    counter: z.int(),
    status: z.enum(['created', 'queued', 'started', 'stopping', 'complete', 'error', 'crashed', 'stopped']),
    status_detail: z.string(),
    title: z.string(),
    step: z.string(),
    step_icon: z.string().nullable(),
    command: z.string(),
    interpolated_command: z.string(),
    image: z.string(),
    commit: z
      .object({
        identifier: z.string(),
        ref: z.string(),
        commit_time: Time,
        adhoc: z.boolean(),
        description: z.string(),
        repository: z.string().nullable(),
        url: z.string(),
      })
      .nullable()
      .describe('Null: a notebook.'),
    project: z.object({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      owner: z.object({ id: z.string(), username: z.string() }),
      url: z.string(),
      urls: z.object({ display: z.string() }),
    }),
    environment: z.object({ id: z.string(), slug: z.string(), name: z.string(), url: z.string() }),
    inputs: z.array(
      z.object({
        name: z.string(),
        urls: z.array(z.string()),
        keep_directories: z.string(),
        filename: z.string().nullable(),
      }),
    ),
    parameters: Values,
    parameter_categories: Values,
    environment_variables: z.record(z.string(), z.string()),
    inherit_environment_variables: z.boolean(),
    environment_variable_groups: z
      .array(z.string())
      .describe('Ids of the groups whose variables it was given.'),
    runtime_config: Values,
    runtime_config_preset: z.string().nullable(),
    outputs: z.array(Output).optional(),
    cumulative_metadata: Values,
    stop_expression: z.string().nullable(),
    time_limit: z.number().nullable(),
    no_output_timeout: z.number().nullable(),
    attempt: z.int().describe('Number of the current attempt; 0: none yet.'),
    max_retries: z.int().describe('So often it is run again after a loss that is not its own doing.'),
    exit_code: z.int().nullable(),
    ctime: Time,
    mtime: Time,
    queued_at: Time.nullable(),
    started_at: Time.nullable(),
    end_time: Time.nullable(),
    duration: z.number().nullable(),
    price: z.number(),
    emissions: z.null(),
    priority: z.int(),
    executor_identity: z.string(),
    creator_id: z.string().nullable(),
    creator_name: z.string().nullable(),
    tags: z.array(z.string()),
    task_tags: z.array(z.string()),
    pipeline_tags: z.array(z.string()),
    task: z.null(),
    task_counter: z.null(),
    pipeline: z.null(),
    pipeline_counter: z.null(),
    is_pinned: z.boolean(),
    deleted: z.boolean(),
    n_alerts: z.int(),
    n_comments: z.int(),
    n_outputs: z.int(),
    url: z.string(),
    urls: z.object({ display: z.string(), stop: z.string(), copy: z.string(), copy_to_task: z.string() }),
  })
  .meta({ id: 'Execution' });

/** Money for the time it has run so far, to a hundredth of a cent. */
const priceOf = (perHour: string, seconds: number | null) =>
  Math.round(((Number(perHour) * (seconds ?? 0)) / 3600) * 10_000) / 10_000;

const outputShape = (row: OutputRecord): z.infer<typeof Output> => ({
  id: row.id,
  name: row.name,
  size: row.size,
  ctime: time(row.ctime),
  file_ctime: timeOrNull(row.file_ctime),
  file_mtime: timeOrNull(row.file_mtime),
  purged: row.purged,
});

function commitOf(row: ExecutionRecord, links: Links): z.infer<typeof Execution>['commit'] {
  const { commit_identifier: identifier, commit_time } = row;
  if (identifier === null || commit_time === null) return null;
  return {
    identifier,
    ref: row.commit_ref ?? '',
    commit_time: time(commit_time),
    adhoc: row.commit_adhoc ?? false,
    description: row.commit_description ?? '',
    repository: row.repository_url,
    url: links.api('commits', identifier),
  };
}

/** Detail and list entry alike (contract 1.7); `outputs` null: not asked for. */
export function executionShape(
  row: ExecutionRecord,
  outputs: OutputRecord[] | null,
  links: Links,
): z.infer<typeof Execution> {
  const page = (...rest: string[]) => links.page('p', row.owner_name, row.project_name, ...rest);
  const own = (...rest: string[]) => links.api('executions', row.id, ...rest);
  return {
    id: row.id,
    counter: row.counter,
    status: row.status,
    status_detail: row.status_detail,
    title: row.title,
    step: row.step,
    step_icon: null,
    command: row.command.join('\n'),
    interpolated_command: row.interpolated_command,
    image: row.image,
    commit: commitOf(row, links),
    project: {
      id: row.project_id,
      name: row.project_name,
      description: row.project_description,
      owner: { id: row.owner_id, username: row.owner_name },
      url: links.api('projects', row.project_id),
      urls: { display: page() },
    },
    environment: {
      id: row.environment_id,
      slug: row.environment_slug,
      name: row.environment_name,
      url: links.api('environments', row.environment_id),
    },
    inputs: row.inputs.map(({ name, urls, keep_directories, filename }) => ({
      name,
      urls,
      keep_directories,
      filename,
    })),
    parameters: row.parameters,
    parameter_categories: {},
    environment_variables: row.environment_variables,
    inherit_environment_variables: row.inherit_environment_variables,
    environment_variable_groups: row.environment_variable_groups,
    runtime_config: row.runtime_config,
    runtime_config_preset: row.runtime_config_preset_id,
    ...(outputs === null ? {} : { outputs: outputs.map(outputShape) }),
    cumulative_metadata: row.cumulative_metadata,
    stop_expression: row.stop_expression,
    time_limit: row.time_limit,
    no_output_timeout: row.no_output_timeout,
    attempt: row.attempt,
    max_retries: row.max_retries,
    exit_code: row.exit_code,
    ctime: time(row.ctime),
    mtime: time(row.mtime),
    queued_at: timeOrNull(row.queued_at),
    started_at: timeOrNull(row.started_at),
    end_time: timeOrNull(row.end_time),
    duration: row.duration,
    price: priceOf(row.per_hour_price_usd, row.duration),
    emissions: null,
    priority: row.priority,
    executor_identity: row.executor_identity,
    creator_id: row.creator_id,
    creator_name: row.creator_name,
    tags: row.tags,
    task_tags: [],
    pipeline_tags: [],
    task: null,
    task_counter: null,
    pipeline: null,
    pipeline_counter: null,
    is_pinned: false,
    deleted: row.deleted_at !== null,
    n_alerts: 0,
    n_comments: 0,
    n_outputs: row.n_outputs,
    url: own(),
    urls: {
      display: page('executions', String(row.counter)),
      stop: own('stop'),
      copy: own('copy'),
      copy_to_task: own('copy-to-task'),
    },
  };
}
