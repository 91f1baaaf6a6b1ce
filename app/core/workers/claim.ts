import { type JobSpec, LEASE_SECONDS } from '../../protocol/worker.ts';
import { ensureSnapshot } from '../commits/ensure-snapshot.ts';
import type { Context } from '../context.ts';
import { CoveError, type ErrorCode } from '../errors.ts';
import { inputFilesOf } from '../executions/input-files.ts';
import { variableValues } from '../projects/variables.ts';
import { imageLogin } from '../registries/login.ts';
import { groupVariables } from '../variable-groups/resolve.ts';
import { giveBack } from './doorbell.ts';
import { isDraining } from './drain.ts';
import { endRun } from './end-run.ts';
import { requireWorker } from './guard.ts';
import { inputData } from './input-data.ts';
import { type JobRow, jobRow } from './job-row.ts';
import { jobSpec } from './job-spec.ts';

/** Addresses for what is fetched at once; pulling a large image may come first. */
const EXPIRES_SECONDS = 12 * 3600;

/** Takes a queued run under a lease and tells all it needs. Repeating it gives its holder the same attempt. */
export async function claim(
  context: Context,
  input: { executionId: string; baseUrl: string },
): Promise<JobSpec> {
  const { platform } = context;
  const { workerId } = requireWorker(context);
  const claimed = await platform.runs.claim(input.executionId, workerId, LEASE_SECONDS);
  if (claimed === null) {
    await giveBack(context, input.executionId);
    if (await isDraining(context)) {
      throw new CoveError('conflict', 'This worker drains: it takes no new job.', { reason: 'draining' });
    }
    throw notClaimable(`Execution ${input.executionId} is not waiting for a worker.`);
  }
  const row = await jobRow(platform.db, input.executionId);
  const { attempt, token } = claimed;
  try {
    const inputFiles = await inputFilesOf(platform.db, row);
    const [snapshot, data, variables, grouped, registry] = await Promise.all([
      snapshotOf(context, row),
      inputData(context, row.project_id, inputFiles, EXPIRES_SECONDS),
      row.inherit_environment_variables ? variableValues(context, row.project_id) : [],
      groupVariables(context, row.environment_variable_groups),
      imageLogin(context, row.organization_id, row.image),
    ]);
    return jobSpec({
      row,
      attempt,
      token,
      snapshot,
      registry,
      inputFiles,
      data,
      variables: [...grouped, ...variables],
      baseUrl: input.baseUrl,
    });
  } catch (error) {
    if (!(error instanceof CoveError) || !FINAL.includes(error.code)) throw error;
    // Another try would end the same way: what the job needs is not there any more.
    const run = { executionId: row.id, projectId: row.project_id, token, repeated: false };
    await endRun(context, run, { status: 'error', exitCode: null, reason: error.message });
    throw notClaimable(error.message);
  }
}

const FINAL: readonly ErrorCode[] = ['conflict', 'invalid', 'not_found'];
const notClaimable = (message: string) => new CoveError('conflict', message, { reason: 'not_claimable' });

async function snapshotOf(context: Context, row: JobRow): Promise<JobSpec['snapshot']> {
  const { snapshot_key: key, snapshot_sha256: sha256, snapshot_size: size } = row;
  if (row.commit_id === null) return null;
  const taken =
    key !== null && sha256 !== null && size !== null
      ? { key, sha256, size }
      : await ensureSnapshot(context, { commitId: row.commit_id });
  const url = await context.platform.storage.presignGet(taken.key, { expires: EXPIRES_SECONDS });
  return { url, sha256: taken.sha256, size: taken.size };
}
