import { type JobSpec, LEASE_SECONDS } from '../../protocol/worker.ts';
import { ensureSnapshot } from '../commits/ensure-snapshot.ts';
import type { Context } from '../context.ts';
import { requireAllowedImage } from '../environments/images.ts';
import { CoveError, type ErrorCode } from '../errors.ts';
import { inputFilesOf } from '../executions/input-files.ts';
import type { MachineRoom } from '../lifecycle/run-store.ts';
import { variableValues } from '../projects/variables.ts';
import { imageLogin } from '../registries/login.ts';
import { groupVariables } from '../variable-groups/resolve.ts';
import { giveBack } from './doorbell.ts';
import { isDraining } from './drain.ts';
import { endRun } from './end-run.ts';
import { requireWorker } from './guard.ts';
import { FETCH_SECONDS, inputData } from './input-data.ts';
import { type JobRow, jobRow } from './job-row.ts';
import { jobSpec } from './job-spec.ts';
import { reserveTurn } from './turns.ts';

/** Others may be faster so often. */
const TRIES = 10;
/** What could not be told what it needs lets others go before it for so long. */
const HOLD_BACK_MS = 5_000;

interface Input {
  /** As it was rung for. */
  executionId: string;
  /** The worker's name for this claim; without it, it gets the one that was rung for, or none. */
  claimId?: string | undefined;
  /** What is left of its machine; without, anything is given. */
  room?: MachineRoom | undefined;
  baseUrl: string;
}

/**
 * Takes the queued run whose turn it is, under a lease, and tells all it needs. Repeating it gives its holder the same
 * attempt; told that there is nothing, it never gets anything under that name. What it needs is looked up before it is
 * taken: while Vault is sealed it stays queued, and says why.
 */
export async function claim(context: Context, input: Input): Promise<JobSpec> {
  const { claimId } = input;
  if (claimId === undefined) {
    const job = await take(context, input.executionId, input);
    return job ?? refuse(context, input.executionId);
  }
  const name = `${requireWorker(context).workerId} ${claimId}`;
  const first = underWay.get(name);
  if (first !== undefined) return first;
  const answer = claimNamed(context, claimId, input).finally(() => underWay.delete(name));
  underWay.set(name, answer);
  return answer;
}

/** A copy that comes meanwhile gets the same answer: two would take the turn from each other, and both end with nothing. */
const underWay = new Map<string, Promise<JobSpec>>();

async function claimNamed(context: Context, claimId: string, input: Input): Promise<JobSpec> {
  let nothing: unknown;
  do {
    nothing = undefined;
    try {
      const job = await takeTurn(context, claimId, input);
      if (job !== null) return job;
    } catch (error) {
      if (!isNotClaimable(error)) throw error;
      nothing = error;
    }
    // A copy of this request that was slower may have taken one meanwhile.
  } while (!(await context.platform.runs.decline(claimId, requireWorker(context).workerId)));
  if (nothing !== undefined) throw nothing;
  return refuse(context, input.executionId);
}

/** Null: nobody waits who may start. */
async function takeTurn(context: Context, claimId: string, input: Input): Promise<JobSpec | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const turn = await reserveTurn(context, claimId, input.room);
    if (turn === null) return null;
    let holdBack = 0;
    try {
      // None: another API process was faster, or somebody stopped it.
      const job = await take(context, turn.executionId, input);
      if (job !== null) return job;
    } catch (error) {
      // Else the first of the queue, whose repository is away, would keep all others from their turn.
      holdBack = HOLD_BACK_MS;
      throw error;
    } finally {
      turn.free(holdBack);
    }
  }
  return null;
}

/** Null: it is not claimable, or not any more. */
async function take(
  context: Context,
  executionId: string,
  { claimId, baseUrl }: Input,
): Promise<JobSpec | null> {
  const { platform } = context;
  const { workerId, environmentId } = requireWorker(context);
  const row = await jobRow(platform.db, executionId);
  if (row?.environment_id !== environmentId) return null;
  const needs = await needsOf(context, row).catch((error) => hold(context, row, error));
  const claimed = await platform.runs.claim(executionId, workerId, LEASE_SECONDS, claimId);
  if (claimed === null) return null;
  const { attempt, token } = claimed;
  if (!(needs instanceof CoveError)) return jobSpec({ row, ...needs, attempt, token, baseUrl });
  const run = { executionId: row.id, projectId: row.project_id, attempt, token };
  await endRun(context, run, { status: 'error', exitCode: null, reason: needs.message });
  throw notClaimable(needs.message);
}

/** What may not start now is not rung for again: when it may, that rings. */
async function refuse(context: Context, rung: string): Promise<never> {
  if (await isDraining(context)) {
    await giveBack(context, rung);
    throw new CoveError('conflict', 'This worker drains: it takes no new job.', { reason: 'draining' });
  }
  throw notClaimable('No execution of this environment may start now.');
}

const notClaimable = (message: string) => new CoveError('conflict', message, { reason: 'not_claimable' });
const isNotClaimable = (error: unknown) => error instanceof CoveError && error.reason === 'not_claimable';

/** Everything beside the row. */
async function needsOf(context: Context, row: JobRow) {
  // Once more: the rule may be younger than the job.
  requireAllowedImage({ slug: row.environment_slug, allowed_images: row.allowed_images }, row.image);
  const inputFiles = await inputFilesOf(context.platform.db, row);
  const [snapshot, data, variables, grouped, registry] = await Promise.all([
    snapshotOf(context, row),
    inputData(context, row.project_id, inputFiles, FETCH_SECONDS),
    row.inherit_environment_variables && row.has_variables ? variableValues(context, row.project_id) : [],
    groupVariables(context, row.environment_variable_groups),
    row.has_registries ? imageLogin(context, row.organization_id, row.image) : null,
  ]);
  return { snapshot, registry, inputFiles, data, variables: [...variables, ...grouped] };
}

const FINAL: readonly ErrorCode[] = ['conflict', 'invalid', 'not_found'];
const PASSING: readonly ErrorCode[] = ['unavailable', 'upstream'];

/** Gives back an error that every later claim would meet too; else the run waits, and the scheduler rings again. */
async function hold({ platform }: Context, { id }: JobRow, error: unknown): Promise<CoveError> {
  if (!(error instanceof CoveError)) throw error;
  if (FINAL.includes(error.code)) return error;
  if (!PASSING.includes(error.code)) throw error;
  platform.log.warn({ err: error, execution: id }, 'a job waits for what it needs');
  const waits = platform.db
    .updateTable('executions')
    .set({ status_detail: `Waits: ${error.message}` })
    .where('id', '=', id)
    .where('status', '=', 'queued');
  await waits.execute();
  throw notClaimable(error.message);
}

async function snapshotOf(context: Context, row: JobRow): Promise<JobSpec['snapshot']> {
  const { snapshot_key: key, snapshot_sha256: sha256, snapshot_size: size } = row;
  if (row.commit_id === null) return null;
  const taken =
    key !== null && sha256 !== null && size !== null
      ? { key, sha256, size }
      : await ensureSnapshot(context, { commitId: row.commit_id });
  const url = await context.platform.storage.presignGet(taken.key, { expires: FETCH_SECONDS });
  return { url, sha256: taken.sha256, size: taken.size };
}
