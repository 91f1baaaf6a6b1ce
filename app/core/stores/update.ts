import { sql } from 'kysely';
import type { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { checkStore } from './check.ts';
import { requireFreeName, requireOperator, teamsOf } from './create.ts';
import { type NamedType, readConfiguration, type UpdateStore } from './fields.ts';
import { openStore, secretPathOf } from './open.ts';
import { requireManagedStore, requireStore, type StoreRecord } from './record.ts';

/**
 * Changes what is given. A configuration is given whole, with its credentials, and may open the same bucket in another
 * way, not another bucket: the files that are known lie in this one.
 */
export async function updateStore(
  context: Context,
  id: string,
  input: z.infer<typeof UpdateStore>,
): Promise<StoreRecord> {
  const { db, secrets } = context.platform;
  const before = await requireManagedStore(db, context, id);
  const organizationId = before.organization_id as string;
  const type = before.type as NamedType;
  const given = input.configuration === undefined ? undefined : readConfiguration(type, input.configuration);
  const { bucket, account_name } = before.configuration;
  if (given && (given.configuration.bucket !== bucket || given.configuration.account_name !== account_name))
    throw invalid(
      'configuration',
      `This store is the bucket ${bucket}: make another store for another bucket.`,
    );
  const write = input.allow_write ?? before.allow_write;
  if (given) await checkStore(context, { type, ...given, externalId: organizationId }, { write });
  if (input.name !== undefined) await requireFreeName(db, organizationId, input.name, id);
  const mode = input.access_mode ?? before.access_mode;
  if ((mode === 'single_project') !== (before.access_mode === 'single_project'))
    throw invalid('access_mode', 'A store stays with its project, or without one: make another store.');
  if (mode === 'public' && before.access_mode !== 'public') await requireOperator(db, context);
  const access =
    input.access_mode === undefined && input.teams === undefined
      ? {}
      : {
          access_mode: mode,
          team_ids: await teamsOf(db, organizationId, {
            access_mode: mode,
            teams: input.teams ?? before.team_ids,
          }),
        };
  const { name, allow_read, allow_write, allow_uri_download, allow_adopt } = input;
  await withTransaction(db, async (tx) => {
    await tx
      .updateTable('stores')
      .set({
        ...Object.fromEntries(
          Object.entries({ name, allow_read, allow_write, allow_uri_download, allow_adopt }).filter(
            ([, value]) => value !== undefined,
          ),
        ),
        ...access,
        ...(given && { configuration: JSON.stringify(given.configuration) }),
        mtime: sql<Date>`now()`,
      })
      .where('id', '=', id)
      .execute();
    const subject = { id, projectId: before.project_id };
    await audit(tx, context, 'store.update', subject, { fields: Object.keys(input) });
    if (given?.credentials) await secrets.put(secretPathOf(id), given.credentials);
    else if (given) await secrets.remove(secretPathOf(id));
  });
  await openStore(context, id);
  return requireStore(db, context, id);
}
