import { sql, type Transaction } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import { ensureSnapshot } from '../commits/ensure-snapshot.ts';
import type { Context } from '../context.ts';
import { requireInputData } from '../data/resolve.ts';
import { sqlRunStore } from '../lifecycle/run-store-sql.ts';
import { requireProject, requireUser } from '../rights.ts';
import { resolveCommit } from './commit.ts';
import { type Candidate, candidates, chooseEnvironment } from './environment.ts';
import { inputFiles } from './inputs.ts';
import { type outputsOf, selectExecutions } from './record.ts';
import { type CreateExecution, parseRequest } from './request.ts';
import { commandOf, parameterValues, stepOf, variableValues } from './step.ts';

type Commit = Awaited<ReturnType<typeof resolveCommit>>;
type Project = Awaited<ReturnType<typeof requireProject>>;

/** Makes an execution of a commit's step and queues it. `body` is the client's request (contract 1.6). */
export async function createExecution(context: Context, body: unknown) {
  const { platform } = context;
  const { userId } = requireUser(context);
  const request = parseRequest(body);
  const project = await requireProject(platform.db, context, request.project, 'execution.create');
  const [commit, environments, variables] = await Promise.all([
    resolveCommit(platform.db, project.id, request.commit),
    candidates(platform.db, project.organization_id),
    platform.db.selectFrom('project_variables').select('name').where('project_id', '=', project.id).execute(),
  ]);
  const inherited = request.inherit_environment_variables === false ? [] : variables.map(({ name }) => name);
  const { environment, row } = plan(request, project, commit, environments, inherited);
  await requireInputData(platform.db, context, row.inputs);
  if (commit.snapshot_key === null) await ensureSnapshot(context, { commitId: commit.id });
  const id = await withTransaction(platform.db, (tx) => insert(tx, context, userId, row));
  await ring(context, environment.slug, id);
  const execution = await selectExecutions(platform.db)
    .where('executions.id', '=', id)
    .executeTakeFirstOrThrow();
  return { execution, outputs: await noOutputs() };
}
const noOutputs = async (): ReturnType<typeof outputsOf> => [];

/** Pure: the row a request becomes. */
function plan(
  request: CreateExecution,
  project: Project,
  commit: Commit,
  environments: Candidate[],
  inherited: string[],
) {
  const step = stepOf(commit, request.step);
  const parameters = parameterValues(step, request.parameters);
  const environment = chooseEnvironment(environments, {
    asked: request.environment,
    step: step.environment ?? undefined,
    projectDefault: project.default_environment_id,
  });
  const command = commandOf(step, parameters, request.command);
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
    environment_variables: variableValues(step, request.environment_variables, inherited),
    inherit_environment_variables: request.inherit_environment_variables ?? true,
    runtime_config: request.runtime_config,
    priority: request.priority ?? 0,
    time_limit: request.time_limit ?? step.timeLimit,
    no_output_timeout: noOutputTimeout(request) ?? step.noOutputTimeout,
    stop_expression: request.stop_expression ?? step.stopCondition,
  };
  return { environment, row };
}

/** Clients send it inside `runtime_config`. */
function noOutputTimeout({ no_output_timeout, runtime_config }: CreateExecution): number | null {
  const inner = Number(runtime_config.no_output_timeout ?? runtime_config['no-output-timeout'] ?? Number.NaN);
  return no_output_timeout ?? (inner > 0 && Number.isFinite(inner) ? inner : null);
}

/** Counter, row, audit and queue: all or nothing. */
async function insert(
  tx: Transaction<Database>,
  context: Context,
  creatorId: string,
  row: ReturnType<typeof plan>['row'],
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
  await sqlRunStore(tx).enqueue(id);
  await audit(
    tx,
    context,
    'execution.create',
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
