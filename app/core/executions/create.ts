import { type Kysely, sql } from 'kysely';
import { keepPlans } from '../../platform/kept-plans.ts';
import type { Database } from '../../platform/tables.ts';
import { AUDIT_COLUMNS, auditOfNew } from '../audit.ts';
import { ensureSnapshot } from '../commits/ensure-snapshot.ts';
import type { Context } from '../context.ts';
import { type ResolvedFile, resolveInputs } from '../data/resolve.ts';
import { auditOf, next } from '../lifecycle/execution.ts';
import { presetsNamed } from '../presets/find.ts';
import { requireProject, requireUser } from '../rights.ts';
import { requireInputStores } from '../stores/inputs.ts';
import { uploadStoreOf } from '../stores/upload.ts';
import { resolveGroups } from '../variable-groups/resolve.ts';
import { resolveCommit } from './commit.ts';
import { candidates } from './environment.ts';
import type { ExecutionDetail } from './get.ts';
import { FILE_COLUMNS, filesOfNew } from './input-files.ts';
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
  const [commit, environments] = await Promise.all([
    resolveCommit(db, project.id, request.commit),
    candidates(db, context.actor, project),
  ]);
  const step = stepOf(commit, request.step);
  const needsVariables = step.environmentVariables.some(({ optional }) => !optional);
  const variables = needsVariables
    ? await db.selectFrom('project_variables').select('name').where('project_id', '=', project.id).execute()
    : [];
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
  row: QueuedRow,
  files: readonly ResolvedFile[],
): Promise<ExecutionDetail> {
  const execution = await insert(keepPlans(context.platform.db), context, userId, row, files);
  await ring(context, environment.slug, execution.id);
  return { execution, outputs: [] };
}
type QueuedRow = Omit<ExecutionRow, 'commit_id'> & { commit_id: string | null; upload_store_id: string };

/** Counter, row, inputs and audit, and the row as details show it: one statement, for the counter is locked until its end. */
function insert(
  db: Kysely<Database>,
  context: Context,
  creatorId: string,
  row: QueuedRow,
  files: readonly ResolvedFile[],
) {
  const made = db
    .with('numbered', (qc) =>
      qc
        .updateTable('projects')
        .set({ execution_counter: sql<number>`execution_counter + 1` })
        .where('id', '=', row.project_id)
        .returning('execution_counter'),
    )
    // In the place of the table, where the new row is not to be seen before the statement's end.
    .with('executions', (qc) =>
      qc
        .insertInto('executions')
        .values({
          ...row,
          counter: sql<number>`(SELECT execution_counter FROM numbered)`,
          creator_id: creatorId,
          status: next('created', { kind: 'enqueue' }, () => true) ?? 'created',
          queued_at: sql<Date>`now()`,
          command: JSON.stringify(row.command),
          parameters: JSON.stringify(row.parameters),
          inputs: JSON.stringify(row.inputs),
          environment_variables: JSON.stringify(row.environment_variables),
          runtime_config: JSON.stringify(row.runtime_config),
        })
        .returningAll(),
    )
    .with('taken_in', (qc) =>
      qc.insertInto('execution_inputs').columns(FILE_COLUMNS).expression(filesOfNew(files)),
    )
    .with('told', (qc) => {
      const properties = sql`jsonb_build_object('counter', counter, 'step', step)`;
      const told = auditOfNew(context, auditOf('enqueue', 'queued'), properties);
      return qc.insertInto('audit').columns(AUDIT_COLUMNS).expression(told);
    });
  return selectExecutions(made as unknown as Kysely<Database>).executeTakeFirstOrThrow();
}

/** A doorbell that could not be rung is rung by the scheduler: the row is the truth. */
async function ring({ platform }: Context, slug: string, id: string): Promise<void> {
  try {
    await platform.queue.ring(slug, id);
  } catch (error) {
    platform.log.warn({ err: error, execution: id }, 'the doorbell could not be rung; the scheduler will');
  }
}
