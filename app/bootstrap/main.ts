/** The operator's idempotent program (design 13): what fresh services need before API and workers can start. */
import type { BootstrapSettings } from '../settings.ts';
import { prepareDatabase } from './database.ts';
import { migrateSchema, preparePlatform, resetAdministrator, takeEnvironments } from './platform.ts';
import { openSecretStore } from './secret-store.ts';
import { readEnvironments } from './stored-environments.ts';
import { prepareVault } from './vault/prepare.ts';

/** Tells a person what is done; never a secret. */
export type Log = (message: string) => void;

/** In this order; Vault stores itself in the database, and the platform's secrets lie in Vault. */
const STEPS = { database: prepareDatabase, vault: prepareVault, platform: preparePlatform };
/** What is done only when it is asked for. */
const ALONE = { migrate: migrateSchema, password: resetAdministrator, environments: takeEnvironments };
export type Step = keyof typeof STEPS | keyof typeof ALONE;

export const isStep = (text: string): text is Step =>
  Object.hasOwn(STEPS, text) || Object.hasOwn(ALONE, text);

/** Runs all steps, or one. Each may be run again at any time, also after it was killed at any point. */
export async function runBootstrap(
  given: BootstrapSettings,
  options: { only?: Step | undefined; log: Log },
): Promise<void> {
  const { only, log } = options;
  const stored = await readEnvironments(given, log);
  const { settings } = stored;
  // Asked every minute, so this is told without a word.
  if (only === 'environments' && stored.known) return;
  const keep = await openSecretStore(settings, log);
  if (only !== undefined && Object.hasOwn(ALONE, only)) {
    await ALONE[only as keyof typeof ALONE](settings, log, keep);
  } else {
    for (const [name, run] of Object.entries(STEPS)) {
      if (only === undefined || only === name) await run(settings, log, keep);
    }
  }
  if (only === undefined || only === 'platform' || only === 'environments') await stored.done();
}
