import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { storable } from '../storable.ts';
import { tidyTags } from '../tags.ts';
import { requireDatum } from './get.ts';
import type { DatumRecord } from './record.ts';

type Properties = Record<string, unknown>;

const MAX_FILES = 1000;

/**
 * Lays properties over those that files have; null takes one away, and `valohai.tags` are the file's tags. Of several
 * files all are changed, or none.
 */
export async function describeData(context: Context, input: Record<string, Properties>): Promise<void> {
  const ids = Object.keys(input);
  if (ids.length > MAX_FILES) {
    throw invalid(
      'datum_metadata',
      `There are ${ids.length} files; at most ${MAX_FILES} can be described at once.`,
    );
  }
  await withTransaction(context.platform.db, async (tx) => {
    for (const id of ids) {
      const datum = await requireDatum(context, id, 'data.write', tx);
      const { metadata, tags } = laidOver(datum, storable(input[id] ?? {}));
      await tx
        .updateTable('datums')
        .set({ metadata: JSON.stringify(metadata), tags })
        .where('id', '=', datum.id)
        .execute();
      const properties = { properties: Object.keys(input[id] ?? {}) };
      await audit(tx, context, 'data.describe', { id: datum.id, projectId: datum.project_id }, properties);
    }
  });
}

/** What a file has afterwards. Pure. */
export function laidOver(
  before: Pick<DatumRecord, 'metadata' | 'tags'>,
  given: Properties,
): { metadata: Properties; tags: string[] } {
  const all = Object.entries({ ...before.metadata, ...given }).filter(([, value]) => value !== null);
  return { metadata: Object.fromEntries(all), tags: tagsOf(given['valohai.tags']) ?? before.tags };
}

/** Undefined: they were not told. */
function tagsOf(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  const tags = value === null ? [] : value;
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tidyTags(tags);
  throw invalid('valohai.tags', 'A list of texts is needed.');
}
