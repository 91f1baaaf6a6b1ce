/** From a request and what it refers to, to the row of an execution. Pure. */
import type { Selectable } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { invalid } from '../errors.ts';
import type { resolveCommit } from './commit.ts';
import { type Candidate, chooseEnvironment } from './environment.ts';
import { inputFiles } from './inputs.ts';
import type { CreateExecution } from './request.ts';
import { commandOf, parameterValues, stepOf, variableValues } from './step.ts';

export interface Surroundings {
  project: Selectable<Database['projects']>;
  commit: Awaited<ReturnType<typeof resolveCommit>>;
  environments: readonly Candidate[];
  /** Names of the project's variables. */
  variables: readonly string[];
}
export type ExecutionRow = ReturnType<typeof planExecution>['row'];

export function planExecution(
  request: CreateExecution,
  { project, commit, environments, variables }: Surroundings,
) {
  refuseUnsupported(request);
  const step = stepOf(commit, request.step);
  const parameters = parameterValues(step, request.parameters);
  const environment = chooseEnvironment(environments, {
    asked: request.environment,
    step: step.environment ?? undefined,
    projectDefault: project.default_environment_id,
  });
  const command = commandOf(step, parameters, request.command);
  const inherit = request.inherit_environment_variables ?? true;
  const row = {
    project_id: project.id,
    commit_id: commit.id,
    environment_id: environment.id,
    step: step.name,
    title: request.title ?? '',
    tags: [...new Set(request.tags)],
    image: request.image ?? step.image,
    command: command.written,
    interpolated_command: command.interpolated,
    parameters,
    inputs: inputFiles(step, request.inputs, parameters),
    environment_variables: variableValues(step, request.environment_variables, inherit ? variables : []),
    inherit_environment_variables: inherit,
    runtime_config: request.runtime_config,
    priority: request.priority ?? 0,
    time_limit: request.time_limit ?? step.timeLimit,
    no_output_timeout: noOutputTimeout(request) ?? step.noOutputTimeout,
    stop_expression: request.stop_expression ?? step.stopCondition,
  };
  return { environment, row };
}

/** Better a clear no than a run without what was asked for. */
function refuseUnsupported(request: CreateExecution): void {
  const none = (field: string, what: string) =>
    invalid(field, `this installation has no ${what}; leave it out`, 'does_not_exist');
  if (request.environment_variable_groups.length > 0) {
    throw none('environment_variable_groups', 'groups of environment variables');
  }
  if (request.runtime_config_preset !== undefined)
    throw none('runtime_config_preset', 'runtime config presets');
}

/** Clients send it inside `runtime_config`. */
function noOutputTimeout({ no_output_timeout, runtime_config }: CreateExecution): number | null {
  const inner = Number(runtime_config.no_output_timeout ?? runtime_config['no-output-timeout'] ?? Number.NaN);
  return no_output_timeout ?? (inner > 0 && Number.isFinite(inner) ? inner : null);
}
