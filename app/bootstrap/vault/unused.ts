/**
 * The one gap that files cannot close: Vault has initialised itself, and bootstrap died before the answer was on
 * the disk. Nothing can have been put into that Vault, so it starts anew, with an empty storage.
 */
import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { CoveError } from '../../platform/errors.ts';
import type { VaultClient } from '../../platform/vault-client.ts';
import type { BootstrapSettings } from '../../settings.ts';
import { prepareVaultStorage } from '../database.ts';
import type { Log } from '../main.ts';
import { patiently } from '../patience.ts';
import { asSuperuser } from '../roles.ts';
import { isInitialised } from './state.ts';

/** The schema comes after Vault was ready: where it is, secrets are in Vault. */
export async function wasUsed(settings: BootstrapSettings): Promise<boolean> {
  return asSuperuser(settings, settings.database.name, async (db) => {
    const found = await sql`SELECT FROM pg_tables WHERE tablename = 'schema_migrations'`.execute(db);
    return found.rows.length > 0;
  });
}

/** A running Vault remembers that it is initialised, so its storage goes and then the process; a supervisor restarts it. */
export async function restartUnusedVault(
  client: VaultClient,
  settings: BootstrapSettings,
  log: Log,
): Promise<void> {
  const { vaultName, vaultUser } = settings.database;
  await asSuperuser(settings, 'postgres', async (db) => {
    await sql`ALTER ROLE ${sql.id(vaultUser)} NOLOGIN`.execute(db);
    await sql`DROP DATABASE IF EXISTS ${sql.id(vaultName)} WITH (FORCE)`.execute(db);
  });
  await endProcess(settings.vault.pidFile);
  await prepareVaultStorage(settings);
  const start = async () => {
    if (await isInitialised(client, log)) {
      throw new CoveError('unavailable', 'the emptied Vault still runs: restart it, then run this again');
    }
  };
  // Where it is not ours to end, whoever runs us restarts it after our failure.
  await patiently('Vault to start anew', log, start, settings.vault.pidFile === undefined ? 5 : undefined);
}

async function endProcess(pidFile: string | undefined): Promise<void> {
  const pid = Number(pidFile && (await readFile(pidFile, 'utf8').catch(() => '')));
  if (!(pid > 1)) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
