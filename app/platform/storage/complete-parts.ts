/** The moment parts become one object. */
import { missingParts } from './part-plan.ts';
import type { Part, Parts } from './store.ts';

/**
 * Gives the numbers of the parts that are to be sent again; none: the object is whole. `etags`, of all parts in order:
 * what the store called the bytes that were meant. It is asked for just these, for a body that broke off, seen late, may
 * still take the place of a good part after the look at the list.
 */
export async function completeParts(
  parts: Parts,
  key: string,
  upload: string,
  wanted: readonly Part[],
  etags?: readonly string[],
): Promise<number[]> {
  const named = wanted.map((part, i) => ({ ...part, ...(etags && { etag: etags[i] ?? '' }) }));
  const missing = async () => missingParts(named, await parts.list(key, upload));
  const before = await missing();
  if (before.length > 0) return before;
  try {
    await parts.complete(key, upload, wanted.length, etags);
    return [];
  } catch (error) {
    if ((error as { code?: string }).code !== 'conflict') throw error;
    const replaced = await missing();
    if (replaced.length === 0) throw error;
    return replaced;
  }
}
