import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { environmentToChange } from './access.ts';
import { listPresets } from './list.ts';

/** Deletes a preset. Executions that were made with it keep what it said. */
export async function deletePreset(context: Context, id: string): Promise<void> {
  const found = isUuid(id) ? await listPresets(context, { id, limit: 1, offset: 0 }) : { rows: [] };
  const [preset] = found.rows;
  if (!preset) throw notFound(`Runtime config preset ${id}`);
  await withTransaction(context.platform.db, async (tx) => {
    await environmentToChange(tx, context, preset.environment_id);
    await tx.deleteFrom('runtime_config_presets').where('id', '=', preset.id).execute();
    await audit(tx, context, 'preset.delete', { id: preset.id }, { slug: preset.slug });
  });
}
