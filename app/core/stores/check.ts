/** Finds out whether a bucket does what a store has to do, by doing it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NamedStore, openNamed } from '../../platform/storage/named.ts';
import type { ObjectStore } from '../../platform/storage/store.ts';
import type { Context } from '../context.ts';
import { CoveError, invalid } from '../errors.ts';

/** A store that says nothing for so long is of no use to jobs either. */
const PATIENCE_MS = 20_000;
const CONTENT = Buffer.from('Cove tests this store: this object may be deleted.\n');

/** Writes, reads and deletes an object, or only looks where writing is not wanted. Throws `invalid` with what failed. */
export async function checkStore(
  { platform }: Context,
  named: NamedStore,
  { write }: { write: boolean },
): Promise<void> {
  const key = `cove-check/${randomUUID()}`;
  let doing = 'opening it';
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    doing = what;
    return work();
  };
  const all = async () => {
    const store: ObjectStore = await openNamed(named, platform.trustedStoreHosts);
    if (!write) return void (await step('looking at an object', () => store.head(key)));
    await step('writing an object', () => store.put(key, CONTENT));
    const found = await step('reading it back', async () =>
      Buffer.concat(await Array.fromAsync(await store.get(key))),
    );
    if (!found.equals(CONTENT)) throw new Error('other bytes came back than were written');
    await step('deleting it', () => store.delete(key));
    if ((await step('looking for it', () => store.head(key))) !== null) throw new Error('it is still there');
  };
  const over = new AbortController();
  const silence = sleep(PATIENCE_MS, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${PATIENCE_MS / 1000} s`);
  });
  silence.catch(() => {}); // aborted, or told by the race
  try {
    await Promise.race([all(), silence]);
  } catch (error) {
    // Complaints of our own about the configuration are told as they are.
    if (error instanceof CoveError && error.code === 'invalid') throw error;
    throw invalid(
      'configuration',
      `The store was tried and failed while ${doing}: ${(error as Error).message}`,
    );
  } finally {
    over.abort();
  }
}
