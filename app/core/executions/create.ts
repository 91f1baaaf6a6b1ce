import type { Kysely } from 'kysely';
import { keepPlans } from '../../platform/kept-plans.ts';
import type { Database } from '../../platform/tables.ts';
import { perKey, shared } from '../../platform/together.ts';
import { ensureSnapshot } from '../commits/ensure-snapshot.ts';
import type { Context } from '../context.ts';
import { resolveInputs } from '../data/resolve.ts';
import { presetsNamed } from '../presets/find.ts';
import { requireProject, requireUser } from '../rights.ts';
import { requireInputStores } from '../stores/inputs.ts';
import { uploadStoreOf } from '../stores/upload.ts';
import { resolveGroups } from '../variable-groups/resolve.ts';
import { resolveCommit } from './commit.ts';
import { candidates } from './environment.ts';
import type { ExecutionDetail } from './get.ts';
import { planExecution, wantedGroups } from './plan.ts';
import { queueExecution } from './queue.ts';
import { requireQuota } from './quota.ts';
import { type CreateExecution, parseRequest } from './request.ts';
import { stepOf } from './step.ts';

/** Makes an execution of a commit's step and queues it. `body` is the client's request (contract 1.6). */
export async function createExecution(context: Context, body: unknown): Promise<ExecutionDetail> {
  const db = keepPlans(context.platform.db);
  const { userId } = requireUser(context);
  const request = parseRequest(body);
  const { project, commit, environments } = await surroundings(db, context, request);
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

type Surroundings = Awaited<ReturnType<typeof lookAround>>;
const looks = perKey((_: Kysely<Database>) => shared<Surroundings>());

/** Project, commit and environments: one look for all whom the same person asks for at the same time. */
function surroundings(
  db: Kysely<Database>,
  context: Context,
  request: CreateExecution,
): Promise<Surroundings> {
  const key = JSON.stringify([context.actor, request.project, request.commit]);
  return looks(db)(key, () => lookAround(db, context, request));
}

async function lookAround(db: Kysely<Database>, context: Context, request: CreateExecution) {
  const project = await requireProject(db, context, request.project, 'execution.create');
  const [commit, environments] = await Promise.all([
    resolveCommit(db, project.id, request.commit),
    candidates(db, context.actor, project),
  ]);
  return { project, commit, environments };
}
