/** What a notebook runs: the Jupyter of an image, in the folder whose files are kept (contract 1.10). Pure. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { requireAllowedImage } from '../environments/images.ts';
import { invalid } from '../errors.ts';
import { retriesOf } from '../lifecycle/retry.ts';
import { tidyTags } from '../tags.ts';
import type { Candidate } from './environment.ts';
import { remoteDebug, requireEnterable } from './remote-debug.ts';
import { CreateExecution } from './request.ts';
import { runtimeConfig } from './runtime-config.ts';
import { givenVariables } from './step.ts';

export const NOTEBOOK_STEP = 'Notebook Execution';
/** A week: somebody who reads prints nothing. */
const NO_OUTPUT_TIMEOUT_SECONDS = 7 * 24 * 3600;
const ASKED = {
  project: true,
  environment: true,
  image: true,
  title: true,
  tags: true,
  environment_variables: true,
  inherit_environment_variables: true,
  runtime_config: true,
  priority: true,
  time_limit: true,
} as const;

export const CreateNotebook = CreateExecution.pick(ASKED).extend({
  image: z.string().trim().min(1).max(1000),
});
export type CreateNotebook = z.infer<typeof CreateNotebook>;

/**
 * Address, port and token come from the worker. Lab where the image has it, else the classic one. Checkpoints are kept
 * out of the outputs. Whoever opens it comes through a door of the worker's, so any host name will do.
 */
export const NOTEBOOK_COMMAND = `cd "$VH_OUTPUTS_DIR"
if command -v jupyter-lab >/dev/null; then app=lab
elif command -v jupyter-notebook >/dev/null; then app=notebook
else echo 'This image has no Jupyter: choose one that has, such as jupyter/base-notebook.' >&2; exit 127; fi
exec jupyter "$app" --no-browser --allow-root --ip="$VH_NOTEBOOK_IP" --port="$VH_NOTEBOOK_PORT" --ServerApp.port_retries=0 \\
  --ServerApp.allow_remote_access=True --FileCheckpoints.checkpoint_dir=/tmp/.ipynb_checkpoints`;

/** What opens the notebook: derived from the attempt's own token, and of no use for anything else. */
export const notebookToken = (attemptToken: string): string =>
  createHash('sha256').update(`notebook:${attemptToken}`).digest('hex');

export function planNotebook(request: CreateNotebook, projectId: string, environment: Candidate) {
  if (environment.executor === 'kubernetes') {
    throw invalid(
      'environment',
      `jobs of environment "${environment.slug}" run in pods, where nobody reaches a notebook; choose another environment`,
    );
  }
  if (remoteDebug(request.runtime_config) !== null) requireEnterable(environment);
  requireAllowedImage(environment, request.image);
  return {
    project_id: projectId,
    commit_id: null,
    environment_id: environment.id,
    step: NOTEBOOK_STEP,
    title: request.title ?? '',
    tags: tidyTags(request.tags),
    image: request.image,
    command: [NOTEBOOK_COMMAND],
    interpolated_command: NOTEBOOK_COMMAND,
    parameters: {},
    inputs: [],
    environment_variables: givenVariables(request.environment_variables),
    inherit_environment_variables: request.inherit_environment_variables ?? true,
    environment_variable_groups: [],
    runtime_config: {
      ...runtimeConfig(request.runtime_config),
      no_output_timeout: NO_OUTPUT_TIMEOUT_SECONDS,
    },
    runtime_config_preset_id: null,
    priority: request.priority ?? 0,
    time_limit: request.time_limit ?? environment.default_time_limit,
    no_output_timeout: NO_OUTPUT_TIMEOUT_SECONDS,
    stop_expression: null,
    // Its reader is gone with it: only where he asked for it.
    max_retries: retriesOf(request.runtime_config.autorestart, { max_retries: 0 }),
  };
}
