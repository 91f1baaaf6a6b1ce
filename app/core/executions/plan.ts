/** From a request and what it refers to, to the row of an execution. Pure. */
import type { Selectable } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { checkExpression, type Step } from '../../yaml/index.ts';
import { requireAllowedImage } from '../environments/images.ts';
import { invalid } from '../errors.ts';
import { retriesOf } from '../lifecycle/retry.ts';
import type { Preset } from '../presets/find.ts';
import { tidyTags } from '../tags.ts';
import type { ResolvedGroups } from '../variable-groups/resolve.ts';
import type { resolveCommit } from './commit.ts';
import { type Candidate, chooseEnvironment } from './environment.ts';
import { inputFiles } from './inputs.ts';
import { remoteDebug, requireEnterable } from './remote-debug.ts';
import type { CreateExecution } from './request.ts';
import { configOfStep, forWorker, runtimeConfig } from './runtime-config.ts';
import { commandOf, parameterValues, variableValues } from './step.ts';

export interface Surroundings {
  project: Selectable<Database['projects']>;
  commit: Awaited<ReturnType<typeof resolveCommit>>;
  step: Step;
  environments: readonly Candidate[];
  /** Names of the project's variables. */
  variables: readonly string[];
  groups: ResolvedGroups;
  /** Those of the name that request or step gives, of whichever environment. */
  presets: readonly Preset[];
}
export type ExecutionRow = ReturnType<typeof planExecution>['row'];

export function planExecution(
  request: CreateExecution,
  { project, commit, step, environments, variables, groups, presets }: Surroundings,
) {
  const parameters = parameterValues(step, request.parameters);
  const environment = chooseEnvironment(environments, {
    asked: request.environment,
    step: step.environment ?? undefined,
    projectDefault: project.default_environment_id,
  });
  const command = commandOf(step, parameters, request.command);
  const inherit = request.inherit_environment_variables ?? true;
  const image = request.image ?? step.image;
  requireAllowedImage(environment, image);
  const there = Object.keys(environment.environment_variables);
  const known = [...there, ...groups.names, ...(inherit ? variables : [])];
  const preset = choosePreset(request, step, environment, presets);
  const config = runtimeConfig(preset?.runtime_config ?? {}, configOfStep(step), request.runtime_config);
  if (remoteDebug(config) !== null) requireEnterable(environment);
  refuseMounts(config, environment);
  const row = {
    project_id: project.id,
    commit_id: commit.id,
    environment_id: environment.id,
    step: step.name,
    title: request.title ?? '',
    tags: tidyTags(request.tags),
    image,
    command: command.written,
    interpolated_command: command.interpolated,
    parameters,
    inputs: inputFiles(step, request.inputs, parameters),
    environment_variables: variableValues(step, request.environment_variables, known),
    inherit_environment_variables: inherit,
    environment_variable_groups: groups.ids,
    runtime_config: config,
    runtime_config_preset_id: preset?.id ?? null,
    priority: request.priority ?? 0,
    time_limit: request.time_limit ?? step.timeLimit ?? environment.default_time_limit,
    // As with all else: the request's over the step's, and that over the preset's.
    no_output_timeout:
      request.no_output_timeout ??
      noOutputTimeout(request.runtime_config) ??
      step.noOutputTimeout ??
      noOutputTimeout(config),
    stop_expression: request.stop_expression ?? stopConditionOf(step),
    max_retries: retriesOf(config.autorestart, environment),
  };
  return { environment, row, uploadStore: request.upload_store ?? step.uploadStore };
}

/** The groups that a request names, in place of those that its step names. */
export const wantedGroups = (request: CreateExecution, step: Step): string[] =>
  request.environment_variable_groups.length > 0
    ? request.environment_variable_groups
    : step.environmentVariableGroups;

/** The chosen environment's preset. A step's own counts in the step's own environment only. */
function choosePreset(
  request: CreateExecution,
  step: Step,
  environment: Candidate,
  presets: readonly Preset[],
): Preset | null {
  const asked = request.runtime_config_preset;
  const wanted = asked ?? step.runtimeConfigPreset;
  if (wanted === null) return null;
  const found = presets.find((one) => one.environment_id === environment.id);
  if (found !== undefined) return found;
  if (asked === undefined && request.environment !== undefined) return null;
  const message = `environment "${environment.slug}" has no runtime config preset "${wanted}"`;
  throw invalid('runtime_config_preset', message, 'does_not_exist');
}

/** One that is none, which only the linter minds, would never hold, and nobody would be told why. */
function stopConditionOf({ name, stopCondition }: Step): string | null {
  const problem = stopCondition === null ? null : checkExpression(stopCondition);
  if (problem === null) return stopCondition;
  throw invalid('stop_expression', `the stop-condition of step "${name}" is no condition: ${problem}`);
}

/** Clients send it inside `runtime_config`. */
function noOutputTimeout(config: Record<string, unknown>): number | null {
  const inner = Number(config.no_output_timeout ?? config['no-output-timeout'] ?? Number.NaN);
  return inner > 0 && Number.isFinite(inner) ? inner : null;
}

/** Better a clear no at once than a job that ends with it. */
function refuseMounts(config: Record<string, unknown>, { slug, executor }: Candidate): void {
  const [first] = forWorker(config).mounts;
  if (first === undefined || executor === 'docker') return;
  const message = `mounts ${first.source}, but environment "${slug}" does not run jobs in containers of a Docker Engine`;
  throw invalid('step', `${message}. Leave "mounts" out, and name the files as inputs.`, 'mounts');
}
