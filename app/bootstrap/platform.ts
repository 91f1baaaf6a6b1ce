/** Step `platform`: secrets, passwords, schema, rights, the administrator and the environments. */
import { migrate } from '../platform/migrate.ts';
import { connectVault, type SecretStore } from '../platform/vault.ts';
import type { BootstrapSettings } from '../settings.ts';
import { ensureAdministrator, resetPassword } from './administrator.ts';
import { answering } from './database.ts';
import { ensureEnvironments } from './environments.ts';
import { grantRights } from './grants.ts';
import type { Log } from './main.ts';
import { patiently } from './patience.ts';
import { asRedisAdministrator, givenPassword, setServiceUser } from './queue.ts';
import { ensureQueueLogins } from './queue-logins.ts';
import { asOnlySuperuser, asSuperuser, OWNER, SERVICE_ROLES, setPassword } from './roles.ts';
import type { Keep } from './secret-store.ts';
import { ensureServiceSecrets, SERVICES } from './service-secrets.ts';

export async function preparePlatform(settings: BootstrapSettings, log: Log, keep: Keep): Promise<void> {
  const secrets = await patiently('Vault', log, () => asOperator(settings));
  try {
    const services = await ensureServiceSecrets(secrets, (service) => givenPassword(settings.queue, service));
    await answering(settings, log);
    await asOnlySuperuser(settings, 'postgres', async (db) => {
      for (const service of SERVICES) {
        await setPassword(db, SERVICE_ROLES[service], services[service].database_password);
      }
    });
    if (settings.queue.users.kind === 'acl') {
      await asRedisAdministrator(settings, log, async (redis) => {
        for (const service of SERVICES)
          await setServiceUser(redis, service, services[service].queue_password);
      });
    }
    log('Services: secrets are in Vault, passwords are set');
    await migrateSchema(settings, log);
    await asSuperuser(settings, settings.database.name, async (db) => {
      await ensureAdministrator(db, secrets, settings.administrator, keep);
      log('Administrator: ready; the password is in Vault');
    });
    await ensureQueueLogins(settings, secrets, log);
    await upsertEnvironments(settings, log, keep);
  } finally {
    await secrets.close();
  }
}

/** Also by itself (`environments`): the config has others, or says other things of them. */
export async function takeEnvironments(settings: BootstrapSettings, log: Log, keep: Keep): Promise<void> {
  const secrets = await asOperator(settings);
  try {
    await ensureQueueLogins(settings, secrets, log);
    await upsertEnvironments(settings, log, keep);
  } finally {
    await secrets.close();
  }
}

async function upsertEnvironments(settings: BootstrapSettings, log: Log, keep: Keep): Promise<void> {
  const { database, environments } = settings;
  await asSuperuser(settings, database.name, (db) => ensureEnvironments(db, environments, keep));
  log(`Environments: ${environments.map(({ slug }) => slug).join(', ') || 'none'}`);
}

/** Only by itself (`password`): the administrator gets another one. */
export async function resetAdministrator(settings: BootstrapSettings, log: Log, keep: Keep): Promise<void> {
  const secrets = await asOperator(settings);
  try {
    await asSuperuser(settings, settings.database.name, (db) =>
      resetPassword(db, secrets, settings.administrator, keep),
    );
    log('Administrator: another password is in Vault');
  } finally {
    await secrets.close();
  }
}

/** Also by itself (`migrate`): the schema, and the services' rights on what is new. */
export async function migrateSchema(settings: BootstrapSettings, log: Log): Promise<void> {
  const { name } = settings.database;
  await asSuperuser(settings, name, (db) => patiently('PostgreSQL', log, () => migrate(db, { log })), {
    role: OWNER,
  });
  await asOnlySuperuser(settings, name, grantRights, { role: OWNER });
  log('Schema: up to date');
}

/** Vault by the operator's login, which every bootstrap after the first minute works with. */
export function asOperator({ vault }: BootstrapSettings): Promise<SecretStore> {
  const { address, caFile, appRoleFiles } = vault;
  return connectVault({ address, caFile, appRoleFile: appRoleFiles.operator });
}
