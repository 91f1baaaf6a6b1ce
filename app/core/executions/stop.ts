import { withTransaction } from '../../platform/postgres.ts';
import type { Status } from '../../platform/words.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { auditOf } from '../lifecycle/execution.ts';
import { sqlRunStore } from '../lifecycle/run-store-sql.ts';
import { requireExecution } from './access.ts';

/** Asks for an end: what waits is stopped at once, what runs is told. Stopping what has ended changes nothing. */
export async function stopExecution(
  context: Context,
  input: { execution: string },
): Promise<{ status: Status; message: string }> {
  const { platform } = context;
  const execution = await requireExecution(context, input.execution, 'execution.stop');
  const status = await withTransaction(platform.db, async (tx) => {
    const after = await sqlRunStore(tx).requestStop(execution.id);
    if (after === null) throw notFound(`Execution ${input.execution}`);
    if (ended(execution.status) || (after !== 'stopped' && after !== 'stopping')) return after;
    await audit(tx, context, auditOf('stop', after), { id: execution.id, projectId: execution.project_id });
    return after;
  });
  await tell(context, execution, status);
  return { status, message: message(execution.counter, execution.status, status) };
}

/** What has ended waits in no queue; what runs is told. */
async function tell(
  context: Context,
  { id, slug }: { id: string; slug: string },
  status: Status,
): Promise<void> {
  if (status === 'stopping') return announceStop(context, { id, slug });
  if (status !== 'stopped') return;
  const { queue, log } = context.platform;
  await queue
    .removeFromQueue(slug, id)
    .catch((error) => log.warn({ err: error, execution: id }, 'a stopped execution is still in the queue'));
}

/** Quicker than the next heartbeat, which tells the worker too. */
export async function announceStop(
  { platform: { queue, log } }: Context,
  { id, slug }: { id: string; slug: string },
): Promise<void> {
  await queue
    .announceStop(slug, id)
    .catch((error) =>
      log.warn({ err: error, execution: id }, 'a stop could not be announced; the next heartbeat tells it'),
    );
}

const ended = (status: Status) => !['created', 'queued', 'started', 'stopping'].includes(status);

function message(counter: number, before: Status, status: Status): string {
  if (ended(before)) return `Execution #${counter} has already ended (${before}).`;
  if (status === 'stopping') return `Execution #${counter} is stopping.`;
  if (status === 'stopped') return `Execution #${counter} is stopped.`;
  return `Execution #${counter} has ended (${status}).`;
}
