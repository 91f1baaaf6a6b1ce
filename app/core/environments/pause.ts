import { sql } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { assertCan, requireUser } from '../rights.ts';
import { storable } from '../storable.ts';
import { ringForEnvironment } from '../workers/wake.ts';
import { getEnvironment } from './get.ts';
import type { EnvironmentView } from './view.ts';

/** `reason`: one line, which those who wait can read. */
export const PauseEnvironment = z.object({ reason: z.string().trim().max(500).default('') });

/** No job starts any more: those that wait keep their place, those that run go on. Pausing again changes the reason. */
export const pauseEnvironment = (
  context: Context,
  text: string,
  { reason }: z.infer<typeof PauseEnvironment>,
): Promise<EnvironmentView> => change(context, text, { pause: true, reason: storable(reason) });

/** Jobs start again, at once. */
export async function resumeEnvironment(context: Context, text: string): Promise<EnvironmentView> {
  const environment = await change(context, text, { pause: false, reason: '' });
  await ringForEnvironment(context.platform, environment.id);
  return environment;
}

async function change(
  context: Context,
  text: string,
  { pause, reason }: { pause: boolean; reason: string },
): Promise<EnvironmentView> {
  const { userId } = requireUser(context);
  return withTransaction(context.platform.db, async (tx) => {
    const { id, slug, role } = await getEnvironment(context, text, tx);
    // Who may use it may see it: too small a role is told as 403.
    assertCan(role ?? 'viewer', 'environment.pause', `Environment ${slug}`);
    await tx
      .updateTable('environments')
      .set({
        paused_at: pause ? sql<Date>`coalesce(paused_at, now())` : null,
        paused_by: pause ? userId : null,
        pause_reason: reason,
        mtime: sql<Date>`now()`,
      })
      .where('id', '=', id)
      .execute();
    await audit(
      tx,
      context,
      pause ? 'environment.pause' : 'environment.resume',
      { id },
      pause ? { slug, reason } : { slug },
    );
    return getEnvironment(context, id, tx);
  });
}
