import type { Context } from '../context.ts';
import { requireProject, requireUser } from '../rights.ts';
import { uploadStoreOf } from '../stores/upload.ts';
import { candidates, chooseEnvironment } from './environment.ts';
import type { ExecutionDetail } from './get.ts';
import { CreateNotebook, planNotebook } from './notebook.ts';
import { queueExecution } from './queue.ts';
import { requireQuota } from './quota.ts';
import { parseBody } from './request.ts';

/** Queues a Jupyter of an image. `body` is the client's request (contract 1.10). */
export async function createNotebook(context: Context, body: unknown): Promise<ExecutionDetail> {
  const { db } = context.platform;
  const { userId } = requireUser(context);
  const request = parseBody(CreateNotebook, body);
  const project = await requireProject(db, context, request.project, 'execution.create');
  const environment = chooseEnvironment(await candidates(db, context.actor, project), {
    asked: request.environment,
    projectDefault: project.default_environment_id,
  });
  const row = planNotebook(request, project.id, environment);
  await requireQuota(db, userId, environment);
  const upload_store_id = await uploadStoreOf(db, project, null);
  return queueExecution(context, userId, environment, { ...row, upload_store_id }, []);
}
