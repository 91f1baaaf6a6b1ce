/** What API and scheduler share: everything outside, opened in order, each as the service's own identity (design 3). */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import type { Platform } from './core/context.ts';
import { sqlRunStore } from './core/lifecycle/run-store-sql.ts';
import { CoveError } from './platform/errors.ts';
import { openJoining } from './platform/join.ts';
import { connect } from './platform/postgres.ts';
import { connectQueue } from './platform/redis.ts';
import { openStorage } from './platform/storage/open.ts';
import { authoritiesOf } from './platform/tls.ts';
import { connectVault, type SecretStore } from './platform/vault.ts';
import type { ApiSettings, SchedulerSettings } from './settings.ts';

/** After a restart of the machine all services start at once, and Vault needs the database first. */
const PATIENCE_MS = 60_000;

/** Vault login, then database, queue and store. Throws `unavailable` where Vault stays away. */
export async function openPlatform(
  settings: ApiSettings | SchedulerSettings,
): Promise<{ platform: Platform; close(): Promise<void> }> {
  const log = pino({ base: { service: settings.role } });
  const secrets = await patiently(() => connectVault(settings.vault), log);
  const path = `services/${settings.role}`;
  const secret = (name: string) => (fresh: boolean) => readValue(secrets, path, name, fresh);

  const db = connect(settings.database, secret('database_password'));
  const queue = await connectQueue(settings.queue, secret('queue_password'));
  const storage = await openStorage(settings.storage, async (name) => {
    // Only the API hands out addresses of the folder; the scheduler's would be refused.
    if (name === 'store_signing_key' && settings.role !== 'api') return randomUUID();
    return secret(name)(false);
  });
  const scratch = settings.role === 'api' ? settings.scratch : tmpdir();
  mkdirSync(scratch, { recursive: true, mode: 0o700 });

  const runs = sqlRunStore(db);
  const trustedGitUrls =
    settings.role === 'api' ? [...exampleUrls(settings), ...(settings.trustedGitUrls ?? [])] : [];
  const { host, port, tls } = settings.queue;
  const queueAddress = { host, port, tls, ca: authoritiesOf(settings.queue)?.join('\n') };
  const platform: Platform = {
    db,
    queue,
    queueAddress,
    secrets,
    storage,
    runs,
    log,
    scratch,
    trustedGitUrls,
    trustedStoreHosts: settings.role === 'api' ? (settings.trustedStoreHosts ?? []) : [],
    trustedInputHosts: settings.role === 'api' ? (settings.trustedInputHosts ?? []) : [],
    ...(settings.role === 'api' && settings.exampleRepository && { example: exampleOf(settings) }),
    ...(settings.role === 'api' && settings.join && { joining: openJoining(settings.join) }),
  };
  const close = async () => {
    await queue.close();
    await db.destroy();
    await secrets.close();
  };
  return { platform, close };
}

/** The example repository on the API's own plain listener. */
function exampleUrls({ exampleRepository, http }: ApiSettings): string[] {
  if (exampleRepository === undefined) return [];
  return ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${http.port}/git/example.git`);
}

const exampleOf = ({ publicUrl, http }: ApiSettings) => ({
  publicUrl: `${publicUrl}/git/example.git`,
  url: `http://127.0.0.1:${http.port}/git/example.git`,
});

async function readValue(secrets: SecretStore, path: string, name: string, fresh: boolean): Promise<string> {
  const value = (await secrets.get(path, { fresh }))[name];
  if (value !== undefined) return value;
  throw new CoveError(
    'unavailable',
    `Vault has no ${name} at ${path}: run bootstrap again, it puts it there`,
  );
}

async function patiently<T>(work: () => Promise<T>, log: Logger): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (let pause = 200; ; pause = Math.min(pause * 2, 3_000)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CoveError) || error.code !== 'unavailable' || Date.now() > end) throw error;
      log.warn(error.message);
      await delay(pause);
    }
  }
}
