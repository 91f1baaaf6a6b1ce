/** Keeps executions that were planned, those of a project that come at the same time in one statement, and rings for workers. */
import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { keepPlans } from '../../platform/kept-plans.ts';
import type { Database } from '../../platform/tables.ts';
import { perKey, togetherBy } from '../../platform/together.ts';
import { AUDIT_COLUMNS } from '../audit.ts';
import type { Actor, Context } from '../context.ts';
import type { ResolvedFile } from '../data/resolve.ts';
import { auditOf, next } from '../lifecycle/execution.ts';
import type { ExecutionDetail } from './get.ts';
import { FILE_COLUMNS, FILES_OF_NEW } from './input-files.ts';
import type { ExecutionRow } from './plan.ts';
import { type ExecutionRecord, selectExecutions } from './record.ts';

type QueuedRow = Omit<ExecutionRow, 'commit_id'> & { commit_id: string | null; upload_store_id: string };
interface Planned {
  row: QueuedRow & { id: string; creator_id: string };
  files: readonly ResolvedFile[];
  actor: Actor;
}

export async function queueExecution(
  context: Context,
  userId: string,
  environment: { slug: string },
  row: QueuedRow,
  files: readonly ResolvedFile[],
): Promise<ExecutionDetail> {
  const planned = { row: { ...row, id: randomUUID(), creator_id: userId }, files, actor: context.actor };
  const execution = await keepers(keepPlans(context.platform.db))(row.project_id, planned);
  await ring(context, environment.slug, execution.id);
  return { execution, outputs: [] };
}

/** By project, whose counter is locked until the statement's end: no project waits for another one's. */
const keepers = perKey((db: Kysely<Database>) =>
  togetherBy<Planned, ExecutionRecord>((projectId) => ({
    many: (all) => insert(db, projectId, all),
    atOnce: 2,
  })),
);

const COLUMNS = [
  ...['id', 'project_id', 'commit_id', 'environment_id', 'upload_store_id', 'creator_id', 'step', 'title'],
  ...['tags', 'image', 'command', 'interpolated_command', 'parameters', 'inputs', 'environment_variables'],
  ...['inherit_environment_variables', 'environment_variable_groups', 'runtime_config', 'priority'],
  ...['runtime_config_preset_id', 'time_limit', 'no_output_timeout', 'stop_expression', 'max_retries'],
] as (keyof Planned['row'])[];
const STATUS = next('created', { kind: 'enqueue' }, () => true) ?? 'created';

/** Counters, rows, inputs and audit, and the rows as details show them. All go in as one parameter. */
async function insert(
  db: Kysely<Database>,
  projectId: string,
  all: readonly Planned[],
): Promise<ExecutionRecord[]> {
  const asked = JSON.stringify(
    all.map(({ row, files, actor }, at) => ({
      at,
      row,
      actor,
      files: files.map((file, position) => ({ ...file, position })),
    })),
  );
  const made = db
    .with(
      'asked',
      () => sql<{ id: string }>`(
        SELECT a.at, a.actor, a.files, planned.*
        FROM jsonb_to_recordset(${asked}::jsonb) AS a (at int, "row" jsonb, actor jsonb, files jsonb),
          jsonb_populate_record(null::executions, a."row") AS planned)`,
    )
    .with('numbered', (qc) =>
      qc
        .updateTable('projects')
        .set({ execution_counter: sql<number>`execution_counter + ${all.length}` })
        .where('id', '=', projectId)
        .returning('execution_counter'),
    )
    // In the place of the table, where the new rows are not to be seen before the statement's end.
    .with('executions', (qc) =>
      qc
        .insertInto('executions')
        .columns([...COLUMNS, 'counter', 'status', 'queued_at'])
        .expression(
          sql`SELECT ${sql.join(COLUMNS.map((name) => sql.ref(`asked.${name}`)))},
            execution_counter - ${all.length} + asked.at + 1, ${STATUS}, now() FROM asked, numbered`,
        )
        .returningAll(),
    )
    .with('taken_in', (qc) =>
      qc.insertInto('execution_inputs').columns(FILE_COLUMNS).expression(FILES_OF_NEW),
    )
    .with('told', (qc) =>
      qc
        .insertInto('audit')
        .columns(AUDIT_COLUMNS)
        .expression(sql`
        SELECT asked.actor, ${auditOf('enqueue', 'queued')}, executions.id, executions.project_id,
          jsonb_build_object('counter', executions.counter, 'step', executions.step)
        FROM executions JOIN asked ON asked.id = executions.id`),
    );
  const records = await selectExecutions(made as unknown as Kysely<Database>).execute();
  const byId = new Map(records.map((record) => [record.id, record]));
  return all.map(({ row }) => byId.get(row.id) as ExecutionRecord);
}

/** A doorbell that could not be rung is rung by the scheduler: the row is the truth. */
async function ring({ platform }: Context, slug: string, id: string): Promise<void> {
  try {
    await platform.queue.ring(slug, id);
  } catch (error) {
    platform.log.warn({ err: error, execution: id }, 'the doorbell could not be rung; the scheduler will');
  }
}
