import type { Context } from '../context.ts';
import { createExecution } from './create.ts';
import { createNotebook } from './create-notebook.ts';
import { getExecution } from './get.ts';
import { normalise } from './request.ts';

/** Makes an execution like another one; what `changes` names is taken from there. */
export async function copyExecution(context: Context, input: { execution: string; changes: unknown }) {
  const { execution: old } = await getExecution(context, { execution: input.execution, outputs: false });
  const changes = normalise((input.changes ?? {}) as Record<string, unknown>);
  const same = {
    project: old.project_id,
    environment: old.environment_id,
    image: old.image,
    title: old.title,
    tags: old.tags,
    environment_variables: old.environment_variables,
    inherit_environment_variables: old.inherit_environment_variables,
    environment_variable_groups: old.environment_variable_groups,
    runtime_config: old.runtime_config,
    priority: old.priority,
    time_limit: old.time_limit,
  };
  if (old.commit_identifier === null) return createNotebook(context, { ...same, ...changes });
  return createExecution(context, {
    ...same,
    commit: old.commit_identifier,
    step: old.step,
    inputs: Object.fromEntries(old.inputs.map(({ name, urls }) => [name, urls])),
    parameters: old.parameters,
    command: old.command,
    no_output_timeout: old.no_output_timeout,
    stop_expression: old.stop_expression,
    upload_store: old.upload_store_id,
    ...changes,
  });
}
