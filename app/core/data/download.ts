import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { openStore } from '../stores/open.ts';
import { requireDatum } from './get.ts';

/** Long enough for a slow line, short enough that a leaked address is soon worthless. */
const EXPIRES_SECONDS = 6 * 3600;

/** A signed address of the file's bytes; relative to our own host where we serve the store ourselves. */
export async function downloadDatum(
  context: Context,
  input: { datum: string },
): Promise<{ url: string; name: string }> {
  const datum = await requireDatum(context, input.datum, 'data.read');
  if (datum.purged) throw new CoveError('not_found', `${datum.name} was purged: its bytes are gone.`);
  const filename = datum.name.slice(datum.name.lastIndexOf('/') + 1);
  const store = await openStore(context, datum.store_id, { read: true });
  const url = await store.presignGet(datum.storage_key, {
    expires: EXPIRES_SECONDS,
    filename,
  });
  return { url, name: filename };
}
