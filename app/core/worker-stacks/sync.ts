/** A scaler tells what is there, and takes what is to be done. */
import { sql } from 'kysely';
import type { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { PROTOCOL_VERSION, type SyncRequest, type SyncResponse } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { storable } from '../storable.ts';

/** Until the next one, where nothing was ordered. */
const SECONDS = 5;

export async function syncScaler(
  context: Context,
  { protocol, done, groups, signer }: z.infer<typeof SyncRequest>,
): Promise<z.infer<typeof SyncResponse>> {
  const { actor, platform } = context;
  if (actor.kind !== 'scaler') throw new CoveError('unauthenticated', 'A scaler’s token is needed here.');
  if (protocol !== PROTOCOL_VERSION) {
    const message = `The scaler speaks protocol ${protocol}, the API ${PROTOCOL_VERSION}: run \`cove up\` for worker stack ${actor.name} from the installation's version.`;
    throw new CoveError('conflict', message, { reason: 'protocol' });
  }
  return withTransaction(platform.db, async (tx) => {
    const own = tx.deleteFrom('worker_stack_orders').where('worker_stack_id', '=', actor.stackId);
    if (done.length > 0) await own.where('id', 'in', done).execute();
    await tx
      .updateTable('worker_stacks')
      .set({
        report: JSON.stringify(storable(groups)),
        reported_at: sql<Date>`now()`,
        ...(signer && { signer: JSON.stringify(signer) }),
      })
      .where('id', '=', actor.stackId)
      .execute();
    const rows = await tx
      .selectFrom('worker_stack_orders')
      .select(['id', 'machine_group as group', 'orders as order'])
      .where('worker_stack_id', '=', actor.stackId)
      .orderBy('id')
      .execute();
    return { orders: rows, seconds: SECONDS };
  });
}
