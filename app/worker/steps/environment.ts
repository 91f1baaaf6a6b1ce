/** The variables a job runs with, save those of its folders. Pure. */
import type { JobSpec } from '../../protocol/worker.ts';

/** The user's own first: those that say where the job is cannot be overwritten. */
export function jobEnvironment(job: JobSpec): Record<string, string> {
  return {
    PYTHONUNBUFFERED: '1',
    ...job.environment_variables,
    VH_JOB_ID: `exec-${job.execution_id}`,
    VH_EXECUTION_ID: job.execution_id,
    VH_PROJECT_ID: job.project.id,
  };
}

/** Variables by which a user steers the worker: `1`, `yes` and `true` mean yes (contract 3.1). */
export const isOn = (job: JobSpec, name: string): boolean =>
  ['1', 'yes', 'true'].includes((job.environment_variables[name] ?? '').toLowerCase());
