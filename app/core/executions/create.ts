import { sql, type Transaction } from 'kysely';
import { keepPlans } from '../../platform/kept-plans.ts';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import { ensureSnapshot } from '../commits/ensure-snapshot.ts';
import type { Context } from '../context.ts';
import { type ResolvedFile, resolveInputs } from '../data/resolve.ts';
import { auditOf } from '../lifecycle/execution.ts';
import { sqlRunStore } from '../lifecycle/run-store-sql.ts';
import { presetsNamed } from '../presets/find.ts';
import { requireProject, requireUser } from '../rights.ts';
import { requireInputStores } from '../stores/inputs.ts';
import { uploadStoreOf } from '../stores/upload.ts';
import { resolveGroups } from '../variable-groups/resolve.ts';
import { resolveCommit } from './commit.ts';
import { candidates } from './environment.ts';
import type { ExecutionDetail } from './get.ts';
import { insertInputFiles } from './input-files.ts';
import { type ExecutionRow, planExecution, wantedGroups } from './plan.ts';
import { requireQuota } from './quota.ts';
import { selectExecutions } from './record.ts';
import { parseRequest } from './request.ts';
import { stepOf } from './step.ts';

/** Makes an execution of a commit's step and queues it. `body` is the client's request (contract 1.6). */
export async function createExecution(context: Context, body: unknown): Promise<ExecutionDetail> {
  const db = keepPlans(context.platform.db);
  const { userId } = requireUser(context);
  const request = parseRequest(body);
  const project = await requireProject(db, context, request.project, 'execution.create');
  const [commit, environments, variables] = await Promise.all([
    resolveCommit(db, project.id, request.commit),
    candidates(db, context.actor, project),
    db.selectFrom('project_variables').select('name').where('project_id', '=', project.id).execute(),
  ]);
  const step = stepOf(commit, request.step);
  const preset = request.runtime_config_preset ?? step.runtimeConfigPreset;
  const planned = planExecution(request, {
    project,
    commit,
    step,
    environments,
    variables: variables.map(({ name }) => name),
    groups: await resolveGroups(db, context, project.organization_id, wantedGroups(request, step)),
    presets: preset === null ? [] : await presetsNamed(db, preset),
  });
  const { environment } = planned;
  await requireQuota(db, userId, environment);
  const uploadStore = await uploadStoreOf(db, project, planned.uploadStore);
  const { inputs, files } = await resolveInputs(db, context, project, planned.row.inputs);
  await requireInputStores(db, project, files);
  const row = { ...planned.row, inputs, upload_store_id: uploadStore };
  const key = commit.snapshot_key;
  const isStored = key !== null && (await context.platform.storage.head(key)) !== null;
  if (!isStored) await ensureSnapshot(context, { commitId: commit.id });
  return queueExecution(context, userId, environment, row, files);
}

/** Keeps what was planned, and rings for a worker. */
export async function queueExecution(
  context: Context,
  userId: string,
  environment: { slug: string },
  row: Omit<ExecutionRow, 'commit_id'> & { commit_id: string | null; upload_store_id: string },
  files: readonly ResolvedFile[],
): Promise<ExecutionDetail> {
  const db = keepPlans(context.platform.db);
  const id = await withTransaction(db, (tx) => insert(tx, context, userId, row, files));
  const [execution] = await Promise.all([
    selectExecutions(db).where('executions.id', '=', id).executeTakeFirstOrThrow(),
    ring(context, environment.slug, id),
  ]);
  return { execution, outputs: [] };
}

/** Counter, row, queue and audit: all or nothing. */
async function insert(
  tx: Transaction<Database>,
  context: Context,
  creatorId: string,
  row: Parameters<typeof queueExecution>[3],
  files: readonly ResolvedFile[],
): Promise<string> {
  const { execution_counter: counter } = await tx
    .updateTable('projects')
    .set({ execution_counter: sql<number>`execution_counter + 1` })
    .where('id', '=', row.project_id)
    .returning('execution_counter')
    .executeTakeFirstOrThrow();
  const { id } = await tx
    .insertInto('executions')
    .values({
      ...row,
      counter,
      creator_id: creatorId,
      status: 'created',
      command: JSON.stringify(row.command),
      parameters: JSON.stringify(row.parameters),
      inputs: JSON.stringify(row.inputs),
      environment_variables: JSON.stringify(row.environment_variables),
      runtime_config: JSON.stringify(row.runtime_config),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertInputFiles(tx, id, files);
  await sqlRunStore(tx).enqueue(id);
  await audit(
    tx,
    context,
    auditOf('enqueue', 'queued'),
    { id, projectId: row.project_id },
    { counter, step: row.step },
  );
  return id;
}

/** A doorbell that could not be rung is rung by the scheduler: the row is the truth. */
async function ring({ platform }: Context, slug: string, id: string): Promise<void> {
  try {
    await platform.queue.ring(slug, id);
  } catch (error) {
    platform.log.warn({ err: error, execution: id }, 'the doorbell could not be rung; the scheduler will');
  }
}
