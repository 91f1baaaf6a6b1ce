/** Opens everything outside that the API needs, as the API's own identity (design 3). */
import { mkdirSync } from 'node:fs';
import { pino } from 'pino';
import { connect } from '../platform/postgres.ts';
import { connectQueue } from '../platform/redis.ts';
import { openFsStore } from '../platform/storage/fs.ts';
import { connectVault } from '../platform/vault.ts';
import type { ApiSettings } from '../settings.ts';
import type { Platform } from './context.ts';
import { sqlRunStore } from './lifecycle/run-store-sql.ts';

const SERVICE = 'services/api';

export async function openPlatform(
  settings: ApiSettings,
): Promise<{ platform: Platform; close(): Promise<void> }> {
  const log = pino({ name: 'api', base: { service: 'api' } });
  mkdirSync(settings.scratch, { recursive: true, mode: 0o700 });
  const secrets = await connectVault(settings.vault);
  const secret = (name: string) => async () => {
    const value = (await secrets.get(SERVICE))[name];
    if (value) return value;
    throw new Error(`Vault has no ${name} at ${SERVICE}. Run bootstrap again: it puts it there.`);
  };
  const db = connect(settings.database, secret('database_password'));
  const queue = await connectQueue(settings.queue, secret('queue_password'));
  const storage = openFsStore({
    folder: settings.storage.folder,
    signingKey: await secret('store_signing_key')(),
  });
  const port = settings.http.port;
  const platform: Platform = {
    db,
    queue,
    secrets,
    storage,
    runs: sqlRunStore(db),
    log,
    scratch: settings.scratch,
    trustedGitUrls: settings.exampleRepository
      ? [`http://127.0.0.1:${port}/git/example.git`, `http://localhost:${port}/git/example.git`]
      : [],
  };
  return {
    platform,
    async close() {
      await queue.close();
      await db.destroy();
      await secrets.close();
    },
  };
}
