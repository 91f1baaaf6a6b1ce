import { sql } from 'kysely';
import type { Platform } from './context.ts';

/** A part either answers in time, or says why not. */
export type Health = { ok: true; ms: number } | { ok: false; error: string };
const PATIENCE_MS = 3_000;

async function check(probe: () => Promise<unknown>): Promise<Health> {
  const start = performance.now();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  );
  try {
    await Promise.race([probe(), late.promise]);
    return { ok: true, ms: Math.round(performance.now() - start) };
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string };
    return { ok: false, error: message || code || 'failed' };
  } finally {
    clearTimeout(timer);
  }
}

/** Asks every part the API needs, all at once. */
export async function checkHealth(
  platform: Platform,
): Promise<Record<'database' | 'queue' | 'vault', Health>> {
  const [database, queue, vault] = await Promise.all([
    check(() => sql`SELECT 1`.execute(platform.db)),
    check(() => platform.queue.tryToWrite()),
    check(async () => {
      if ((await platform.secrets.health()).sealed) throw new Error('sealed');
    }),
  ]);
  return { database, queue, vault };
}
